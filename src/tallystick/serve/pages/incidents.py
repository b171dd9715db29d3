"""Incidents: the list, the map, and one with its scenes and links."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
