"""What to export."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import ExportRun


class ExportForm(forms.Form):
    """What leaves and where to. ``sure`` is the second press, where one press would push."""

    scope = forms.ChoiceField(
        choices=ExportRun.Scope.choices, initial=ExportRun.Scope.APPROVED, widget=forms.RadioSelect
    )
    to = forms.ChoiceField(choices=[("zip", _("Zip")), ("git", "Git")], required=False, widget=forms.RadioSelect)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_to(self) -> str:
        return self.cleaned_data["to"] or "zip"
