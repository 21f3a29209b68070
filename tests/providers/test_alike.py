"""Names that look alike, and names that do not."""

from __future__ import annotations

import pytest

from articles.providers.alike import ALIKE, Named, likeness, unmatched

pytestmark = pytest.mark.pure


def named(pk: int, name: str, trust: str = "new", items: int = 0) -> Named:
    return Named(pk, name, "", trust, items)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Tide Water Record", "The Tidewater Record", True),
        ("Presspulse", "PressPulse Wire", True),
        ("Küstenpost", "KÜSTENPOST", True),
        ("Harbour Tribune", "Harbour Tribun", True),
        ("Harbour Tribune", "Harbour Gazette", False),
        ("Game", "GameSpot", False),
        ("Press", "Presspulse", False),
    ],
)
def test_which_names_look_alike(one: str, other: str, alike: bool) -> None:
    words = named(1, one).words, named(2, other).words

    assert (likeness(*words) >= ALIKE) is alike and likeness(*words) == likeness(*reversed(words))


def test_only_names_that_nobody_judged_are_offered_and_never_both() -> None:
    record, wire = named(1, "The Tidewater Record", "trusted"), named(2, "PressPulse Wire", items=9)
    names = [named(3, "Tide Water Record", items=50), record, wire, named(4, "Presspulse", items=2), named(5, "Presspulse", "watch")]

    assert unmatched(names) == {3: record, 2: names[4], 4: names[4]}
    assert unmatched([wire, named(4, "Presspulse", items=2)]) == {4: wire}
    assert unmatched([named(1, "!!!"), named(2, "???")]) == {}
