"""What stands beside an article: its likely duplicates, and the story that it is one telling of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import F
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.labels import percent
from articles.likeness.titles import likeness
from articles.likeness.twins import headline
from articles.models import Article, RelatedArticle, Twin
from articles.workflow import Status

MOST = 12  # members of a story
CLOSE = 60  # percent: how alike two titles are where each article's file names the other
STATES = {
    Status.PENDING: _("in the queue"),
    Status.HELD: _("held"),
    Status.APPROVED: _("approved"),
    Status.REJECTED: _("rejected"),
    Status.LIVE: _("published"),
}


def likely_duplicates(article: Article) -> list[Twin]:
    """The twins, those of one address first, then the most alike. One query.

    Withdrawn ones are left out, here and below: where a file was renamed, that is the same article under its old path.
    """
    return list(article.twins.filter(other__withdrawn=False).select_related("other", "other__provider", "other__assigned_to"))


def mark_alike(articles: Iterable[Article]) -> None:
    """Give each article of a list ``alike``: its likely duplicates in words, "" without any. One query."""
    listed = list(articles)
    found: dict[int, list[tuple[int, bool, str]]] = defaultdict(list)
    keys = [article.pk for article in listed]
    rows = Twin.objects.filter(article__in=keys, other__withdrawn=False) if keys else Twin.objects.none()
    for pk, score, same, status in rows.values_list("article_id", "score", "same_page", "other__status"):
        found[pk].append((score, same, status))
    for article in listed:
        article.alike = alike_words(found.get(article.pk, []))  # type: ignore[attr-defined]


def alike_words(twins: Sequence[tuple[int, bool, str]]) -> str:
    """Likely duplicates as a flag: “96% like 1 in the queue”, “2 likely duplicates”. Each is (percent, same page, status)."""
    if not twins:
        return ""
    if len(twins) > 1:
        return ngettext("%(count)s likely duplicate", "%(count)s likely duplicates", len(twins)) % {"count": len(twins)}
    score, same, status = twins[0]
    state = STATES[Status(status)]
    return gettext("Same address as 1 %(state)s") % {"state": state} if same else gettext("%(percent)s like 1 %(state)s") % {"percent": percent(score), "state": state}


def story(article: Article) -> list[Article]:
    """The articles that tell one story, the article itself first, then from the nearest on; at most ``MOST``.

    Reached through twins, twins of twins, and related entries of two files that name each other where the titles are alike.
    Four queries.
    """
    found = dict.fromkeys([article.pk])
    found |= dict.fromkeys(_twins([article.pk]))
    found |= dict.fromkeys(_mutual(article))
    found |= dict.fromkeys(_twins(list(found)[:MOST]))
    keys = list(found)[:MOST]
    rows = {row.pk: row for row in Article.objects.filter(pk__in=keys).for_listing()}
    return [rows[pk] for pk in keys if pk in rows]


def _twins(keys: Sequence[int]) -> list[int]:
    rows = Twin.objects.filter(article__in=keys, other__withdrawn=False).order_by("-same_page", "-score", "other")
    return list(rows.values_list("other_id", flat=True)[: MOST * MOST])


def _mutual(article: Article) -> list[int]:
    """Articles that this one's file relates to and whose files relate back, with titles that are alike."""
    named = RelatedArticle.objects.filter(article=article, target__withdrawn=False)
    back = named.filter(target__related_entries__target=F("article")).order_by("place")
    rows = back.values_list("target_id", "target__title", "target__provider_name", "target__provider_domain")
    own = headline(article.title, article.provider_name, article.provider_domain, "")
    return [
        pk
        for pk, title, name, domain in rows[: MOST * MOST]
        if pk != article.pk and likeness(own, headline(title, name, domain, ""), CLOSE) >= CLOSE
    ]
