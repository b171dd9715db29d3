"""How many documents of 500 words a second, and how much memory, against the plain spaCy pipeline in the same run.

    python -m eval.speed                    generated texts, and the annotated texts where they are
    python -m eval.speed --documents 200    more of each (default 120)

Every figure is measured in a fresh process, on one core unless said, in seconds of that core (so that other
work on the machine does not count), after 40 other documents to warm up. The base is the same spaCy pipeline
as its package loads it, with all its components, over the same texts, just before and just after. "All cores"
is wall time. Quote ratios: machines differ.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import os
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from eval.generated import reports
from eval.score import bench_folder, rows

WORDS = 500
# Documents read before the clock starts, by both: a long run is measured, not the filling of spaCy's caches.
WARM = 40
GENERAL = ("attribution", "toponym")
DENSE = ("isafpr", "airwars", "gva")


def chunks(texts: Iterable[str], number: int) -> list[str]:
    """The texts joined and cut again into documents of about 500 words at line or sentence ends."""
    made: list[str] = []
    held: list[str] = []
    size = 0
    for text in texts:
        for line in text.splitlines(keepends=True):
            held.append(line)
            size += len(line.split())
            if size >= WORDS:
                made.append("".join(held))
                held, size = [], 0
                if len(made) == number:
                    return made
        held.append("\n\n")
    return made


def texts_of(names: Sequence[str], number: int) -> list[str]:
    """Documents of 500 words from annotated sets, taken evenly from each; none where the data is not there."""
    found: list[str] = []
    for name in names:
        path = bench_folder() / "data" / name / "docs.jsonl"
        if path.exists():
            found += chunks((row["text"] for row in rows(path)), number // len(names))
    return found


def peak_mb() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _plain(texts: list[str], warm: list[str], out: Any) -> None:
    from tallystick.extract.syntax import PIPELINE

    nlp = importlib.import_module(PIPELINE).load()
    for _ in nlp.pipe(warm, batch_size=32):
        pass
    begun, wall = time.process_time(), time.perf_counter()
    for _ in nlp.pipe(texts, batch_size=32):
        pass
    out.put({"seconds": time.process_time() - begun, "wall": time.perf_counter() - wall, "peak_mb": peak_mb()})


def _ours(texts: list[str], warm: list[str], out: Any) -> None:
    from tallystick.extract import extract_many
    from tallystick.read import read_bytes

    documents = [read_bytes(text.encode()) for text in texts]
    list(extract_many([read_bytes(text.encode()) for text in warm]))
    begun, wall = time.process_time(), time.perf_counter()
    claims = parsed = sentences = 0
    for report in extract_many(documents):
        claims += len(report.claims)
        parsed += report.parsed
        sentences += report.sentences
    out.put(
        {
            "seconds": time.process_time() - begun,
            "wall": time.perf_counter() - wall,
            "peak_mb": peak_mb(),
            "claims": claims,
            "parsed": parsed / max(1, sentences),
        }
    )


def fresh(job: Any, texts: list[str], warm: list[str], core: int | None) -> dict[str, float]:
    """What the job measured in a process of its own, bound to one core unless core is None."""
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    old = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    process = context.Process(target=job, args=(texts, warm, out))
    process.start()
    os.sched_setaffinity(0, old)
    result: dict[str, float] = out.get(timeout=1800)
    process.join()
    return result


def all_cores(texts: list[str], warm: list[str]) -> float:
    """Seconds for one process a core, each with its share of the texts."""
    cores = sorted(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    workers = [context.Process(target=_ours, args=(texts[i :: len(cores)], warm, out)) for i in range(len(cores))]
    for worker in workers:
        worker.start()
    slowest: float = max(out.get(timeout=1800)["wall"] for _ in workers)
    for worker in workers:
        worker.join()
    return slowest


def main(arguments: list[str] | None = None) -> int:
    """Prints one row a set of texts: plain and ours in documents/s, the ratio, memory."""
    parser = argparse.ArgumentParser(description="Throughput against the plain pipeline, in one run.")
    parser.add_argument("--documents", type=int, default=120)
    parser.add_argument("--only", help="one set of texts")
    options = parser.parse_args(arguments)
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    number = options.documents + WARM
    sets = {
        "generated, 10 % violent": reports(number, 0.10),
        "generated, 60 % violent": reports(number, 0.60),
        "annotated, general news": texts_of(GENERAL, number),
        "annotated, dense conflict": texts_of(DENSE, number),
    }
    core = min(os.sched_getaffinity(0))
    heads = ("texts", "documents", "plain/s", "ours/s", "ratio", "all cores/s", "parsed", "claims/doc", "peak MB")
    print("{:<27}{:>10}{:>9}{:>9}{:>7}{:>13}{:>8}{:>12}{:>9}".format(*heads))
    report = []
    for name, texts in sets.items():
        if not texts or (options.only and options.only not in name):
            continue
        texts, warm = texts[WARM:], texts[:WARM]
        before, ours, after = (fresh(job, texts, warm, core) for job in (_plain, _ours, _plain))
        plain = len(texts) / statistics.mean((before["seconds"], after["seconds"]))
        speed = len(texts) / ours["seconds"]
        cores = len(texts) / all_cores(texts, warm)
        row: list[Any] = [
            name,
            len(texts),
            plain,
            speed,
            speed / plain,
            cores,
            ours["parsed"],
            ours["claims"] / len(texts),
            ours["peak_mb"],
        ]
        print(
            "{:<27}{:>10}{:>9.1f}{:>9.1f}{:>7.1f}{:>13.1f}{:>8.0%}{:>12.1f}{:>9.0f}".format(*row),
            flush=True,
        )
        report.append(dict(zip(heads, row, strict=True)))
    out = Path(__file__).parent / "out"
    out.mkdir(exist_ok=True)
    (out / "speed.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    if not texts_of(GENERAL[:1], 1):
        print(f"No annotated data at {bench_folder()}: only generated texts were measured.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
