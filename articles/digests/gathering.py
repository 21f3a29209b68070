"""What waits for one person, site by site: facts for a mail, and nothing of a file but the title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from articles.attention import attention
from articles.models import Article, Mention, QuarantinedFile, Site
from articles.people import is_allowed, sites_of
from articles.people.colleagues import SEE, WORK
from articles.searching import ANY
from articles.workflow import Status

LISTED = 10  # of each kind and site; of the others the number is told
LONGEST = 160  # letters of a title or note


@dataclass(frozen=True)
class Line:
    """One thing that waits. ``words``: of a mention, who wrote what."""

    title: str
    link: str
    who: str = ""
    words: str = ""


@dataclass(frozen=True)
class Waiting:
    """What waits on one site. Counts beside their lists are of all, also those that are not listed."""

    site: Site
    mentions: Sequence[Line] = ()
    mention_count: int = 0
    assigned: Sequence[Line] = ()
    assigned_count: int = 0
    assigned_link: str = ""
    counts: Sequence[tuple[str, int, str]] = ()  # kind, how many, link: conflicts, rechecks, quarantined

    def __bool__(self) -> bool:
        return bool(self.mention_count or self.assigned_count or self.counts)


@dataclass(frozen=True)
class Gathered:
    """What one mail tells, and the mentions that it tells of."""

    sites: Sequence[Waiting] = ()
    mentions: Sequence[int] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        return bool(self.sites)


def gather(person: Any) -> Gathered:
    """What waits for the person on the sites that they may see, and mentions that no mail has told. Five queries a site."""
    sites = [site for site in sites_of(person) if is_allowed(person, SEE, site)]
    told: list[int] = []
    found = [_waiting(person, site, told) for site in sites]
    return Gathered(tuple(one for one in found if one), tuple(told))


def _waiting(person: Any, site: Site, told: list[int]) -> Waiting:
    rows = Mention.objects.filter(person=person.pk, told_at=None, note__resolved_at=None, note__article__site=site)
    mentions = list(rows.select_related("note__article", "note__author").order_by("pk"))
    told += [row.pk for row in mentions]
    assigned = Article.objects.none()
    if is_allowed(person, WORK, site):
        assigned = Article.objects.of_site(site).assigned(person.pk)
        assigned = assigned.filter(status__in=[Status.PENDING, Status.HELD], withdrawn=False)
    return Waiting(
        site,
        [
            Line(_title(row.note.article), _review(row.note.article, site, "#notes"), row.note.author.get_username(), plain(row.note.text))
            for row in mentions[:LISTED]
        ],
        len(mentions),
        [Line(_title(one), _review(one, site)) for one in assigned.order_by("-queued_at", "-pk").only("pk", "title", "path")[:LISTED]],
        assigned.count(),
        link(reverse("articles:queue"), site, assigned="me", status=ANY),
        _counts(person, site),
    )


def _counts(person: Any, site: Site) -> list[tuple[str, int, str]]:
    """What else is theirs to settle; nothing is asked that they may not."""
    found = []
    if is_allowed(person, "articles.change_conflict", site):
        stuck = attention(site)
        found.append(("conflicts", stuck["conflict_count"], link(reverse("articles:conflicts"), site)))
        found.append(("rechecks", stuck["recheck_count"], link(reverse("articles:recheck"), site)))
    if is_allowed(person, "articles.change_quarantinedfile", site):
        count = QuarantinedFile.objects.filter(site=site, dismissed_at=None, mended_at=None).count()
        found.append(("quarantined", count, link(reverse("articles:imports"), site)))
    return [one for one in found if one[1]]


def link(path: str, site: Site, **query: str) -> str:
    """The page's address for a mail; "" where the desk does not know under which address people open it."""
    if not settings.DESK_URL:
        return ""
    return f"{settings.DESK_URL}{path}?{urlencode({'site': site.name, **query})}"


def plain(text: str, most: int = LONGEST) -> str:
    """A text as one line of a mail: no signs that turn or break it."""
    found = "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
    return f"{found[: most - 1]}…" if len(found) > most else found


def _title(article: Article) -> str:
    return plain(str(article))


def _review(article: Article, site: Site, place: str = "") -> str:
    found = link(reverse("articles:review", args=[article.pk]), site)
    return f"{found}{place}" if found else ""
