"""What to export, and where to."""

from __future__ import annotations

import hashlib

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.models import ExportRun, Place, Repository, Site

LONGEST = 10_000  # characters of a commit's message


class ExportForm(forms.Form):
    """What leaves and where to: ``zip``, ``git``, or ``place-KEY`` of a folder. ``sure`` is the second press, where one press
    would push. ``suggested`` tells whether somebody has written another message than the one that was offered."""

    scope = forms.ChoiceField(
        choices=ExportRun.Scope.choices, initial=ExportRun.Scope.APPROVED, widget=forms.RadioSelect, label=_("What to export")
    )
    to = forms.ChoiceField(required=False, widget=forms.RadioSelect, label=_("Where to"))
    message = forms.CharField(
        required=False, max_length=LONGEST, label=_("Message of the commit"),
        widget=forms.Textarea(attrs={"class": "form-control code", "rows": 8, "spellcheck": "true"}),
    )  # fmt: skip
    suggested = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, site: Site, repository: Repository | None, *words: object, **more: object) -> None:
        super().__init__(*words, **more)  # type: ignore[arg-type]
        self.places = {f"place-{one.pk}": one for one in Place.objects.filter(site=site, kind=Place.Kind.FOLDER).order_by("pk")}
        choices = [("zip", _("Zip"))] + ([("git", _("Git"))] if repository else [])
        self.fields["to"].choices = choices + [(name, one.location) for name, one in self.places.items()]  # type: ignore[attr-defined]

    @property
    def offers_places(self) -> bool:
        return len(self.fields["to"].choices) > 1  # type: ignore[attr-defined]

    def clean_to(self) -> str:
        return self.cleaned_data["to"] or "zip"

    def own_message(self) -> str:
        """What somebody wrote; "" where it is the message that was offered, so that the commit tells what it really holds."""
        text = self.cleaned_data["message"].replace("\r\n", "\n").strip()
        return "" if digest(text) == self.cleaned_data["suggested"] else text


def digest(message: str) -> str:
    """What ``suggested`` holds of a message."""
    return hashlib.blake2b(message.strip().encode("utf-8", "replace"), digest_size=16).hexdigest()
