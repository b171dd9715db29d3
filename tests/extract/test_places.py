"""Places: which names are places, which place each is, and what is left unresolved."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.extract.places import find_demonyms, find_places
from tallystick.extract.sentences import split
from tallystick.lexicon import unmark
from tallystick.model.mentions import PlaceMention
from tallystick.model.text import Document
from tallystick.model.values import Place, Precision


def places(text: str) -> tuple[PlaceMention, ...]:
    document = Document(text, "", "")
    return find_places(document, split(document))


def spans(text: str) -> list[str]:
    return [mention.span.text for mention in places(text)]


def place(text: str) -> Place:
    """What the words in [brackets] resolve to."""
    plain, marked = unmark(text)
    found = [m for m in places(plain) if (m.span.start, m.span.end) in marked]
    assert len(found) == 1, f"found {[m.span.text for m in places(plain)]}"
    resolved = found[0].place
    assert resolved is not None, f"{found[0].span.text!r} is left unresolved"
    return resolved


def test_a_town_is_found_with_its_country_province_and_point() -> None:
    found = place("Shelling killed two women in [Kharkiv] on Monday.")

    assert (found.name, found.country, found.admin1) == ("Kharkiv", "UA", "Kharkiv")
    assert found.precision is Precision.TOWN
    assert (round(found.lat), round(found.lon)) == (50, 36)


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("Six pilgrims were seized in [Homs].", Precision.TOWN),
        ("Six pilgrims were seized in [Homs governorate].", Precision.ADMIN1),
        ("Six pilgrims were seized near [Homs].", Precision.NEAR),
        ("Six pilgrims were seized in [Syria].", Precision.COUNTRY),
        ("Six pilgrims were seized in the [Middle East].", Precision.MULTINATIONAL),
        ("Six pilgrims were seized in [Darfur].", Precision.REGION),
        ("Six pilgrims were seized in [Sangin district], Helmand province.", Precision.ADMIN2),
        ("A boat sank in the [Black Sea].", Precision.WATER),
    ],
)
def test_the_words_beside_a_name_say_how_exact_it_is(text: str, precision: Precision) -> None:
    assert place(text).precision is precision


@pytest.mark.parametrize(
    ("text", "country", "admin1"),
    [
        ("Georgian troops crossed into Abkhazia. [Georgia] lost six soldiers near Gori.", "GE", None),
        ("Floods hit Atlanta, Savannah and Macon. [Georgia] lost six bridges.", "US", "Georgia"),
        ("Two died in [Tripoli], Libya.", "LY", None),
        ("Lebanese soldiers fired in the air in [Tripoli] on Sunday, said a hospital in Beirut.", "LB", None),
        ("A barn burned down in [Paris], Texas.", "US", "Texas"),
        ("French police searched flats in [Paris] on Friday.", "FR", None),
        ("Boko Haram gunmen rode into [Bama] at dawn.", "NG", "Borno"),
        ("Taliban fighters fired mortars at a market in [Jalalabad].", "AF", "Nangarhar"),
        ("Niger's army lost four men, but two people were also shot in Nigeria's [Niger state].", "NG", "Niger"),
    ],
)
def test_the_document_says_which_of_several_namesakes_is_meant(text: str, country: str, admin1: str | None) -> None:
    found = place(text)

    assert found.country == country
    assert admin1 is None or found.admin1 == admin1


@pytest.mark.parametrize("name", ["Khan Younis", "Khan Yunis", "Khan Yunus", "Khān Yūnis", "Khan-Yunis"])
def test_spellings_of_one_place_meet_in_one_record(name: str) -> None:
    assert place(f"A school burned in [{name}], in the Gaza Strip.").name == "Khan Younis"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ukrainian officials said [Avdiivka] was shelled.", "Avdiyivka"),
        ("The army shelled [El Fasher] and the Zamzam camp.", "El Fasher"),
        ("The army shelled [Al-Fashir] in Sudan.", "El Fasher"),
        ("In [Tver Oblast], Russia, a bridge fell.", "Tver Oblast"),
        ("In Russia's [Tver region] a bridge fell.", "Tver Oblast"),
        ("Russian units left [Robotyne].", "Robotyne"),
        ("Mortars fell on [Deir al-Zor], in Syria.", "Deir ez-Zor"),
        ("An attack in the [U.S.] left one dead.", "United States"),
    ],
)
def test_names_as_conflict_reports_write_them_are_known(text: str, name: str) -> None:
    assert place(text).name == name


def test_a_spelling_that_no_list_has_is_resolved_by_its_sound_where_the_country_fits() -> None:
    mention = next(
        m for m in places("Iraqi forces entered a village near Dakuk, south of Kirkuk.") if m.span.text == "Dakuk"
    )

    assert mention.place is not None
    assert mention.place.country == "IQ"
    assert "gazetteer/sounds-like" in {reason.rule for reason in mention.reasons}


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Lincoln said that nobody was hurt.",
        "President Jackson said that nobody was hurt.",
        "Michael Jackson was hurt. Jackson said nothing.",
        "The Houston Chronicle wrote that nobody was hurt.",
        "But she said that most of them were reading at home.",
        "Most were hurt. She was not. Of ten, Many died.",
        "It happened on Sunday, in March and in August.",
        "Russian and South Sudanese troops fled.",
        "The Turks and the Afghans agreed.",
        "They let us go and told us nothing.",
    ],
)
def test_people_papers_demonyms_and_common_words_are_not_places(text: str) -> None:
    assert spans(text) == []


def test_a_demonym_gives_its_country_and_is_kept_apart_from_places() -> None:
    text = "South Sudanese troops fled."
    document = Document(text, "", "")

    (mention,) = find_demonyms(document, split(document))

    assert mention.span.text == "South Sudanese"
    assert mention.place is not None
    assert mention.place.country == "SS"


def test_a_list_of_places_gives_each_one() -> None:
    assert spans("Strikes hit Kyiv, Lviv and Odesa overnight.") == ["Kyiv", "Lviv", "Odesa"]


def test_an_unknown_name_that_the_text_calls_a_village_is_an_explicit_no_match() -> None:
    (mention, _) = places("Gunmen burned the village of Qalmuzar Shangoli in Balkh province.")

    assert mention.span.text == "Qalmuzar Shangoli"
    assert mention.place is None
    assert "gazetteer/no-match" in {reason.rule for reason in mention.reasons}


def test_a_small_namesake_in_a_country_that_nothing_speaks_for_is_an_explicit_no_match() -> None:
    text = "Kenyan police chased six poachers in the town of Trogen, a judge in Nairobi was told."

    mention = next(m for m in places(text) if m.span.text == "Trogen")

    assert mention.place is None or mention.place.country == "KE"


@pytest.mark.parametrize("text", ["Six died in Springfield in Yemen.", "Six died in the Yemeni town of Springfield."])
def test_a_name_without_a_record_where_the_text_puts_it_is_an_explicit_no_match(text: str) -> None:
    assert next(m for m in places(text) if "Springfield" in m.span.text).place is None


def test_part_of_a_longer_unknown_name_is_not_taken_for_a_namesake() -> None:
    assert "Ain" not in spans("Shells hit a mill at Ain al-Zubair, Iraqi police said.")


def test_a_river_is_not_the_province_of_the_same_name() -> None:
    mention = next(m for m in places("Two boys drowned in the Helmand River, Afghan police said."))

    assert mention.place is None


@pytest.mark.parametrize(
    ("text", "words", "name"),
    [
        ("A blast shook the Afghan capital.", "Afghan capital", "Kabul"),
        ("A blast shook Somalia's capital.", "capital", "Mogadishu"),
        ("Iraqi police said a bomb went off in the capital.", "capital", "Baghdad"),
    ],
)
def test_the_capital_is_that_of_the_country_meant(text: str, words: str, name: str) -> None:
    mention = next(m for m in places(text) if "capital" in m.span.text)

    assert mention.span.text == words
    assert mention.place is not None
    assert mention.place.name == name


@pytest.mark.parametrize("text", ["A blast shook the provincial capital.", "He faces capital punishment in Iraq."])
def test_other_capitals_are_left_alone(text: str) -> None:
    assert "capital" not in " ".join(spans(text))


def test_a_bare_name_means_the_region_where_the_text_elsewhere_says_so() -> None:
    text = "A flood hit the Voronezh region. Most of the damage was done in [Voronezh]."

    assert place(text).precision is Precision.ADMIN1


def test_text_in_capitals_is_read_too() -> None:
    text = "SAN SALVADOR, 3 JAN -- TWO MEN WERE KILLED IN USULUTAN DEPARTMENT AND THE POLICE LET US GO."

    assert spans(text) == ["SAN SALVADOR", "USULUTAN DEPARTMENT"]


def test_text_without_capitals_is_read_too() -> None:
    text = "hyderabad: two men were killed in gujarat on friday, police said. they had come from ayodhya by train."

    assert spans(text) == ["hyderabad", "gujarat", "ayodhya"]


def test_a_place_that_takes_part_from_elsewhere_says_so() -> None:
    (mention,) = places("The London-based monitor counted nine dead.")

    assert "place_cues/belonging" in {reason.rule for reason in mention.reasons}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "'s 's ’s",
        "Paris " * 2_000,
        "San José, " * 2_000,
        "al-" * 3_000 + "Bab",
        "of of of the the de la " * 500,
        "Ａｌ－Ｂａｂ ١٢٣ مدينة غزة 🙂🙂 İstanbul ſtadt",
        "IN THE CITY OF " * 300,
        "U.S. " * 1_000,
        "Capital the capital's capital of capital",
    ],
)
def test_hostile_text_is_read_without_a_crash_and_with_sound_spans(text: str) -> None:
    for mention in places(text):
        assert text[mention.span.start : mention.span.end] == mention.span.text
        assert 0.0 <= mention.score <= 1.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Kursk", "in", "the", "of", "village", "Aleppo", "al-", "-", ", ", ". ", "U.S.", "'s", "capital", "and",
             "St.", "GOMA", "Mr.", "\n", "é", "Russian", "region", "de", "La", "“", "5"]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_mentions_stand_in_text_order_and_never_overlap(pieces: list[str]) -> None:
    text = " ".join(pieces)

    found = places(text)

    for mention in found:
        assert text[mention.span.start : mention.span.end] == mention.span.text
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
