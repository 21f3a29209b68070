"""The message of the commit that an export makes: how many of what, by whom."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from articles.models import Review
from articles.workflow import By

LISTED = 20  # titles
LONGEST = 100  # characters of one title
CHUNK = 500
WORDS = {"approved": "approved", "rejected": "rejected", "edited": "edited", "new": "made on the desk",
         "imported": "as imported", "removed": "removed"}  # fmt: skip
# Line ends of any kind would begin a line of their own, angle brackets an address, the others hide what is said.
UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff<>\ud800-\udfff]+")
ADDRESS = re.compile(r"[^\s<>@,;:\"\x00-\x1f\x7f-\x9f]+@[^\s<>@,;:\"\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """One file that leaves. ``kind`` is approved, rejected, edited, new, imported or removed."""

    kind: str
    title: str
    article: int | None


def commit_message(sent: Sequence[Sent]) -> str:
    """``newsdesk: 2 approved, 1 rejected``, then the titles, then a trailer for each editor with an address."""
    counts = Counter(one.kind for one in sent)
    subject = ", ".join(f"{counts[kind]:,} {word}" for kind, word in WORDS.items() if counts[kind])
    lines = [f"- {WORDS[one.kind].capitalize()}: {one_line(one.title)[:LONGEST]}" for one in sent[:LISTED]]
    if len(sent) > LISTED:
        lines.append(f"- and {len(sent) - LISTED:,} more")
    names, trailers = _editors([one.article for one in sent if one.article is not None])
    paragraphs = [f"newsdesk: {subject or 'nothing'}"]
    if names:
        paragraphs.append(f"Decided by {', '.join(names)}.")
    paragraphs += ["\n".join(part) for part in (lines, trailers) if part]
    return "\n\n".join(paragraphs) + "\n"


def one_line(text: str) -> str:
    """Text of strangers as a line of a message may hold it."""
    return " ".join(UNPRINTED.sub(" ", text).split())


def _editors(articles: Sequence[int]) -> tuple[list[str], list[str]]:
    """The names of those whose decisions leave, and their trailers, in the order of the names."""
    people: set[int] = set()
    for start in range(0, len(articles), CHUNK):
        acts = Review.objects.filter(
            article__in=articles[start : start + CHUNK], by=By.EDITOR, actor__isnull=False,
            undoes__isnull=True, undone_by__isnull=True,
        )  # fmt: skip
        people |= set(acts.order_by().values_list("actor_id", flat=True).distinct())
    named = []
    for person in get_user_model().objects.filter(pk__in=people):
        name = one_line(person.get_full_name()) or one_line(person.get_username()) or "editor"
        named.append((name, person.email if ADDRESS.fullmatch(person.email or "") else ""))
    named.sort()
    return [name for name, _ in named], [f"Co-authored-by: {name} <{mail}>" for name, mail in named if mail]
