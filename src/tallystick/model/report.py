"""Everything that was read out of one document."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.errors import UnknownClaim
from tallystick.model.claims import Claim
from tallystick.model.mentions import AttributionMention, EventMention, PlaceMention, Quotation, TimeMention
from tallystick.model.text import Document


@dataclass(frozen=True, slots=True)
class Report:
    """A document and what it says: claims in text order, and the mentions they were made from."""

    document: Document
    claims: tuple[Claim, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    times: tuple[TimeMention, ...] = ()
    places: tuple[PlaceMention, ...] = ()
    events: tuple[EventMention, ...] = ()
    attributions: tuple[AttributionMention, ...] = ()
    parsed: int = 0
    """How many sentences were parsed; sentences is how many there are."""
    sentences: int = 0

    def claim(self, claim_id: str) -> Claim:
        """The claim with that id, or the only one whose id starts so. Raises UnknownClaim."""
        found = [claim for claim in self.claims if claim.id.startswith(claim_id)]
        if len(found) != 1 or not claim_id:
            known = ", ".join(claim.id for claim in self.claims[:5]) or "none"
            problem = "no claim" if not found else f"{len(found)} claims"
            raise UnknownClaim(f"{problem} with an id starting {claim_id!r} in this document. Its claims: {known}.")
        return found[0]
