"""Whatever the API's own schema allows to be sent, it answers as the schema says, and never with a 5xx."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tallystick.serve import tasks
from tallystick.serve.app import make_app
from tallystick.serve.settings import Settings
from tests.serve.conftest import SECRET, ticking

BEARER = {"Authorization": f"Bearer {SECRET}"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 8
"""Requests tried at each address, beside those that go to its edges: enough for the suite, more by hand."""


def test_every_answer_is_one_that_the_schema_names(ledger_file: Path) -> None:
    settled = Settings(
        str(ledger_file), signs="ada", secret=SECRET, hosts=("testserver", "localhost"), reads_a_minute=10**6,
        writes_a_minute=10**6,
    )  # fmt: skip
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", make_app(settled, now=ticking()), headers=BEARER)
    tried, wrong = set(), list[str]()
    with patch.object(tasks, "wake"):  # jobs are asked for, and not carried out
        for found in schema.get_all_operations():
            operation = found.ok()

            @given(case=operation.as_strategy())
            @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
            def answers(case: schemathesis.Case) -> None:
                case.call_and_validate(headers=BEARER, checks=CHECKS)

            try:
                answers()
            except (AssertionError, ExceptionGroup) as error:
                wrong.append(f"{operation.label}: {error}")
            tried.add(operation.label)
    assert not wrong, "\n\n".join(wrong)
    assert {"GET /api/v1/claims", "POST /api/v1/judgements", "GET /api/v1/tallies", "POST /api/v1/tasks"} <= tried


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
