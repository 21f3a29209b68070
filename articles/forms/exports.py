"""What to export."""

from __future__ import annotations

from django import forms

from articles.models import ExportRun


class ExportForm(forms.Form):
    scope = forms.ChoiceField(
        choices=ExportRun.Scope.choices, initial=ExportRun.Scope.APPROVED, widget=forms.RadioSelect
    )
