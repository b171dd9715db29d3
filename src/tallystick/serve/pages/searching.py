"""Search over text and claims, and questions in plain words."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
