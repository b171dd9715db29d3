"""docs/reference/rest.md, made from the API's own description."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tallystick.serve.app import make_app
from tallystick.serve.openapi import ABOUT, ANSWERS
from tallystick.serve.settings import Settings


@cache
def description() -> dict[str, Any]:
    """What the API says of itself."""
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(Settings(str(Path(folder, "ledger.db")), secret="-"))
        made = app.openapi()
        app.state.service.close()
    return made


def page(note: str) -> str:
    """Every route with its parameters, and what each answer means."""
    made = description()
    parts = [
        "# REST API\n",
        note,
        f"{ABOUT.strip()}\n",
        "All addresses begin with `/api/v1`; the whole description with every field is `/api/v1/openapi.json`. "
        "[Use the REST API](../how-to/use-the-rest-api.md) shows a small client.\n",
        "## What any address may answer beside its result\n",
        "Problems are `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`.\n",
        "| status | meaning |\n| --- | --- |",
        *(f"| {status} | {meaning} |" for status, meaning in sorted({**ANSWERS, "304": UNCHANGED}.items())),
        "",
    ]
    routes: dict[str, list[str]] = {}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["other"])[0]
            routes.setdefault(tag, []).extend(_route(method, path.removeprefix("/api/v1"), operation))
    for tag in sorted(routes):
        parts += [f"## {tag.capitalize()}\n", *routes[tag]]
    return "\n".join(parts).rstrip("\n") + "\n"


UNCHANGED = "Nothing has changed since the ETag that was sent."


def _route(method: str, path: str, operation: dict[str, Any]) -> list[str]:
    said = " ".join(operation.get("description", "").split("\n\n")[0].split())
    parts = [f"### `{method.upper()} {path}`\n", f"{said}\n"]
    given = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    if given:
        parts += ["| parameter | type | meaning |\n| --- | --- | --- |"]
        parts += [
            f"| `{one['name']}`{', needed' if one.get('required') else ''} | {_type(one['schema'])} | "
            f"{(one.get('description') or '').replace('|', chr(92) + '|')} |"
            for one in given
        ]
        parts.append("")
    body = operation.get("requestBody")
    if body is not None:
        kind, inside = next(iter(body["content"].items()))
        fields = _fields(inside["schema"])
        parts += [f"Body, `{kind}`:\n", "| field | type | meaning |\n| --- | --- | --- |"]
        parts += [
            f"| `{name}`{', needed' if name in fields.get('required', ()) else ''} | {_type(one)} | "
            f"{(one.get('description') or '').replace('|', chr(92) + '|')} |"
            for name, one in fields.get("properties", {}).items()
        ]
        parts.append("")
    return parts


def _fields(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def _type(schema: dict[str, Any]) -> str:
    choices = [one for one in schema.get("anyOf", (schema,)) if one.get("type") != "null"]
    return " or ".join(dict.fromkeys(_plain(one) for one in choices))


def _plain(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        schema = _fields(schema)
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        names = [f"`{one}`" for one in schema["enum"]]
        return ", ".join(names) if len(names) <= 10 else f"{', '.join(names[:8])} and {len(names) - 8} more"
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}, several"
    return {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "object"}.get(
        schema.get("type", ""), schema.get("type", "any")
    )
