"""Sources: what one voice has said over time, about whose losses."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
