"""Who has which article open, and who is at the desk. Leases of two minutes by the database's clock.

Every write is conditional, so of two who reach for one article at once one gets it. Claims are no acts: they leave no
review, and a decision that the article's version allows is never refused because of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, Q
from django.db.models.functions import Now

from articles.models import Article, Claim, Site

LEASE = timedelta(minutes=2)
SEAT_RENEWED = timedelta(minutes=1)  # a seat is written at most this often, however often a page asks


@dataclass(frozen=True)
class Presence:
    """What is claimed on a site now. ``open``: article key -> its claim; ``people``: who is there, by name."""

    open: dict[int, Claim]
    people: tuple[Any, ...]

    def elsewhere(self, article: int, person: Any) -> Any:
        """Who else has the article open, or None."""
        found = self.open.get(article)
        return None if found is None or found.holder_id == person.pk else found.holder


def _lease() -> Any:
    return ExpressionWrapper(Now() + LEASE, output_field=DateTimeField())


def claim(article: Article, person: Any) -> Any:
    """Lease the article to the person, or lease it on. Who has it now: the person, or whoever was first.

    One query for an article that the person has, three for one that nobody had or somebody else has.
    """
    claims = Claim.objects.filter(article=article.pk)
    for _ in range(3):
        if claims.filter(Q(holder=person.pk) | Q(until__lte=Now())).update(holder=person.pk, until=_lease()):
            return person
        made = Claim(article_id=article.pk, site_id=article.site_id, holder_id=person.pk, until=_lease())
        Claim.objects.bulk_create([made], ignore_conflicts=True)
        found = claims.select_related("holder").first()
        if found:
            return found.holder
    return None  # it is being given up as fast as we ask: nobody has it


def take_over(article: Article, person: Any) -> None:
    """Lease the article to the person, whoever had it. The other is told when their page next asks."""
    if not Claim.objects.filter(article=article.pk).update(holder=person.pk, until=_lease()):
        claim(article, person)


def renew(article: Article, person: Any) -> Any:
    """Lease on what the person has. Who has it: the person, somebody else, or None when the lease was given up or ran out
    and nobody took it. One query where nothing has happened."""
    claims = Claim.objects.filter(article=article.pk)
    if claims.filter(holder=person.pk).update(until=_lease()):
        return person
    found = claims.filter(until__gt=Now()).select_related("holder").first()
    return found.holder if found else None


def claim_on(article: Article) -> Claim | None:
    """The article's claim, unless it has run out. One query."""
    return Claim.objects.filter(article=article.pk, until__gt=Now()).select_related("holder").first()


def release(article: int, person: Any, until: datetime | None = None) -> None:
    """Give up the person's claim on the article. One query.

    ``until``: the end that the lease had where it was seen last. One that was leased on since is kept, for another page of
    the person shows the article by now: a page that is left may say so after the next one has opened.
    """
    found = Claim.objects.filter(article=article, holder=person.pk)
    (found.filter(until__lte=until) if until else found).delete()


def release_all(articles: Iterable[int]) -> None:
    """Give up everybody's claims on articles that are decided. One query."""
    Claim.objects.filter(article__in=list(articles)).delete()


def be_present(site: Site, person: Any) -> None:
    """Keep the person's seat at the desk. At most one write a minute."""
    seats = Claim.objects.filter(site=site, holder=person.pk, article=None)
    late = ExpressionWrapper(Now() + (LEASE - SEAT_RENEWED), output_field=DateTimeField())
    if seats.filter(until__gt=late).exists() or seats.update(until=_lease()):
        return
    Claim.objects.bulk_create(
        [Claim(site=site, holder_id=person.pk, until=_lease())], ignore_conflicts=True
    )


def presence(site: Site, person: Any) -> Presence:
    """Everything that is claimed on the site now, and who is there: the person first. One query."""
    found = Claim.objects.filter(site=site, until__gt=Now()).select_related("holder")
    rows = list(found.only("article_id", "until", "holder__username"))
    others = {row.holder_id: row.holder for row in rows if row.holder_id != person.pk}
    return Presence(
        {row.article_id: row for row in rows if row.article_id is not None},
        (person, *sorted(others.values(), key=lambda other: other.get_username())),
    )
