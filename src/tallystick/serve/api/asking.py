"""Search, questions in plain words, sources, policies."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
