"""Documents: list, one, its text, original bytes, claims; adding."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
