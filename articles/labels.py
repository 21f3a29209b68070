"""What the cases of the workflow's tables are called on the screen: their English labels, translated where they are shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext, gettext_lazy

from articles.workflow import Labelled


def label(case: Labelled) -> str:
    """The case's label in the language of the page."""
    return gettext(case.label)


def choices(kind: type[Labelled]) -> list[tuple[str, Any]]:
    """(value, label) of each case for a model's or a form's field; the labels are translated when they are read."""
    return [(case.value, gettext_lazy(case.label)) for case in kind]


def inside(text: str) -> str:
    """A label within a sentence: small in English, as it stands in languages that write their nouns large."""
    return text.lower() if (get_language() or "en").startswith("en") else text
