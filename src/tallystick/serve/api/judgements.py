"""Judgements: list, decide, withdraw; agreement."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
