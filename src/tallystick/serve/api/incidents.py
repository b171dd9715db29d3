"""Incidents and the links that hold them together."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
