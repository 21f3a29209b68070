"""Who wins a field, and what its change means, for one site: the whole table as one form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.captions import caption
from articles.frontmatter import FIELDS
from articles.models import FieldPolicy, Site

# Owners that no site can change, and why.
FIXED = {
    "published": _("The desk, always: it follows from the decision."),
    "removed": _("The feed, always: only it takes an article back."),
    "related": _("The feed, always: the desk does not edit it."),
    "secured": _("The feed, always: it is sealed, and leaves as it came."),
}


@dataclass(frozen=True)
class PolicyRow:
    """One key with its two choices. ``owner`` is None where ``why`` says who always wins."""

    key: str
    caption: str
    owner: BoundField | None
    change: BoundField
    why: str
    changed: bool


class PolicyForm(forms.Form):
    """Fields ``owner-KEY`` and ``change-KEY``. A key that says what the schema says has no row."""

    def __init__(self, site: Site, data: Any = None) -> None:
        self.site = site
        self.rows = {row.field: row for row in FieldPolicy.objects.filter(site=site)}
        super().__init__(data, initial=self._initial())
        for key, field in FIELDS.items():
            name = caption(key)
            if key not in FIXED:
                self.fields[f"owner-{key}"] = _choice(FieldPolicy.Owner.choices, field.owner, gettext("Who wins %(field)s") % {"field": name})
            self.fields[f"change-{key}"] = _choice(
                FieldPolicy.Change.choices, field.change, gettext("What a change of %(field)s means") % {"field": name}
            )

    def _initial(self) -> dict[str, str]:
        values: dict[str, str] = {}
        for key, field in FIELDS.items():
            row = self.rows.get(key)
            values[f"owner-{key}"] = row.owner if row else field.owner
            values[f"change-{key}"] = row.change if row else field.change
        return values

    def table(self) -> Iterator[PolicyRow]:
        for key in FIELDS:
            owner = self[f"owner-{key}"] if key not in FIXED else None
            yield PolicyRow(key, caption(key), owner, self[f"change-{key}"], str(FIXED.get(key, "")), key in self.rows)

    @transaction.atomic
    def save(self) -> int:
        """Store what differs from the schema, each with its history. How many keys were changed."""
        count = 0
        for key, field in FIELDS.items():
            owner = self.cleaned_data.get(f"owner-{key}", field.owner)
            change = self.cleaned_data[f"change-{key}"]
            row = self.rows.get(key)
            if row and (owner, change) == (field.owner, field.change):
                row.delete()
            elif row and (owner, change) != (row.owner, row.change):
                row.owner, row.change = owner, change
                row.save(update_fields=["owner", "change"])
            elif not row and (owner, change) != (field.owner, field.change):
                FieldPolicy.objects.create(site=self.site, field=key, owner=owner, change=change)
            else:
                continue
            count += 1
        return count

    @transaction.atomic
    def reset(self, key: str) -> int:
        """Give one key, or with "all" every key, the schema's own policy again. How many were changed."""
        gone = [row for row in self.rows.values() if key in ("all", row.field)]
        for row in gone:
            row.delete()
        return len(gone)


def _choice(choices: list[tuple[str, str]], default: str, label: str) -> forms.ChoiceField:
    """A select that says which of its values is the default."""
    shown = [(value, gettext("%(choice)s (default)") % {"choice": words.split(":")[0]} if value == default else words.split(":")[0])
             for value, words in choices]  # fmt: skip
    return forms.ChoiceField(choices=shown, label=label, widget=forms.Select(attrs={"class": "field", "aria-label": label}))
