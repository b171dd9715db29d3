"""Documents: the list, and one with its figures marked beside their fields."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
