"""Who am I, accounts, tokens, audit."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
