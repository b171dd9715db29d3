"""Whatever the API's own schema allows to be sent, it answers as the schema says, and never with a 5xx."""

from __future__ import annotations

from pathlib import Path

from tallystick.serve.app import make_app
from tallystick.serve.settings import Settings
from tests.serve.conftest import SECRET, ticking
from tests.serve.schemas import tried


def test_every_answer_is_one_that_the_schema_names(ledger_file: Path) -> None:
    settings = Settings(
        str(ledger_file), signs="ada", secret=SECRET, hosts=("testserver", "localhost"), reads_a_minute=10**6,
        writes_a_minute=10**6,
    )  # fmt: skip
    labels, wrong = tried(make_app(settings, now=ticking()))

    assert not wrong, "\n\n".join(wrong)
    assert {"GET /api/v1/claims", "POST /api/v1/judgements", "GET /api/v1/tallies", "POST /api/v1/tasks"} <= labels


def test_as_of_takes_days_and_nothing_that_only_looks_like_one(ledger_file: Path) -> None:
    paths = make_app(Settings(str(ledger_file), secret=SECRET)).openapi()["paths"]
    days = [
        parameter["schema"]
        for path in paths.values()
        for parameter in path.get("get", {}).get("parameters", ())
        if parameter["name"] in ("as_of", "since", "until")
    ]
    assert len(days) >= 6
    for schema in days:
        assert any("[0-9]{4}" in one.get("pattern", "") for one in schema["anyOf"]), schema
