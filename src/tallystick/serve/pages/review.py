"""The review queue, its decisions, agreement and adjudication."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
