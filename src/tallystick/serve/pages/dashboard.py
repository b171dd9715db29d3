"""What is new, what clashes, what is unresolved."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tallystick.serve import rendering
from tallystick.serve.identity import At, Reader

router = APIRouter()


@router.get("/")
def dashboard(request: Request, at: At, person: Reader) -> Response:
    """The first page."""
    return rendering.page(request, "dashboard.html")
