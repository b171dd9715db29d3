"""The page of policies: what each does, and where each of its rules comes from."""

from __future__ import annotations

from tallystick.reconcile.codebooks import RULES, UNVERIFIED, Rule
from tallystick.reconcile.policies import POLICIES, Policy


def page() -> str:
    """The text below the heading."""
    parts = [
        "A policy turns what reports say into low, best and high. Its name ends in a version: `neutral/1`; the name "
        "alone takes the newest. A policy with “-like” approximates published rules; no project endorses it. Each rule "
        "below names the publication that states it, with its words, or says that it is from memory and that nobody "
        "has checked it.\n",
        "| policy | what it does | works on | note |\n| --- | --- | --- | --- |",
    ]
    parts += [f"| `{p.name}` | {p.summary} | {_works_on(p)} | {p.warning or 'our own'} |" for p in POLICIES.values()]
    parts.append(f"\n{STEPS}")
    parts += [_rules(name, rules) for name, rules in RULES.items()]
    return "\n".join(parts).rstrip("\n") + "\n"


STEPS = """## How a ledger's figures become three numbers

1. *Select.* Denials without a limit, speculation, plans and figures that bound nothing are left out, each with the
   reason. With `--as-of` so is what was not yet public.
2. *Read.* Each policy reads vague words and comparators by its own rules, as below. Words without a size (“soldiers
   were killed”, “several”) are no rival to a number, and count only where nobody gives one.
3. *Collapse.* Figures that trace to one origin are one word: its newest. Growth is no disagreement. An older figure
   survives as a floor, unless a figure that corrects it takes it away; where a later one is lower and nothing says
   that it is a correction, both stand. The missing and other stocks may fall.
4. *Combine.* The words of several origins are taken together as the policy says.
5. *Hold.* The result is held to what follows from other quantities (parts, wholes, sums). Disagreement within the
   quantity itself is the policy's to settle. An end that cannot be is left open; nothing is made up in its place.

An unnamed source confirms nobody, and two origins that may be one count as one. Every step is kept with the figures
it used, and `low`, `best` and `high` are empty where the policy gives none: never nought.

The words' readings stand in the [lexicon](lexicon.md) under `vague`.
"""


def _works_on(policy: Policy) -> str:
    return "a ledger" if policy.needs_ledger else "a report, a ledger"


def _rules(name: str, rules: tuple[Rule, ...]) -> str:
    lines = [f"## Rules of `{name}`\n", "| rule | where it is stated | here |\n| --- | --- | --- |"]
    lines += [f"| {rule.says} | {_stated(rule)} | {rule.here or 'as stated'} |" for rule in rules]
    return "\n".join(lines) + "\n"


def _stated(rule: Rule) -> str:
    if rule.source is None:
        return UNVERIFIED
    return rule.source + (f": “{rule.quote}”" if rule.quote else "")
