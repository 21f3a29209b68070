"""A new token: its name, what it is for, how long it lasts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.labels import choices
from articles.tokens import DAYS
from articles.workflow import Scope

LASTS = tuple((days, ngettext_lazy("%d day", "%d days", days) % days) for days in (7, 30, DAYS, 366))


class TokenForm(forms.Form):
    """``scopes`` in the order of the table; ``days`` a whole number."""

    name = forms.CharField(
        max_length=80, label=_("Name"), widget=forms.TextInput(attrs={"class": "field", "autocomplete": "off"}),
        error_messages={"required": _("Say what the token is for, so that you know it again.")},
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        choices=choices(Scope), initial=[Scope.READ.value], label=_("May"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that it may do.")},
    )  # fmt: skip
    days = forms.TypedChoiceField(
        choices=LASTS, coerce=int, initial=DAYS, label=_("Lasts"), widget=forms.Select(attrs={"class": "field"})
    )
