"""Where each policy's rules come from: the publication and its words, or that nobody has checked.

Quotes have fifteen words at most. A rule without a source is from memory, and is marked so wherever it is shown.
“At second hand”: the publication itself was not read, but a text that quotes it.
"""

from __future__ import annotations

from dataclasses import dataclass

UNVERIFIED = "from memory, unverified"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it says, the publication that says so with its words, and where we do otherwise.

    source None: from memory, unverified. here is None where the policy does as the rule says.
    """

    says: str
    source: str | None = None
    quote: str | None = None
    here: str | None = None


_ACLED = "ACLED Codebook (acleddata.com/methodology/acled-codebook), “Reported fatalities”"
_ACLED_TABLE = "ACLED Codebook, Table 1 (data columns)"
_ACLED_FAQ = "ACLED, FAQ on fatalities, 27 February 2023, updated 7 May 2024 (read in a copy)"
_AIRWARS_GRADES = "Airwars, grading shown on incident pages (airwars.org)"
_AIRWARS_ANNEX = (
    "Airwars, Patterns of civilian harm, Gaza, October 2023: Annex 1, October 2024 "
    "(airwars.org/research/civilian-harm-patterns-gaza-october-2023)"
)
_AIRWARS_PAGES = "Inferred from Airwars' published incident pages; no page of rules found"
_UCDP = "UCDP Methodology, Uppsala University, after Sundberg and Melander 2013"
_IBC = "Iraq Body Count, Methods (iraqbodycount.org/about/methods), quoted at second hand"
_IBC_3 = "Iraq Body Count, Methods, 3.1 (iraqbodycount.org/about/methods/3), quoted at second hand"
_AAN = (
    "Annotation notes published with the coded ISAF press releases (Strick van Linschoten and Kuehn), "
    "quoted at second hand"
)
_HRDAG = (
    "HRDAG for OHCHR, Updated Statistical Analysis of Documentation of Killings in the Syrian Arab Republic, "
    "June 2013, quoted at second hand"
)
_ECC = (
    "Every Casualty, Rules that casualty recorders apply to assigning status "
    "(Definition and Categorisation in Casualty Recording, p. 25)"
)
_ECC_STANDARDS = "Every Casualty, Standards for Casualty Recording, 2016, p. 25"

_OURS = "Our own choice"

RULES: dict[str, tuple[Rule, ...]] = {
    "neutral/1": (
        Rule("Of a report: figures as written, an open end stays open, a vague word has no best.", _OURS),
        Rule("Of a ledger: from the lowest to the highest of the origins' current words, open where one is.", _OURS),
        Rule("A best figure only where two independent origins give the same one, and no others another.", _OURS),
    ),
    "acled-like/1": (
        Rule(
            "An event needs no deaths to be included.",
            _ACLED,
            "do not have to meet a minimum fatality number for inclusion",
        ),
        Rule(
            "Where reports differ or are vague, the lowest number stands until a better one comes.",
            _ACLED,
            "the lowest number of reported fatalities is recorded in the Fatalities column",
        ),
        Rule("“Dozens” is 12.", _ACLED, "this is recorded as 12 reported fatalities"),
        Rule("“Hundreds” is 100.", _ACLED, "this is recorded as 100 reported fatalities"),
        Rule(
            "“Tens” is 10, and so on upwards.",
            _ACLED_FAQ,
            "ACLED codes 10 for “tens,” 12 for “dozens,” 100 for “hundreds,” and so on",
        ),
        Rule(
            "“Several”, “many”, “few” or an unnumbered plural is 3 or 10 by the scale of the attack.",
            _ACLED,
            "either 3 or 10 is recorded as the total",
            "3 always: the scale of an attack is for people to judge",
        ),
        Rule("“Scores” is 20.", None, None, "our reading of “and so on”"),
        Rule(
            "“Casualties” alone are no deaths.",
            _ACLED,
            "0 reported fatalities are recorded",
            "not coded at all: we write no nought that no text says",
        ),
        Rule(
            "No information is 0.",
            _ACLED_TABLE,
            "No information on fatalities is recorded as 0 reported fatalities.",
            "unknown stays unknown",
        ),
        Rule("Injuries are not coded.", _ACLED_FAQ, "ACLED does not collect data on injuries"),
        Rule(
            "A total over several days or places is divided among them, the odd one to the first day.",
            _ACLED,
            "the total number of reported fatalities is divided",
            "not divided: the total stays one figure",
        ),
        Rule(
            "Better information replaces a figure, up or down.",
            _ACLED,
            "revised and corrected — upward or downward",
            "an origin's later word supersedes its own; a lower one needs a correction",
        ),
        Rule(
            "Totals that cannot be tied to events are left out.",
            "ACLED, Ukraine Conflict Monitor, on its method, quoted at second hand",
            "cannot be broken down and connected to individual conflict incidents",
            "kept, and labelled as such",
        ),
    ),
    "airwars-like/1": (
        Rule("Lowest and highest number; a blank is unknown.", _AIRWARS_PAGES),
        Rule(
            "Confirmed: a belligerent has accepted responsibility.",
            _AIRWARS_GRADES,
            "A specific belligerent has accepted responsibility for civilian harm.",
            "a figure that the party that inflicts it acknowledges",
        ),
        Rule(
            "Fair: two or more credible sources, and actions by a belligerent nearby.",
            _AIRWARS_GRADES,
            "Reported by two or more credible sources",
            "two independent origins, undecided pairs counting as one; whether anybody acted nearby is not known here",
        ),
        Rule(
            "Weak: one source.",
            _AIRWARS_GRADES,
            "Single source claim, though sometimes featuring significant information.",
        ),
        Rule(
            "Contested: several parties may be responsible. Discounted: combatants, or somebody else did it.",
            _AIRWARS_GRADES,
            "Competing claims of responsibility e.g. multiple belligerents",
            "never given: a tally does not hold who is said to have done it",
        ),
        Rule(
            "People are civilians unless there is evidence to the contrary.",
            _AIRWARS_ANNEX,
            "Airwars assumes civilian status unless there is evidence to the contrary.",
        ),
        Rule(
            "That the perpetrator alone says they were fighters is context, not evidence.",
            _AIRWARS_ANNEX,
            "included as context in Airwars assessments but is not considered definitive evidence",
        ),
        Rule("Victims known by name raise the minimum.", _AIRWARS_PAGES),
        Rule("Deaths that the belligerent concedes are kept apart.", _AIRWARS_PAGES),
        Rule(
            "“Dozens” is 12 to 24, “hundreds” 100 to 200, “several” and “a number of” 2, “more than N” N + 1.",
            _AIRWARS_PAGES,
        ),
    ),
    "aan-minimum/1": (
        Rule(
            "One minimum: plural 2, a couple 2, several, a few or some 3, numerous or a handful 4, a large number 5, "
            "dozens 24.",
            _AAN,
        ),
        Rule("In doubt the smaller number.", _AAN),
        Rule("A vague word that the notes do not name counts like “several”.", "Our own reading"),
    ),
    "ucdp-like/1": (
        Rule(
            "An event has at least one direct death.",
            _UCDP,
            "resulting in at least 1 direct death in either the best, low or high estimate",
        ),
        Rule(
            "best is the most likely figure.",
            "UCDP GED, variable best (as repeated in PRIO's codebook for ViEWS)",
            "The best (most likely) estimate of the total number of battle-related deaths",
        ),
        Rule("low is the lowest reliable figure, high the highest.", "UCDP GED, variables (as repeated by its users)"),
        Rule(
            "The most reliable source gives best; where none stands out, the lower figure.",
            None,
            None,
            "what most independent origins give, the lower of equals; no source is ranked",
        ),
        Rule("Deaths whose perpetrator is uncertain count in high only.", None, None, "not done: it is not known here"),
        Rule("Injuries and undivided casualties never become deaths.", "Our own reading"),
    ),
    "ibc-like/1": (
        Rule(
            "Documented deaths of civilians, never inferred.",
            _IBC,
            "not inferred, extrapolated or otherwise estimated",
        ),
        Rule("Two independent data sources, else provisional.", _IBC, None, "two independent origins"),
        Rule("Minimum and maximum deaths and injuries for each incident.", _IBC_3, "Minimum deaths"),
        Rule(
            "Where it is unclear whether somebody was a civilian, they count in the maximum only.",
            "A newspaper's account of the method, December 2005; not found in Methods",
            "where reports differ, or it is unclear whether a person killed was a civilian",
        ),
        Rule("Unnumbered plurals.", None, None, "two or more, the maximum open"),
    ),
    "gtd-like/1": (
        Rule(
            "Confirmed deaths of the incident are counted.",
            "GTD Codebook, nkill (as repeated by its users)",
            "stores the number of total confirmed fatalities for the incident",
        ),
        Rule("The most recent credible source that is not the perpetrator."),
        Rule("Several equally recent: what most say; no majority: the lowest."),
        Rule("“At least 11” is 11; too vague is blank."),
    ),
    "hrdag-enumeration/1": (
        Rule("Only records with name, date and place.", _HRDAG),
        Rule(
            "An enumeration is not the whole.",
            _HRDAG,
            "can be understood as a minimum bound",
        ),
        Rule(
            "Estimates of the undocumented need overlapping lists of individuals.",
            _HRDAG,
            None,
            "refused: reported totals are no lists",
        ),
    ),
    "ecc-range/1": (
        Rule(
            "Disagreement is reported as a range.",
            _ECC_STANDARDS,
            "the reporting of the lowest to the highest number of casualties",
        ),
    ),
    "ecc-majority/1": (
        Rule(
            "The view of most sources.",
            _ECC,
            "the opinion expressed by the greatest number of sources",
            "of independent origins",
        ),
    ),
    "ecc-source-rank/1": (Rule("A hierarchy of sources.", _ECC, "Some recorders use a hierarchy of sources."),),
    "ecc-team-discussion/1": (
        Rule("Hard cases are discussed.", _ECC, "taking difficult cases to team discussion"),
        Rule(
            "A case may stay pending.",
            _ECC_STANDARDS,
            "Keeping cases pending until there is more information",
        ),
    ),
    "latest-official/1": (
        Rule("The newest word of a source that speaks for a state or an army; several of one day: their range.", _OURS),
    ),
    "both-sides/1": (Rule("Words by whose losses their source counts; never merged into a best figure.", _OURS),),
    "named-list-floor/1": (Rule("The longest list of names is a floor; lists are not merged.", _OURS),),
    "consensus/1": (
        Rule("The span in which the greatest number of intervals overlap (Marzullo 1984; RFC 5905)."),
        Rule("No middle of the span is taken as best.", f"{_OURS}: nobody has said that number"),
    ),
    "catd/1": (
        Rule("A source's weight is a lower quantile of chi-squared over its squared errors (Li et al. 2014)."),
        Rule("Five other quantities at least.", _OURS),
    ),
}
"""Policy name -> its rules."""
