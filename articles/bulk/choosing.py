"""Which articles an act on many is about, frozen when they are chosen, and what one sees of them before it is done."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from articles.decisions import DecisionRefused
from articles.labels import grouped
from articles.models import Article, BulkRun, Site
from articles.workflow import TRANSITIONS, Action, may

MOST_AT_ONCE = 200  # what is decided in one transaction, while the editor waits
MOST = 20_000  # in one run: SQLite takes some 32,000 values in one statement
SAMPLES, PROVIDERS = 10, 12  # what the preview shows
KEPT = timedelta(days=1)  # how long a choice waits for its act


@dataclass(frozen=True)
class Summary:
    """The chosen articles as they are now. ``fit`` can be acted on; ``changed`` are others than when they were chosen,
    ``unfit`` have a status that the decision does not start from. ``providers``: names with their counts, the largest
    first; ``others`` counts the rest."""

    providers: Sequence[tuple[str, int]]
    others: int
    samples: Sequence[Article]
    fit: int
    changed: int
    unfit: int


def of_site(site: Site, seen: Mapping[int, int]) -> dict[int, int]:
    """What of a form's articles (article -> version) is on the site, in the form's order. One query."""
    known = set(Article.objects.filter(site=site, pk__in=seen).values_list("pk", flat=True))
    return {pk: version for pk, version in seen.items() if pk in known}


def choose(
    site: Site,
    seen: Iterable[tuple[int, int]],
    *,
    editor: Any,
    query: str = "",
    whole: bool = False,
    token: uuid.UUID | None = None,
) -> BulkRun:
    """Freeze a choice: pairs of article and version, of which no more than ``MOST`` are read. Nothing is done yet.

    ``token``: what a form sent along; the same choice by the same editor is then the same run. Raises DecisionRefused.
    """
    rows: list[list[int]] = []
    for pk, version in seen:
        if len(rows) == MOST:
            raise DecisionRefused(gettext("At most %(most)s articles at once. Narrow the filter.") % {"most": grouped(MOST)})
        rows.append([pk, version])
    if not rows:
        raise DecisionRefused(gettext("No article is selected."))
    if token is not None:
        earlier = BulkRun.objects.filter(token=token).first()
        if earlier and earlier.editor_id == editor.pk and earlier.seen == rows:
            return earlier
        token = None if earlier else token
    return BulkRun.objects.create(
        site=site, editor=editor, seen=rows, total=len(rows), whole=whole, query=query[:2000], token=token or uuid.uuid4()
    )


def forget(at: datetime) -> int:
    """Remove choices that nobody did anything with for a day."""
    return BulkRun.objects.filter(state=BulkRun.State.CHOSEN, chosen_at__lt=at - KEPT).delete()[0]


def summary(run: BulkRun) -> Summary:
    """What the preview shows. Two queries, whatever the number."""
    versions: dict[int, int] = dict(run.seen)
    rows = Article.objects.filter(pk__in=versions).values_list(
        "pk", "version", "status", "provider__name", "provider_name", "provider_domain"
    )
    providers: Counter[str] = Counter()
    fit, unfit, found = 0, 0, []
    for pk, version, status, *names in rows:
        found.append(pk)
        providers[next((name for name in names if name), gettext("Unknown provider"))] += 1
        if version == versions[pk]:
            allowed = run.action not in TRANSITIONS or may(Action(run.action), status)
            fit, unfit = fit + allowed, unfit + (not allowed)
    chance = random.Random(run.token.int)  # noqa: S311 - the same ten whenever the page is looked at again
    chosen = chance.sample(sorted(found), min(SAMPLES, len(found)))
    largest = providers.most_common(PROVIDERS)
    return Summary(
        providers=largest,
        others=sum(providers.values()) - sum(count for _, count in largest),
        samples=list(Article.objects.filter(pk__in=chosen).for_listing().order_by("pk")),
        fit=fit,
        changed=run.total - fit - unfit,
        unfit=unfit,
    )
