"""The classifier: what it counts, what it says, and how right it says it is."""

from __future__ import annotations

import random

import pytest

from articles.guessing.bayes import BOUND, LEAST_IN_BAND, Bayes, Example, band_of, measure
from articles.guessing.features import features, heat_band, in_words, quality_band
from tests.factories import NOON

pytestmark = pytest.mark.pure


def desk(count: int, noise: float = 0.0) -> list[Example]:
    """Decisions of a desk that approves what one provider sends and rejects the other's, but for some noise."""
    luck = random.Random(7)
    found = []
    for number in range(count):
        good = luck.random() < 0.4
        words = [f"provider:{'good' if good else 'bad'}", f"word:{luck.choice('abcdefgh')}", f"quality:{number % 10}"]
        found.append(Example(words, good if luck.random() >= noise else not good))
    return found


def test_counts_are_what_was_decided() -> None:
    taught = Bayes.taught([Example(["a", "b"], True), Example(["a"], False), Example(["b"], True)])

    assert (taught.approved, taught.rejected, taught.counts) == (2, 1, {"a": [1, 1], "b": [2, 0]})


def test_what_was_approved_leans_to_approval_and_says_why() -> None:
    taught = Bayes.taught(desk(200))

    assert taught.odds(["provider:good"]) > 1 > -1 > taught.odds(["provider:bad"])
    assert [push.feature for push in taught.pushes(["provider:good", "word:a"])][0] == "provider:good"
    push = taught.pushes(["provider:good"])[0]
    assert (push.approved, push.rejected) == (taught.approved, 0)


def test_one_feature_has_a_bound_and_a_rare_one_says_nothing() -> None:
    taught = Bayes.taught(desk(400) + [Example(["once"], True)])

    assert abs(taught.weight("provider:bad")) == BOUND
    assert taught.weight("once") == taught.weight("never") == 0
    assert "once" not in taught.pruned().counts and "provider:good" in taught.pruned().counts


def test_pruning_changes_no_guess() -> None:
    taught = Bayes.taught(desk(100) + [Example(["once", "provider:good"], True)])

    assert taught.odds(["once", "provider:good"]) == taught.pruned().odds(["once", "provider:good"])


def test_bands_hold_every_decision_and_rise() -> None:
    decisions = desk(600, noise=0.2)
    bands = Bayes.taught(decisions).bands(decisions)

    assert sum(decided for _, _, decided in bands) == 600
    assert sum(approved for _, approved, _ in bands) == sum(one.approved for one in decisions)
    assert [least for least, _, _ in bands] == sorted(least for least, _, _ in bands)
    shares = [approved / decided for _, approved, decided in bands]
    assert shares == sorted(shares) and len(bands) > 1
    assert all(decided >= LEAST_IN_BAND for _, _, decided in bands)


def test_bands_say_what_the_desk_did_with_its_noise() -> None:
    decisions = desk(2_000, noise=0.1)
    taught = Bayes.taught(decisions)

    approved, decided = band_of(taught.bands(decisions), taught.odds(["provider:good"]))
    assert 0.85 < approved / decided < 0.95
    assert band_of([], 1.0) == (0, 0)


def test_decisions_without_a_pattern_are_not_told_by_heart() -> None:
    luck = random.Random(3)
    decisions = [Example([f"word:{luck.randrange(50)}" for _ in range(4)], luck.random() < 0.5) for _ in range(600)]

    shares = [approved / decided for _, approved, decided in Bayes.taught(decisions).bands(decisions)]
    assert max(shares) - min(shares) < 0.35


def test_measuring_asks_about_what_was_not_taught() -> None:
    decisions = desk(500)
    measured = measure(decisions, {"heat": [0.0] * 500})

    assert (measured["taught"], measured["held_out"], measured["right"]) == (400, 100, 1.0)
    assert measured["found"] == measured["found_best"] > measured["found_heat"]
    turned = decisions[:400] + [Example(one.features, not one.approved) for one in decisions[400:]]
    assert measure(turned, {})["right"] == 0.0
    assert measure([], {}) == {}


def test_five_thousand_decisions_are_learned_in_a_second() -> None:
    import time

    decisions = desk(5_000)
    start = time.process_time()
    Bayes.taught(decisions).bands(decisions)
    measure(decisions, {})

    assert time.process_time() - start < 2


def test_features_name_what_people_see() -> None:
    found = features({
        "title": "Tram IV waits, tram waits", "provider_name": "Harbour Tribune", "topics": ["Rail", None], "quality": 64,
        "heat": -1, "type": "video", "published_at": NOON,
    })  # fmt: skip

    assert found == [
        "heat:unknown", "hour:afternoon", "provider:Harbour Tribune", "quality:60 to 69", "topic:Rail", "type:video",
        "word:tram", "word:waits",
    ]  # fmt: skip
    assert [in_words(one) for one in found] == [
        "heat unknown", "published in the afternoon", "provider Harbour Tribune", "quality 60 to 69", "topic Rail", "a video",
        "“tram” in the title", "“waits” in the title",
    ]  # fmt: skip
    assert features({}) == ["heat:unknown", "quality:none", "type:none"]


@pytest.mark.parametrize(("quality", "band"), [(None, "none"), (0, "0 to 9"), (69, "60 to 69"), (70, "70 to 79"), (900, "150 or more")])
def test_quality_bands(quality: int | None, band: str) -> None:
    assert quality_band(quality) == band


@pytest.mark.parametrize(("heat", "band"), [(None, "unknown"), (-1, "unknown"), (0, "cold"), (74, "hot"), (75, "breaking")])
def test_heat_bands(heat: int | None, band: str) -> None:
    assert heat_band(heat) == band
