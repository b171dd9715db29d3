"""One module a benchmark: predict(docs) turns its docs.jsonl rows into the prediction rows its scorer reads.

A module `name.py` defines

    BENCH = "wad"                   # folder under data/
    SCORER = "wad"                  # module under score/
    def predict(docs: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]: ...

and METRICS: {"label in the table": path into the scorer's report, e.g. ("newsquant", "value", "f1")}.
Each metric's floor stands in eval/floors.json under "bench/label".
"""
