"""Quantities: the list, and one with its range, origins, conflicts and estimates."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
