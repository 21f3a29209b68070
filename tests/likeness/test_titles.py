"""Which titles are alike, which only look alike, and what finds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.likeness.titles import Headline, are_twins, likeness, shared, sketch

pytestmark = pytest.mark.pure
CRANES = "Port of Halden lets autonomous cranes unload night ships"


def twins(one: str, other: str, *places: str) -> bool:
    first, second = places or ("a.example", "b.example")
    return are_twins(Headline(one, first), Headline(other, second))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CRANES, CRANES),
        (CRANES, CRANES.upper()),
        (CRANES, f"{CRANES} – Harbour Tribune"),
        (CRANES, "Autonomous cranes unload night ships: Port of Halden lets"),
        ("Dockers expose 38 million records of crane faults", "Docker exposes 38 million records of crane faults"),
        ("Blizzard delays Storm IV until autumn, says harbour master", "Blizzard delays Storm 4 until autumn, says harbour master"),
        ("Hafen Halden lässt Kräne nachts allein arbeiten", "Hafen Halden laesst Kräne nachts allein arbeiten"),
        ("Порт Халден запускает ночные краны без людей", "Порт Халден запустил ночные краны без людей"),
        ("港口自动起重机夜间卸船无需人员值守", "港口自动起重机夜间卸船无须人员值守"),
        ("ميناء هالدن يشغل الرافعات ليلا بلا عمال", "ميناء هالدن يشغل الرافعات ليلا دون عمال"),
        ("ท่าเรือฮัลเดนใช้เครนอัตโนมัติตอนกลางคืน", "ท่าเรือฮัลเดนใช้เครนอัตโนมัติในตอนกลางคืน"),
    ],
)
def test_alike_titles_are_twins_and_share_a_number(one: str, other: str) -> None:
    assert twins(one, other) and twins(other, one)
    assert set(sketch(one)) & set(sketch(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Release notes for the harbour system 1.2", "Release notes for the harbour system 1.3"),
        ("What is new in the harbour app, April 2026", "What is new in the harbour app, May 2026"),
        ("Neues aus dem Hafen im Januar für alle", "Neues aus dem Hafen im Februar für alle"),
        ("Ten cranes you should see in Halden", "Night trains get a seat map at last"),
        ("Release notes", "Release notes"),
        ("Halden live", "Halden live"),
        ("港口新闻", "港口新闻"),
        ("", ""),
    ],
)
def test_series_and_labels_are_no_twins(one: str, other: str) -> None:
    assert not twins(one, other) and not twins(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The best robot arm for a small bakery", "The best milk pump for a small bakery"),
        ("Harbour diary of the crane crew", "Harbour diary of the crane crew, part 2"),
        ("Everything we know about the druid of Halden", "Everything we know about the baker of Halden"),
    ],
)
def test_one_provider_repeats_itself_in_series_only(one: str, other: str) -> None:
    assert likeness(Headline(one), Headline(other)) >= 75
    assert not twins(one, other, "a.example", "a.example")


def test_texts_of_two_providers_may_stand_in_one_domain() -> None:
    one, other = "Cranes and dockers won't rest in 2021, says the port", "Port says cranes and dockers aren't resting in 2021"

    assert are_twins(Headline(one, "hub.example", name="Ida"), Headline(other, "hub.example", name="Milo"))
    assert not are_twins(Headline(one, "hub.example", name="Ida"), Headline(other, "hub.example", name="Ida"))


def test_one_provider_may_send_one_story_twice() -> None:
    assert twins(CRANES, CRANES, "a.example", "a.example")
    assert twins(f"Correction: {CRANES}", CRANES, "a.example", "a.example")
    assert twins(CRANES, CRANES.replace("autonomous", "autonomus"), "a.example", "a.example")


def test_two_videos_of_one_thing_are_two() -> None:
    one = Headline("Halden crane trailer, a first reaction", "Ida", "video-1")
    other = Headline("Halden crane trailer, my first reactions", "Milo", "video-2")

    assert likeness(one, other) >= 80
    assert not are_twins(one, other)
    assert not are_twins(one, Headline(one.title, "Milo", "video-2"))
    assert are_twins(one, Headline(other.title, "Milo", "video-1"))
    assert are_twins(one, Headline(one.title, "Ida", "video-2"))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_compared_the_same_both_ways(one: str, other: str) -> None:
    a, b = Headline(one, "x"), Headline(other, "x")

    assert likeness(a, b) == likeness(b, a) and 0 <= likeness(a, b) <= 100
    assert are_twins(a, b) == are_twins(b, a)
    found = sketch(one)
    assert len(found) <= 9 and all(0 <= number < 2**32 for number in found) and found == sketch(one)


def test_a_sketch_does_not_depend_on_the_order_of_words() -> None:
    assert sketch(CRANES) == sketch(" ".join(reversed(CRANES.split())))


def test_titles_that_share_two_words_share_no_number() -> None:
    assert not set(sketch("Diablo harbour cranes learn to wait")) & set(sketch("Diablo harbour beta opens for all readers"))


def test_shared_words_are_told_and_the_title_is_whole() -> None:
    pieces = shared("Crewless cranes start at Halden’s port", [CRANES])

    assert "".join(piece for piece, _ in pieces) == "Crewless cranes start at Halden’s port"
    assert [piece for piece, both in pieces if both] == ["cranes", "Halden", "port"]
