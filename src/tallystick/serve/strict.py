"""No parameter of an address is passed over: a filter that is misspelt would give numbers that it never chose."""

from __future__ import annotations

from fastapi import Request
from fastapi.routing import APIRoute

from tallystick.errors import BadQuestion


def strict(request: Request) -> None:
    """A dependency of every API route. Raises BadQuestion for a query parameter that the route does not have."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = _known(route)
    for name in request.query_params:
        if name not in known:
            which = f"Those there are: {', '.join(sorted(known))}." if known else "There are none here."
            raise BadQuestion(f"there is no parameter {name!r} at this address. {which}")
        if not known[name] and len(request.query_params.getlist(name)) > 1:
            raise BadQuestion(f"the parameter {name!r} is given more than once, and has one value only.")


def _known(route: APIRoute) -> dict[str, bool]:
    """The names that the route and all its dependencies take from the query: true for those of several values."""
    found: dict[str, bool] = {}
    waiting = [route.dependant]
    while waiting:
        one = waiting.pop()
        waiting += one.dependencies
        found.update({field.alias: "list[" in str(field.field_info.annotation) for field in one.query_params})
    return found
