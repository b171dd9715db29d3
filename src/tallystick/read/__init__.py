"""Bytes -> Documents, from every format that reports come in.

read_items reads whatever an input holds; read_one an input that holds one report; read_bytes plain text.
"""

from __future__ import annotations

from tallystick.read.columns import Columns
from tallystick.read.items import read_items, read_one, read_one_item
from tallystick.read.limits import LIMITS, Limits
from tallystick.read.parts import Item, Refused
from tallystick.read.text import LARGEST, Origin, decode, read_bytes

__all__ = [
    "LARGEST",
    "LIMITS",
    "Columns",
    "Item",
    "Limits",
    "Origin",
    "Refused",
    "decode",
    "read_bytes",
    "read_items",
    "read_one",
    "read_one_item",
]
