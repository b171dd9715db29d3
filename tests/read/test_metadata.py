from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import lxml.html
import pytest

from tallystick.read.dates import Moment, read_moment
from tallystick.read.metadata import Metadata, read_metadata

HERE = "https://www.herald.test/war/benn?utm_source=x"


def stated(head: str, body: str = "", found_at: str | None = HERE) -> Metadata:
    return read_metadata(
        lxml.html.document_fromstring(f"<html><head>{head}</head><body>{body}x</body></html>"), found_at
    )


def ld(*nodes: dict[str, Any]) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Twelve killed at Benn",
    "datePublished": "2024-05-14T23:30:00-04:00",
    "dateModified": "2024-05-15T06:00:00Z",
    "author": [{"name": "Ada Venn"}, {"name": "Ines Caro"}],
    "publisher": {"@type": "Organization", "name": "The Lowland Herald"},
    "inLanguage": "en-GB",
}


def test_json_ld_gives_everything_that_a_report_states_of_itself() -> None:
    found = stated(ld(ARTICLE))

    assert (found.title, found.publisher) == ("Twelve killed at Benn", "The Lowland Herald")
    assert found.published == date(2024, 5, 14)  # the outlet's own day, by which its "Friday" counts
    assert found.published_at == datetime(2024, 5, 15, 3, 30, tzinfo=UTC)
    assert found.modified_at == datetime(2024, 5, 15, 6, 0, tzinfo=UTC)
    assert (found.author, found.language) == ("Ada Venn, Ines Caro", "en")
    assert found.dated_by == "JSON-LD datePublished"


def test_opengraph_stands_in_where_there_is_no_json_ld() -> None:
    found = stated(
        '<meta property="og:title" content="Twelve &amp; more"><meta property="og:site_name" content="Herald">'
        '<meta property="article:published_time" content="2024-05-14">'
    )

    assert (found.title, found.publisher, found.published) == ("Twelve & more", "Herald", date(2024, 5, 14))
    assert found.published_at is None  # a day without a time is no time


def test_no_date_is_taken_from_the_address_the_prose_or_today() -> None:
    found = stated("<title>x</title>", "<p>Published on 14 May 2024</p>", "https://herald.test/2024/05/14/benn")

    assert (found.published, found.published_at, found.dated_by) == (None, None, None)


def test_times_in_a_live_blog_do_not_date_it() -> None:
    found = stated("", '<time datetime="2024-05-14T10:00Z">10:00</time><time datetime="2024-05-12T10:00Z">10:00</time>')

    assert found.published is None


def test_a_time_that_is_marked_as_that_of_publication_does() -> None:
    found = stated("", '<time itemprop="datePublished" datetime="2024-05-14T10:00:00Z">Tuesday</time>')

    assert found.published_at == datetime(2024, 5, 14, 10, 0, tzinfo=UTC)


def test_two_statements_that_differ_leave_the_day_open_between_them() -> None:
    found = stated(ld({**ARTICLE, "datePublished": "2024-03-01"}) + '<meta name="pubdate" content="2024-05-14">')

    assert (found.published, found.published_at) == (None, None)
    assert found.bounds is not None
    assert (found.bounds.earliest, found.bounds.latest) == (date(2024, 3, 1), date(2024, 5, 14))


def test_two_statements_of_one_moment_in_two_zones_agree() -> None:
    head = ld(ARTICLE) + '<meta property="article:published_time" content="2024-05-15T03:30:00Z">'

    assert stated(head).published == date(2024, 5, 14)


def test_a_live_blog_of_several_days_is_of_none_of_them() -> None:
    found = stated(ld({**ARTICLE, "@type": "LiveBlogPosting", "dateModified": "2024-05-17T10:00:00Z"}))

    assert found.published is None
    assert found.bounds is not None
    assert (found.bounds.earliest, found.bounds.latest) == (date(2024, 5, 14), date(2024, 5, 17))


def test_related_stories_and_updates_do_not_date_the_page() -> None:
    inside = {"@type": "BlogPosting", "datePublished": "2020-01-01"}
    nodes = {"@graph": [{"@type": "WebSite"}, {**ARTICLE, "liveBlogUpdate": [inside], "hasPart": [inside]}]}

    assert stated(ld(nodes)).published == date(2024, 5, 14)


def test_of_several_articles_the_one_with_the_pages_address_speaks_for_it() -> None:
    other = {**ARTICLE, "datePublished": "2020-01-01", "url": "https://herald.test/other", "headline": "Other"}
    mine = {**ARTICLE, "url": "https://herald.test/war/benn"}

    assert stated(ld(other, mine)).title == "Twelve killed at Benn"


def test_of_several_articles_without_its_address_none_does() -> None:
    other = {**ARTICLE, "datePublished": "2020-01-01"}

    assert stated(ld(other, ARTICLE)).published is None


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://herald.test/war/benn", "https://herald.test/war/benn"),
        ("/war/benn#top", "https://www.herald.test/war/benn"),
        ("https://evil.test/war/benn", None),
        ("https://herald.test/", None),
        ("javascript:alert(1)", None),
        ("https://user@herald.test/war/benn", None),
        ("https://[/", None),
    ],
)
def test_a_canonical_address_is_believed_only_of_the_same_host(canonical: str, expected: str | None) -> None:
    assert stated(f'<link rel="canonical" href="{canonical}">').url == expected


@pytest.mark.parametrize("script", ["{", "[" * 100_000, '"x"', "null", '{"@type": 5}', '{"@graph": {"@graph": 3}}'])
def test_broken_json_ld_is_passed_over(script: str) -> None:
    assert stated(f'<script type="application/ld+json">{script}</script><title>T</title>').title == "T"


@pytest.mark.parametrize(
    ("written", "day", "at"),
    [
        ("2024-05-14", date(2024, 5, 14), None),
        ("2024-05-14T10:30:00", date(2024, 5, 14), None),
        ("2024-05-14T10:30:00Z", date(2024, 5, 14), datetime(2024, 5, 14, 10, 30, tzinfo=UTC)),
        ("2024-05-14T10:30:00.123+02:00", date(2024, 5, 14), datetime(2024, 5, 14, 8, 30, tzinfo=UTC)),
        ("2024-05-14 10:30 +0530", date(2024, 5, 14), datetime(2024, 5, 14, 5, 0, tzinfo=UTC)),
        ("20240514T103000Z", date(2024, 5, 14), datetime(2024, 5, 14, 10, 30, tzinfo=UTC)),
        ("Tue, 14 May 2024 23:30:00 -0400", date(2024, 5, 14), datetime(2024, 5, 15, 3, 30, tzinfo=UTC)),
        ("Tue, 14 May 2024 23:30:00 EST", date(2024, 5, 14), datetime(2024, 5, 15, 4, 30, tzinfo=UTC)),
        ("14 May 2024 23:30:00", date(2024, 5, 14), None),
        ("14 May 2024", date(2024, 5, 14), None),
        ("May 14, 2024", date(2024, 5, 14), None),
        ("14 Sept. 2024", date(2024, 9, 14), None),
    ],
)
def test_a_moment_is_read_as_written(written: str, day: date, at: datetime | None) -> None:
    assert read_moment(written) == Moment(day, at)


@pytest.mark.parametrize(
    "written",
    [
        "03/04/2024",
        "Friday",
        "today",
        "2024",
        "May 2024",
        "2024-02-31",
        "",
        "14 Ma 2024",
        20240514,
        None,
        "9" * 90,
        "0001-01-01",
    ],
)
def test_a_moment_that_can_be_read_two_ways_is_not_read(written: object) -> None:
    assert read_moment(written) is None
