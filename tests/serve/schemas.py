"""Whatever the API's own schema allows to be sent, tried on the app."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tallystick.serve import tasks
from tests.serve.conftest import SECRET

BEARER = {"Authorization": f"Bearer {SECRET}"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 8
"""Requests tried at each address, beside those that go to its edges: enough for the suite, more by hand."""


def tried(app: FastAPI, **only: Any) -> tuple[set[str], list[str]]:
    """The addresses that were tried, with their methods, and what they answered that the schema does not name, or
    with a 5xx. only goes to schemathesis' include. Jobs are asked for, and not carried out."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=BEARER)
    labels, wrong = set(), list[str]()
    with patch.object(tasks, "wake"):
        for found in (schema.include(**only) if only else schema).get_all_operations():
            operation = found.ok()

            @given(case=operation.as_strategy())
            @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
            def answers(case: schemathesis.Case) -> None:
                case.call_and_validate(headers=BEARER, checks=CHECKS)

            try:
                answers()
            except (AssertionError, ExceptionGroup) as error:
                wrong.append(f"{operation.label}: {error}")
            labels.add(operation.label)
    return labels, wrong
