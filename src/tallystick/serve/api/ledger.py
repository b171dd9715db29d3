"""The ledger itself: status, checkpoint, verification, inclusion proofs."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter()
