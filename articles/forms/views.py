"""A saved view's name and who sees it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models.saved_view import LONGEST_QUERY


class SavedViewForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    shared = forms.BooleanField(label=_("Everybody on the desk sees it"), required=False)


class NewViewForm(SavedViewForm):
    query = forms.CharField(max_length=LONGEST_QUERY, required=False, widget=forms.HiddenInput)
