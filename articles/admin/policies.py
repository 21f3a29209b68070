"""Who wins a field, for each site, with its history."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from simple_history.admin import SimpleHistoryAdmin

from articles.captions import caption
from articles.forms.policy import FIXED
from articles.frontmatter import FIELDS
from articles.models import FieldPolicy


class FieldPolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    field = forms.ChoiceField(choices=[(key, f"{caption(key)} ({key})") for key in FIELDS])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        key = values.get("field", "")
        if key in FIXED and values.get("owner") != FIELDS[key].owner:
            raise ValidationError({"owner": FIXED[key]})
        return values


@admin.register(FieldPolicy)
class FieldPolicyAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    form = FieldPolicyForm
    list_display = ["field", "site", "owner", "change"]
    list_filter = ["site", "owner", "change"]
    list_select_related = ["site"]
    fields = ["site", "field", "owner", "change"]
