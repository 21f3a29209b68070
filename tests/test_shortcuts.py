"""The one table of keys."""
from __future__ import annotations

import pytest

from articles.shortcuts import BY_NAME, KeyRefused, clashes, pressed, read_keys, remapped, sheet

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("name", "mode", "spoken"),
    [
        ("approve", "on", "A"),
        ("lift", "on", "Shift+A"),
        ("undo", "on", "Z Control+Z"),
        ("undo", "alt", "Alt+Z Control+Z"),
        ("undo", "off", "Control+Z"),
        ("back", "off", "Escape"),
        ("go-queue", "on", ""),  # the attribute knows no keys one after the other
    ],
)
def test_what_a_button_says_of_its_keys(name: str, mode: str, spoken: str) -> None:
    assert BY_NAME[name].spoken(mode) == spoken


def test_one_press_may_mean_several_buttons_in_order() -> None:
    found = pressed(BY_NAME)

    assert (found["3"], found["9"], found["Escape"], found["g_h"]) == ("reason-3 topic-3 side-3", "topic-9", "clear back", "go-decided")


def test_no_key_is_both_action_and_prefix_and_none_is_taken_twice() -> None:
    found = pressed(BY_NAME)

    assert "g" not in found
    assert {press for press, names in found.items() if " " in names} == {
        "1", "2", "3", "4", "5", "6", "Escape", "Enter", "l",
    }  # fmt: skip


@pytest.mark.parametrize(("typed", "keys"), [("a", ("a",)), ("A", ("a",)), (" shift+a ", ("Shift", "A")), ("+", ("+",)), ("é", ("é",))])
def test_typed_keys_are_read(typed: str, keys: tuple[str, ...]) -> None:
    assert read_keys(typed) == keys


@pytest.mark.parametrize("typed", ["", "ab", "Shift 1", "Shift ,", "7", "g", "Ctrl a", "\x00", "Shift"])
def test_what_is_no_key_is_refused(typed: str) -> None:
    with pytest.raises(KeyRefused):
        read_keys(typed)


def test_own_keys_that_can_no_longer_be_read_are_left_out() -> None:
    table = remapped({"approve": "ab", "reject": "w", "gone": "u"})

    assert (table["approve"].keys, table["reject"].keys, clashes(table)) == (("a",), ("w",), {})


def test_the_sheet_tells_what_can_be_pressed() -> None:
    labels = {label for _, rows in sheet() for label, _ in rows}

    assert {"Approve", "Topic 1 to 9", "Select", "Select all loaded", "Compare with the likely duplicate"} <= labels
    assert {"Dashboard", "Rules"} <= labels
