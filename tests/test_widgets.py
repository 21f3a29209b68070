"""Fields that are rendered once look as Django renders them, each with its own values."""
from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from newsdesk.widgets import RememberingRenderer

pytestmark = pytest.mark.pure
CHOICES = (("a", "A & b"), ("", [("b", "B")]), ("c", mark_safe("<i>C</i>")))


class Sample(forms.Form):
    kind = forms.ChoiceField(choices=CHOICES)
    kinds = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    word = forms.CharField(required=False, widget=forms.TextInput(attrs={"list": "words"}))
    number = forms.IntegerField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput(render_value=True))


class Spoken(forms.Form):
    status = forms.ChoiceField(choices=[("held", gettext_lazy("Held"))])


def test_a_field_is_kept_once_a_language() -> None:
    renderer = RememberingRenderer()
    said = []
    for language in ("en", "de", "en"):
        with override(language):
            said.append(str(Spoken(renderer=renderer)["status"]))

    assert ("Held" in said[0], "Zurückgestellt" in said[1], said[2]) == (True, True, said[0])
    assert len(renderer._kept) == 2


def html(renderer: Any, **values: Any) -> list[str]:
    form = Sample(initial=values, renderer=renderer)
    return [str(field) for field in form]


@pytest.mark.parametrize(
    "values",
    [{}, {"kind": "a"}, {"kind": "b", "kinds": ["a", "b"]}, {"kind": mark_safe("a"), "word": '"><b>'}, {"number": 1}, {"number": True},
     {"word": "1", "secret": "hush"}, {"word": mark_safe("<b>")}],
)  # fmt: skip
def test_every_field_looks_as_django_renders_it(values: dict[str, Any]) -> None:
    remembering = RememberingRenderer()
    html(remembering)  # something else is kept already

    for _ in range(2):
        assert html(remembering, **values) == html(DjangoTemplates(), **values)


def test_what_a_person_typed_is_not_kept() -> None:
    remembering = RememberingRenderer()

    html(remembering, word="a private word", secret="hush", number=4711, kind="a")

    assert remembering._kept and not any(word in str(remembering._kept) for word in ("private", "hush", "4711"))


def test_a_choice_that_is_an_object_is_rendered_anew() -> None:
    class Word:
        def __init__(self, text: str) -> None:
            self.text = text

        def __str__(self) -> str:
            return self.text

    remembering, word = RememberingRenderer(), Word("first")
    field = forms.ChoiceField(choices=[("a", word)]).widget

    assert "first" in field.render("x", "a", renderer=remembering)
    word.text = "second"
    assert "second" in field.render("x", "a", renderer=remembering)
