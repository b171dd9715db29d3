"""What a claim counts, and how that reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tallystick.model.claims import Claim, Factuality, RelationKind
from tallystick.model.mentions import TimeMention, TimexType
from tallystick.model.quantities import Key, Where, Who, Window
from tallystick.model.records import DocumentRecord
from tallystick.model.text import DateBounds, Span
from tallystick.model.values import Accumulation, Form, Grain, Measure, Period
from tallystick.reconcile.keys import key_of, label
from tests.reconcile.build import claim, day, of
from tests.reconcile.key_build import ANSONGO, GAO, KURSK, LATTICE, days, event, total, until

RECORD = DocumentRecord("d" * 16, "a", "b", "The Lowland Herald", date(2031, 5, 20))


def key(made: Claim, incident: str | None = "i1", record: DocumentRecord = RECORD) -> Key:
    return key_of(made, record, None, incident, LATTICE)


def dated(made: Claim, period: Period | None, relation: str = "during", **fields: Any) -> Claim:
    time = TimeMention(Span(0, 3, "day"), TimexType.DATE, None, period, relation=relation)
    return replace(made, period=period, time=time, **fields)


def test_what_the_text_leaves_unsaid_stays_unsaid() -> None:
    made = key(claim("The dead were 12.", "12", None))

    assert (made.who, made.where, made.window) == (Who(), None, Window())


def test_troops_and_soldiers_are_one_role_and_passengers_another() -> None:
    troops = key(claim("He said 12 troops died.", "12", "troops"))
    soldiers = key(claim("He said 12 soldiers died.", "12", "soldiers"))
    passengers = key(claim("He said 12 passengers died.", "12", "passengers"))

    assert troops == soldiers
    assert troops.who == Who(status="combatant", role="soldier")
    assert passengers.who == Who(role="passenger")


def test_nobody_is_counted_as_a_name_a_year_or_a_number() -> None:
    named = key(claim("The mayor said 18-year-old Orben Vask died.", "Orben Vask", "18-year-old Orben Vask"))
    headline = key(claim("Five Passengers Killed On Orvel Ferry.", "Five", "Five Passengers"))
    bare = key(claim("The shells hit all five.", "five", "all five"))

    assert named.who == Who()
    assert headline.who == Who(role="passenger")
    assert bare.who == Who()


def test_one_persons_years_are_no_age_group() -> None:
    man = key(claim("He said a 20-year-old man died.", "a", "20-year-old man", who={"age": "elderly"}))
    woman = key(claim("He said a woman of 41 died.", "a", "woman", who={"age": "41", "sex": "female"}))
    old = key(claim("He said six old men died.", "six", "old men", who={"age": "elderly", "sex": "male"}))

    assert man.who == Who(sex="male")
    assert woman.who == Who(sex="female")
    assert old.who == Who(sex="male", age="elderly")


def test_people_leave_nobody_out_and_a_nation_says_who() -> None:
    assert key(claim("He said 12 people died.", "12", "people")).who == Who(role="person")
    assert key(claim("He said 12 Malian people died.", "12", "Malian people", who={"actor": "Mali"})).who == Who("mali")


def test_a_word_for_any_armed_group_is_no_side() -> None:
    made = key(claim("He said 12 rebels died.", "12", "rebels", who={"actor": "insurgents"}))

    assert made.who == Who(status="combatant", role="fighter")


def test_a_running_total_ends_on_the_day_it_is_told_and_is_of_no_event() -> None:
    made = claim("So far 12 people died.", "12", "people", accumulation=Accumulation.CUMULATIVE)

    assert key(made).window == Window(None, date(2031, 5, 20))
    assert key(made).incident is None


def test_since_begins_at_some_time_in_the_period_it_names() -> None:
    made = claim("Since last year 12 people died.", "12", "people")
    year = Period(date(2030, 1, 1), None, Grain.YEAR)

    window = key(dated(made, year, "since", accumulation=Accumulation.CUMULATIVE), None).window

    assert window == Window(date(2030, 1, 1), date(2031, 5, 20), date(2030, 12, 31))


def test_an_undated_report_ends_its_totals_between_its_bounds() -> None:
    record = replace(RECORD, published=None, published_bounds=DateBounds(date(2031, 5, 2), date(2031, 6, 1)))
    made = claim("So far 12 people died.", "12", "people", accumulation=Accumulation.CUMULATIVE)

    assert key(made, None, record).window == Window(None, date(2031, 5, 2), None, date(2031, 6, 1))


def test_by_a_day_reaches_back_to_the_beginning() -> None:
    made = dated(claim("By July 12 people died.", "12", "people"), day(10), "by", accumulation=Accumulation.CUMULATIVE)

    assert key(made).window == Window(None, date(2031, 5, 10))


def test_an_increment_has_the_days_it_names() -> None:
    made = dated(claim("In May 12 people died.", "12", "people"), day(10), accumulation=Accumulation.INCREMENTAL)

    assert key(made, None).window == Window(date(2031, 5, 10), date(2031, 5, 10))


@pytest.mark.parametrize("factuality", [Factuality.PLANNED, Factuality.SPECULATED])
def test_what_has_not_happened_has_a_measure_of_its_own(factuality: Factuality) -> None:
    made = claim("It might send 12 soldiers.", "12", "soldiers", Measure.SENT, factuality=factuality)

    assert key(made).measure == "planned:sent"


def test_a_part_that_no_facet_names_is_known_by_its_words() -> None:
    whole = claim("He said 20 soldiers died.", "20", "soldiers")
    made = claim("Two of the wounded died.", "Two", None)
    part = replace(made, relations=of(whole, RelationKind.PART_OF)["relations"])

    assert key(part).who.subset is not None
    assert key(whole).who.subset is None


def test_what_is_added_is_no_toll() -> None:
    made = claim("He said another 12 soldiers died.", "another 12", "soldiers")

    assert made.count.form is Form.ADDITIVE
    assert key(made).who.subset is not None


def test_fled_people_are_counted_until_the_day_of_telling() -> None:
    made = claim("Some 120 people fled.", "120", "people", Measure.DISPLACED, accumulation=Accumulation.INCIDENT)

    assert key(made).incident is None
    assert key(made).window.end == date(2031, 5, 20)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (event(), "soldiers killed in Ansongo on 12 Mar 2031"),
        (
            Key("killed", Who("north korea", "combatant", role="soldier"), KURSK, Window(None, date(2025, 8, 22))),
            "North Korean soldiers killed in Kursk by 22 Aug 2025",
        ),
        (event(who=Who()), "those killed in Ansongo on 12 Mar 2031"),
        (event(who=Who(role="person")), "people killed in Ansongo on 12 Mar 2031"),
        (event(who=Who("karsk front", role="fighter")), "Karsk Front fighters killed in Ansongo on 12 Mar 2031"),
        (event(who=Who(status="civilian", age="child")), "civilian children killed in Ansongo on 12 Mar 2031"),
        (event(who=Who(sex="female")), "women killed in Ansongo on 12 Mar 2031"),
        (event(who=Who("mali")), "people killed in Ansongo on 12 Mar 2031".replace("people", "Malian people")),
        (event("casualties", Who()), "casualties in Ansongo on 12 Mar 2031"),
        (event("casualties"), "casualties among soldiers in Ansongo on 12 Mar 2031"),
        (event("planned:casualties"), "expected casualties among soldiers in Ansongo on 12 Mar 2031"),
        (event(who=Who(role="gunman")), "gunmen killed in Ansongo on 12 Mar 2031"),
        (
            event("casualties", Who(subset="unsaid: the army")),
            "casualties in Ansongo on 12 Mar 2031, as given by the army (who they are is not said)",
        ),
        (
            event(who=Who(subset="unsaid: They")),
            "those killed in Ansongo on 12 Mar 2031 (who they are is not said)",
        ),
        (
            event(who=Who(subset="two of them (3f9a12cd:314)")),
            "those killed in Ansongo on 12 Mar 2031 (only “two of them”)",
        ),
        (total("sent", where=GAO, window=days(1, 31)), "soldiers sent to Gao in Mar 2031"),
        (total("planned:sent", where=GAO), "soldiers to be sent to Gao by 20 Mar 2031"),
        (total("killed", window=Window(date(2030, 1, 1), date(2030, 12, 31))), "soldiers killed in Mali in 2030"),
        (event("destroyed", Who(role="truck"), unit="vehicle"), "trucks destroyed in Ansongo on 12 Mar 2031"),
        (event(where=replace(ANSONGO, precision="near")), "soldiers killed near Ansongo on 12 Mar 2031"),
        (total(where=Where("theatre:war in X", "war in X")), "soldiers killed in the war in X by 20 Mar 2031"),
        (event(who=Who(subset="two of them")), "those killed in Ansongo on 12 Mar 2031 (only “two of them”)"),
        (total(window=until(20)), "soldiers killed in Mali by 20 Mar 2031"),
    ],
)  # fmt: skip
def test_a_key_reads_as_english(made: Key, words: str) -> None:
    assert label(made) == words
