"""What the last imports merged without asking, for people: beside a conflict they see that nothing else needs them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from articles.captions import caption, item_words, value_words
from articles.labels import counted
from articles.models import Article, Review
from articles.since import changes_after
from articles.workflow import NN_, Action

LONGEST = 60  # characters of a text; more is "new text"


def merged_unasked(article: Article, since: datetime) -> list[tuple[str, str]]:
    """Pairs of a field and what happened to it since that moment, by the feed alone. One query.

    The feed's other entries and its sealed value are not recorded one by one: what they are now is said.
    """
    rows = list(
        Review.objects.filter(article=article, action=Action.FOLLOW, at__gte=since).select_related("actor").order_by("pk")
    )
    told = [
        (caption(change.name), _happened(change.name, change.before, change.now))
        for change in changes_after(rows)
        if change.followed
    ]
    count = article.related_count
    return [
        *told,
        (gettext("Related"), counted(NN_("%(count)s now, as the feed has them", "%(count)s now, as the feed has them"), count) if count else gettext("none")),
        (gettext("Secured"), gettext("always the feed's latest")),
    ]


def _happened(name: str, before: Any, now: Any) -> str:
    if isinstance(before, list) or isinstance(now, list):
        old, new = ([item_words(item) for item in side or ()] for side in (before, now))
        added, gone = (sum(item not in other for item in side) for side, other in ((new, old), (old, new)))
        counts = [
            words % {"count": count}
            for count, words in ((added, gettext("%(count)s added")), (gone, gettext("%(count)s gone")))
            if count
        ]
        return ", ".join(counts) or gettext("changed in place")
    texts = [value_words(name, side) for side in (before, now)]
    if max(map(len, texts)) > LONGEST:
        return gettext("new text")
    return gettext("%(before)s to %(now)s") % {"before": texts[0], "now": texts[1]}
