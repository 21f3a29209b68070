"""Decisions on articles that are alike: on one, on both, or on a whole story."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext

from articles.workflow import Action

ACTS = {"approve": Action.APPROVE, "reject": Action.REJECT, "hold": Action.HOLD, "duplicate": Action.REJECT}
SEEN = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")
MOST = 50  # articles in one form


class AlikeForm(forms.Form):
    """``act`` is a decision and whom it is for: "approve:12", "duplicate:all". ``seen`` are the articles shown, each with the
    version that the editor saw ("12:3"); ``of`` is the article that duplicates repeat."""

    act = forms.RegexField(rf"^({'|'.join(ACTS)}):(all|[0-9]{{1,18}})$")
    of = forms.IntegerField(required=False, min_value=1)
    key = forms.CharField(required=False, max_length=64)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        found = [SEEN.fullmatch(value) for value in data.getlist("seen")[:MOST]]
        self.seen = {int(match[1]): int(match[2]) for match in found if match}

    def clean(self) -> dict[str, Any]:
        if "act" in self.cleaned_data:
            self.word, self.target = self.cleaned_data["act"].split(":")
            if not self.wanted():
                self.add_error(None, gettext("Choose at least one article."))
            elif self.word == "duplicate" and not self.cleaned_data.get("of"):
                self.add_error(None, gettext("Choose the article that it is a duplicate of."))
        return self.cleaned_data

    @property
    def action(self) -> Action:
        return ACTS[self.word]

    @property
    def is_duplicate(self) -> bool:
        return self.word == "duplicate"

    def wanted(self) -> dict[int, int]:
        """The articles to decide, each with its version. The one that duplicates repeat is not among them."""
        keep = self.cleaned_data.get("of") if self.word == "duplicate" and self.target == "all" else None
        return {
            pk: version
            for pk, version in self.seen.items()
            if (self.target == "all" or pk == int(self.target)) and pk != keep
        }
