"""An evidence card as JSON: one text for one card, which also stands in its page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from tallystick.model.cards import Card
from tallystick.views.tally_records import plain

# None of these can then end the script element that holds the text, or break a line for an old parser.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def as_json(card: Card) -> str:
    """The card as JSON. Fields keep their names and their order; null is unknown, or not on this card."""
    return json.dumps(plain(card), ensure_ascii=False, indent=1).translate(_ESCAPES) + "\n"


def digest(card: Card) -> str:
    """The SHA-256 of the card's JSON with an empty digest, in hexadecimal."""
    return hashlib.sha256(as_json(replace(card, digest="")).encode("utf-8", "surrogatepass")).hexdigest()
