"""A partition that grows by unions, holds apart what must stay apart, and remembers why it did what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tallystick.model.tallies import OriginReason


class Parts:
    """A partition of figures that grows by unions, holds what was judged apart, and remembers why it did what."""

    def __init__(self, names: Iterable[str], apart: Iterable[tuple[str, str]]) -> None:
        self.root = {name: name for name in names}
        self.members = {name: {name} for name in self.root}
        self.apart: defaultdict[str, set[str]] = defaultdict(set)
        self.reasons: list[OriginReason] = []
        for a, b in apart:
            self.apart[a].add(b)
            self.apart[b].add(a)

    def find(self, name: str) -> str:
        """The name that stands for all that are together with this one."""
        while self.root[name] != name:
            name = self.root[name]
        return name

    def join(self, a: str, b: str, rule: str, note: str) -> bool:
        """Puts two figures together with the reason; False where a person has judged them apart."""
        one, two = self.find(a), self.find(b)
        if one == two:
            return True
        if self.apart and any(
            x in self.members[one] and others & self.members[two] for x, others in self.apart.items()
        ):
            return False
        self.root[two] = one
        self.members[one] |= self.members.pop(two)
        self.reasons.append(OriginReason(rule, note, (a, b)))
        return True

    def groups(self) -> list[set[str]]:
        """All that are together."""
        return list(self.members.values())
