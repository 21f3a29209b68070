"""The languages that nobody speaks."""
from __future__ import annotations

import pytest

from newsdesk.pseudo import LEFTWARDS, Disguise, disguised

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Undo", "Ûñðöøø"),
        ("%(count)s of %(all)d, 5%% off", "%(count)s öƒø %(all)d, 5%% öƒƒøø"),
        ('Open <a href="{url}">it</a> &amp; go', 'Öþéñøø <a href="{url}">îţø</a> &amp; ĝöø'),
        ("{} kept|{} more", "{} ķéþţøø|{} ɱöŕéøø"),
        ("", ""),
    ],
)
def test_words_are_changed_and_longer_and_placeholders_stay(text: str, said: str) -> None:
    assert disguised(text) == said


def test_from_right_to_left_each_word_is_turned() -> None:
    assert disguised("Go {to}", leftwards=True) == "\u202eĜöø\u202c {to}"


def test_context_and_number_are_understood() -> None:
    assert Disguise(LEFTWARDS).gettext("verb\x04Hold") == disguised("Hold", leftwards=True)
    assert Disguise("en-xa").ngettext("one", "many", 2) == disguised("many")
