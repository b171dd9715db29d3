"""Tallies: list, one, estimates, series, origins, policy diff."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
