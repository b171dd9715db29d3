"""Long jobs: start, watch (SSE), stop; exports."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
