"""A new token: its name, what it is for, how long it lasts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.labels import choices
from articles.tokens import DAYS
from articles.workflow import Scope

LASTS = (7, 30, DAYS, 366)


def _lasts() -> list[tuple[int, str]]:
    """In the language of the page, hence asked for each time."""
    return [(days, ngettext("%(count)s day", "%(count)s days", days) % {"count": days}) for days in LASTS]


class TokenForm(forms.Form):
    """``scopes`` in the order of the table; ``days`` a whole number."""

    name = forms.CharField(
        max_length=80, label=_("Name"), widget=forms.TextInput(attrs={"class": "field", "autocomplete": "off"}),
        error_messages={"required": _("Say what the token is for, so that you know it again.")},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        choices=choices(Scope), initial=[Scope.READ.value], label=_("It may"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that it may do.")},
    )  # fmt: skip
    days = forms.TypedChoiceField(
        choices=_lasts, coerce=int, initial=DAYS, label=_("Lasts"), widget=forms.Select(attrs={"class": "field"})
    )
