"""Bytes -> Document. Plain text for now: other formats come with the ledger."""

from __future__ import annotations

from tallystick.read.text import LARGEST, Origin, decode, read_bytes

__all__ = ["LARGEST", "Origin", "decode", "read_bytes"]
