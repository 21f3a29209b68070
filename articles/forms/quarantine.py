"""A refused file: its lines as somebody mends them, or why it needs no look."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 1_000_000  # characters of the lines that are edited


class MendForm(forms.Form):
    """The lines of the window. ``blob`` says which bytes the editor saw."""

    text = forms.CharField(max_length=LONGEST, strip=False, required=False, widget=forms.Textarea, label=_("Lines"))
    whole = forms.BooleanField(required=False, widget=forms.HiddenInput)
    blob = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class DismissForm(forms.Form):
    reason = forms.CharField(
        max_length=500, label=_("Why it needs no look"), widget=forms.TextInput(attrs={"class": "field"}),
        error_messages={"required": _("Say why it needs no look.")},
    )
