"""The likely duplicates that stand beside an article, for ``_alike.html``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from articles.labels import percent
from articles.likeness.stories import likely_duplicates
from articles.likeness.titles import shared
from articles.models import Article
from articles.views.rows import STATUS_TAGS, STATUS_WORDS, row_of


def alike_context(article: Article, at: datetime) -> dict[str, Any]:
    """What ``_alike.html`` needs: the likely duplicates, best first, each with the words that the titles share. One query."""
    twins = likely_duplicates(article)
    alike = [
        {
            "row": row_of(twin.other, at),
            "title": shared(twin.other.title or twin.other.path, [article.title or ""]),
            "words": gettext("same address") if twin.same_page and twin.score < 100 else gettext("%(percent)s alike") % {"percent": percent(twin.score)},
            "tag": STATUS_TAGS[twin.other.status],
            "state": str(STATUS_WORDS[twin.other.status]),
            "pk": twin.other_id,
        }
        for twin in twins
    ]
    return {"alike": alike, "alike_keys": {twin.other_id for twin in twins}}
