"""One's own choices: theme, language, density, mail, when keys act, and the keys themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from articles.labels import choices
from articles.models import Preferences
from articles.shortcuts import BY_NAME, REMAPPABLE, KeyRefused, clashes, read_keys, remapped
from articles.workflow import Density, Digest, KeyMode, Theme

MOST_A_DAY = 10_000


class PreferencesForm(forms.Form):
    """A choice that was not sent stays as it is. An empty language is one: what the browser asks for."""

    theme = forms.ChoiceField(required=False, choices=choices(Theme))
    density = forms.ChoiceField(required=False, choices=choices(Density))
    key_mode = forms.ChoiceField(required=False, choices=choices(KeyMode), label=_("Single keys"))
    digest = forms.ChoiceField(required=False, choices=choices(Digest))
    language = forms.ChoiceField(required=False, choices=lambda: [("", ""), *settings.LANGUAGES])

    def chosen(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value or (name == "language" and name in self.data)}


class GoalForm(forms.Form):
    """The day's goal; an empty field is none."""

    goal = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_A_DAY,
        label=_("Decisions a day"),
        widget=forms.NumberInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "field num"}),
    )


class KeymapForm(forms.Form):
    """A field for each key that can be changed, named as its shortcut; an empty one takes its own key back."""

    def __init__(self, preferences: Preferences, data: Any = None) -> None:
        super().__init__(data)
        own = remapped(preferences.keymap)
        for shortcut in REMAPPABLE:
            self.fields[shortcut.name] = forms.CharField(
                required=False,
                max_length=20,
                label=shortcut.label,
                initial=_typed(own[shortcut.name].keys),
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
            )

    def clean(self) -> dict[str, Any]:
        for name in list(self.fields):
            try:
                if self.cleaned_data.get(name):
                    read_keys(self.cleaned_data[name])
            except KeyRefused as refused:
                self.add_error(name, str(refused))
        for name, sentence in clashes(remapped(self.keymap())).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentence)
        return self.cleaned_data

    def keymap(self) -> dict[str, str]:
        """The keys that differ from the table's own."""
        found = {}
        for name, typed in self.cleaned_data.items():
            try:
                if typed and read_keys(typed) != BY_NAME[name].keys:
                    found[name] = _typed(read_keys(typed))
            except KeyRefused:
                continue
        return found


def _typed(keys: tuple[str, ...]) -> str:
    """Keys as a person types them: "A", "Shift A"."""
    return " ".join([*keys[:-1], keys[-1].upper()])
