"""Countries' codes and the words for what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tallystick.lexicon import load_rows
from tallystick.lexicon.gazetteer.names import key
from tallystick.lexicon.gazetteer.sources import HERE, rows
from tallystick.model.values import Place, Precision


@cache
def _iso3() -> dict[str, str]:
    return {row[0]: row[1] for row in rows(HERE / "countries.tsv")}


@cache
def _names() -> dict[str, str]:
    return {row[0]: row[5] for row in rows(HERE / "countries.tsv")}


@cache
def _demonyms() -> dict[str, str]:
    return {key(word): country for country, words in load_rows("demonyms") for word in words.split("|")}


def demonyms() -> Mapping[str, str]:
    """Every demonym's key (lexicon.gazetteer.names.key) with its country's alpha-2 code."""
    return _demonyms()


@cache
def country_names() -> frozenset[str]:
    """The keys of all names of countries, of one word or more."""
    return frozenset(key(name) for row in rows(HERE / "countries.tsv") for name in (row[5], *row[6].split("|")))


def iso3(country: str | None) -> str | None:
    """The ISO 3166-1 alpha-3 code for an alpha-2 code ("AF" -> "AFG"), None for an unknown one."""
    return _iso3().get(country or "")


def country_name(country: str | None) -> str | None:
    """The English name for an alpha-2 code ("AF" -> "Afghanistan"), None for an unknown one."""
    return _names().get(country or "")


@cache
def country_place(country: str) -> Place | None:
    """The country as a place with its central point, None for an unknown code."""
    for iso2, _, geonameid, lat, lon, name, *_ in rows(HERE / "countries.tsv"):
        if iso2 == country:
            return Place(name, int(geonameid), float(lat), float(lon), iso2, Precision.COUNTRY, feature="PCLI")
    return None


@cache
def neighbours(country: str) -> tuple[str, ...]:
    """The alpha-2 codes of the countries that share a land border with this one."""
    return next((tuple(row[7].split("|")) for row in rows(HERE / "countries.tsv") if row[0] == country and row[7]), ())


def demonym_country(word: str) -> str | None:
    """The alpha-2 code of the country that a demonym belongs to ("Afghans" -> "AF"), None for any other word.

    Two-word demonyms ("North Korean") are one argument. Words for peoples without a state ("Kurdish") give None.
    """
    return _demonyms().get(key(word))
