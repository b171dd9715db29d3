"""Claims: list with every filter of a Question, one, its explanation and proof."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
