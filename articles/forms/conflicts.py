"""The choice between the sides of a conflict, and "still fine" for articles that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from articles.models import Article, Conflict

MOST = 200  # articles confirmed at once


class SettleForm(forms.Form):
    """One set of radio buttons for each field in conflict; ``all`` chooses one side for every field.

    ``seen`` names the sides that the page showed, ``version`` the article's version.
    """

    version = forms.IntegerField(min_value=1)
    seen = forms.CharField(max_length=64)
    key = forms.CharField(required=False, max_length=64)
    all = forms.ChoiceField(
        required=False, choices=[("", ""), (Conflict.Choice.OURS, "ours"), (Conflict.Choice.THEIRS, "theirs")]
    )

    def __init__(self, article: Article, rows: Sequence[Conflict], data: Any) -> None:
        super().__init__(data)
        self.article, self.rows = article, rows
        for row in rows:
            self.fields[name_of(row)] = forms.ChoiceField(required=False, choices=Conflict.Choice.choices)

    def choices(self) -> Mapping[str, str]:
        """File key -> the side that was chosen; a field without a choice keeps waiting."""
        everywhere = self.cleaned_data["all"]
        chosen = {row.field: everywhere or self.cleaned_data[name_of(row)] for row in self.rows}
        return {key: choice for key, choice in chosen.items() if choice}

    def seen_article(self) -> Article:
        """The article as the version that the editor saw."""
        self.article.version = self.cleaned_data["version"]
        return self.article


class ConfirmForm(forms.Form):
    """``article`` values are "key-version"; ``only`` is the one beside a button of its own."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.versions: dict[int, int] = {}
        chosen = [data["only"]] if data.get("only") else data.getlist("article")
        for value in chosen[:MOST]:
            pk, _, version = value.partition("-")
            if all(part.isdecimal() and len(part) < 19 for part in (pk, version)):
                self.versions[int(pk)] = int(version)

    def seen(self, articles: Sequence[Article]) -> list[Article]:
        """The articles as the versions that the editor saw."""
        for article in articles:
            article.version = self.versions[article.pk]
        return list(articles)


def name_of(row: Conflict) -> str:
    """The name of the radio buttons of one field in conflict."""
    return f"side-{row.field}"
