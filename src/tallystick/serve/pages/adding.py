"""Adding documents, and the long jobs."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
