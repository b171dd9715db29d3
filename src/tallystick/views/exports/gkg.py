"""GKG 2.1-like TSV: one row a document, 27 columns, no header, with its counts, amounts, places, dates and quotations.

The layout is that of GDELT's Global Knowledge Graph; the rows are ours and not GDELT's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tallystick.model.records import DocumentRecord, Held
from tallystick.model.values import Grain, Measure, Number, Place, Precision
from tallystick.views import words
from tallystick.views.exports.material import Format, Material, Written
from tallystick.views.exports.phrases import file_name
from tallystick.views.exports.writing import FORMULA, opened

COLUMNS = (
    "GKGRECORDID", "V2.1DATE", "V2SOURCECOLLECTIONIDENTIFIER", "V2SOURCECOMMONNAME", "V2DOCUMENTIDENTIFIER",
    "V1COUNTS", "V2.1COUNTS", "V1THEMES", "V2ENHANCEDTHEMES", "V1LOCATIONS", "V2ENHANCEDLOCATIONS",
    "V1PERSONS", "V2ENHANCEDPERSONS", "V1ORGANIZATIONS", "V2ENHANCEDORGANIZATIONS", "V1.5TONE",
    "V2.1ENHANCEDDATES", "V2GCAM", "V2.1SHARINGIMAGE", "V2.1RELATEDIMAGES", "V2.1SOCIALIMAGEEMBEDS",
    "V2.1SOCIALVIDEOEMBEDS", "V2.1QUOTATIONS", "V2.1ALLNAMES", "V2.1AMOUNTS", "V2.1TRANSLATIONINFO", "V2EXTRASXML",
)  # fmt: skip
LOSES = (
    "comparators, ranges and vague words: an entry is one number, the floor, or the ceiling where there is no "
    "floor; “up to 12” and “12” are both 12, and a figure without any number is left out",
    "who said it, attribution chains, denial and doubt: a denied toll is left out, a hedged one looks like any other",
    "civilian or combatant, except in the words of OBJECT",
    "casualties that are not killed or wounded apart: GDELT has no type for them; they are amounts, never KILL",
    "time of the figure: dates of the document are listed without saying which figure they belong to",
    "tone, GCAM, images, persons and organisations: not computed, empty",
    "country codes are ISO 3166-1, not FIPS, and ADM1 is a name: GDELT's own codes are not used",
    "V2.1DATE is the day of publication; where it is unknown, the time of capture",
    "text is on one line; # ; , | and tabs inside names become spaces",
)

_TYPES = {
    Measure.KILLED: "KILL",
    Measure.WOUNDED: "WOUND",
    Measure.ABDUCTED: "KIDNAP",
    Measure.CAPTURED: "ARREST",
    Measure.DETAINED: "ARREST",
    Measure.DISPLACED: "DISPLACED",
    Measure.EVACUATED: "EVACUATION",
    Measure.AFFECTED: "AFFECT",
    Measure.PROTESTERS: "PROTEST",
}
# GDELT: 1 country, 2 US state, 3 US city, 4 city elsewhere, 5 admin-1 elsewhere.
_CITY = {Precision.POINT, Precision.TOWN, Precision.NEAR}
_DELIMITERS = re.compile(r"[#;,|\t\r\n]+")
_QUOTED = re.compile(r"[#|\t\r\n]+")
_NOT_SAID = {"denied", "planned", "speculated", "no_information"}


def record(document: DocumentRecord, held: Sequence[Held], moment: str) -> list[str]:
    """One document's row, a cell a column."""
    counted = [h for h in held if h.claim.measure in _TYPES and h.claim.factuality.value not in _NOT_SAID]
    others = [h for h in held if h.claim.measure not in _TYPES and h.claim.factuality.value not in _NOT_SAID]
    places = _places(held)
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {
        "GKGRECORDID": f"{moment}-{document.id}",
        "V2.1DATE": moment,
        "V2SOURCECOLLECTIONIDENTIFIER": "1" if document.url else "2",  # 1 web, 2 citation only
        "V2SOURCECOMMONNAME": _plain(document.publisher or ""),
        "V2DOCUMENTIDENTIFIER": _line(document.url or file_name(document) or document.id),
        "V1COUNTS": "".join(f"{entry};" for h in counted if (entry := _count(h))),
        "V2.1COUNTS": "".join(f"{entry}#{h.claim.count_span.start};" for h in counted if (entry := _count(h))),
        "V1LOCATIONS": ";".join(_location(place) for place, _ in places),
        "V2ENHANCEDLOCATIONS": ";".join(f"{_location(place, '#')}#{offset}" for place, offset in places),
        "V2.1ENHANCEDDATES": ";".join(dict.fromkeys(entry for h in held if (entry := _date(h)))),
        "V2.1QUOTATIONS": "#".join(dict.fromkeys(_quotation(h) for h in held)),
        "V2.1AMOUNTS": "".join(f"{entry};" for h in others if (entry := _amount(h))),
        "V2EXTRASXML": f"<PAGE_TITLE>{_xml(document.title)}</PAGE_TITLE>" if document.title else "",
    }
    return list(cells.values())


def _number(held: Held) -> Number | None:
    count = held.claim.count
    number = count.low if count.low is not None else count.high
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _count(held: Held) -> str | None:
    """TYPE#NUMBER#OBJECT#GEOTYPE#FULLNAME#COUNTRY#ADM1#LAT#LONG#FEATUREID."""
    number, claim = _number(held), held.claim
    if number is None:
        return None
    place = claim.place.place if claim.place else None
    what = _plain(claim.population.text) if claim.population else ""
    where = _location(place) if place else "0######"
    return f"{_TYPES[claim.measure]}#{number}#{what}#{where}"


def _location(place: Place, district: str = "") -> str:
    """GEOTYPE#FULLNAME#COUNTRY#ADM1#LAT#LONG#FEATUREID; the id is GeoNames'. district "#" adds an empty ADM2."""
    kind = "4" if place.precision in _CITY else "1" if place.precision is Precision.COUNTRY else "5"
    if place.country == "US":
        kind = {"4": "3", "5": "2"}.get(kind, kind)
    area = _plain(place.admin1 or "") + district
    where = f"{place.lat}#{place.lon}#{place.geonameid or ''}"
    return f"{kind}#{_plain(place.name)}#{place.country or ''}#{area}#{where}"


def _places(held: Iterable[Held]) -> list[tuple[Place, int]]:
    found = {
        h.claim.place.span.start: h.claim.place.place
        for h in held
        if h.claim.place is not None and h.claim.place.place is not None
    }
    return [(place, start) for start, place in sorted(found.items())]


def _date(held: Held) -> str | None:
    """resolution#month#day#year#offset: 1 a year, 2 a month, 3 a day. Other stretches have no syntax."""
    time, period = held.claim.time, held.claim.period
    if time is None or period is None or period.start is None or period.end is None:
        return None
    start, at = period.start, time.span.start
    if period.start == period.end:
        return f"3#{start.month}#{start.day}#{start.year}#{at}"
    if period.grain is Grain.MONTH and (start.year, start.month) == (period.end.year, period.end.month):
        return f"2#{start.month}#0#{start.year}#{at}"
    if period.grain is Grain.YEAR and start.year == period.end.year:
        return f"1#0#0#{start.year}#{at}"
    return None


def _quotation(held: Held) -> str:
    """offset|length|verb|quote: the claim's words, with the cue of its innermost source as the verb."""
    span, links = held.claim.span, held.claim.attributions
    cue = links[-1].cue if links else None
    verb = _plain(cue.text) if cue else ""
    return f"{span.start}|{span.end - span.start}|{verb}|{_line(_QUOTED.sub(' ', span.text))}"


def _amount(held: Held) -> str | None:
    """amount,object,offset."""
    number, claim = _number(held), held.claim
    if number is None:
        return None
    unit = words.unit(claim.count)
    what = " ".join(part for part in (unit, _plain(claim.population.text) if claim.population else "") if part)
    return f"{number},{_plain(f'{words.measure(claim)} {what}')},{claim.count_span.start}"


def _line(text: str) -> str:
    return words.clean(text).lstrip("".join(FORMULA))


def _plain(text: str) -> str:
    return _line(_DELIMITERS.sub(" ", text))


def _xml(text: str) -> str:
    return words.clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def lines(material: Material) -> Iterator[str]:
    """The rows, tab-separated, in the order in which the log names the documents."""
    for document, held in material.by_document():
        day = document.published_at or document.captured_at or material.generated_at
        moment = f"{document.published:%Y%m%d}000000" if document.published else f"{day:%Y%m%d%H%M%S}"
        yield "\t".join(record(document, held, moment)) + "\n"


def write(material: Material, out: Path) -> Written:
    """Writes one row a document that holds a figure."""
    count = 0
    with opened(out) as file:
        for line in lines(material):
            file.write(line)
            count += 1
    return Written((out,), count)


GKG = Format("gkg", "counts, places, dates and quotations by document: GKG 2.1-like TSV", ".tsv", LOSES, write)
