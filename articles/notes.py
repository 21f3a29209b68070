"""Notes beside an article: written, resolved, taken back. They decide nothing, and change neither the article nor its version.

Each function keeps ``Article.open_notes`` in its transaction, with one conditional statement, so that no two can count twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext

from articles.models import Article, Mention, Note, Review, Site
from articles.people import is_allowed
from articles.people.colleagues import Piece, mentioned, people_of, pieces
from articles.workflow import By

LONGEST = 5_000  # letters
MOST_MENTIONS = 20  # people whom one note can reach
TAKE_BACK = timedelta(minutes=10)
SHOWN = 50  # of a thread, the latest
WRITE = "articles.change_article"


class NoteRefused(Exception):
    """The note cannot be kept or changed so. The text is a sentence for the screen."""


@dataclass(frozen=True)
class Told:
    """One entry of a thread. ``note`` is None for what was written with a decision, which is ``review``."""

    at: datetime
    author: Any
    pieces: Sequence[Piece]
    note: Note | None = None
    review: Review | None = None
    may_take_back: bool = False


def write_note(article: Article, text: str, *, author: Any, at: datetime, key: str = "") -> Note:
    """Add a note and whom it mentions. With the ``key`` of an earlier one that one comes back. Raises NoteRefused."""
    _check(author, article)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise NoteRefused(gettext("Write something first."))
    if len(text) > LONGEST:
        raise NoteRefused(gettext("A note has at most %(most)s letters.") % {"most": LONGEST})
    people = [one for one in mentioned(text, people_of(article.site_id)) if one.pk != author.pk] if "@" in text else []
    try:
        with transaction.atomic():
            note = Note.objects.create(article=article, author=author, at=at, text=text, key=key or None)
            Mention.objects.bulk_create(Mention(note=note, person=person) for person in people[:MOST_MENTIONS])
            _count(article.pk, 1)
    except IntegrityError:
        earlier = Note.objects.filter(article=article, key=key, author=author).first() if key else None
        if earlier is None:
            raise
        return earlier
    return note


def resolve(note: Note, *, person: Any, at: datetime) -> bool:
    """Say that a note needs nobody any more. False where somebody has. Raises NoteRefused."""
    _check(person, note.article)
    with transaction.atomic():
        done = Note.objects.filter(pk=note.pk, resolved_at=None).update(resolved_at=at, resolved_by=person)
        _count(note.article_id, -done)
    return bool(done)


def reopen(note: Note, *, person: Any) -> bool:
    """Undo that. Raises NoteRefused."""
    _check(person, note.article)
    with transaction.atomic():
        done = Note.objects.filter(pk=note.pk, resolved_at__isnull=False).update(resolved_at=None, resolved_by=None)
        _count(note.article_id, done)
    return bool(done)


def take_back(note: Note, *, author: Any, at: datetime) -> None:
    """Remove a note that its author has just written; nothing of it stays. Raises NoteRefused."""
    _check(author, note.article)
    with transaction.atomic():
        mine = Note.objects.select_for_update().filter(pk=note.pk, author=author, at__gt=at - TAKE_BACK, resolved_at=None)
        if mine.first() is None:
            words = gettext("A note can be taken back by who wrote it, for %(minutes)s minutes and while it is open.")
            raise NoteRefused(words % {"minutes": TAKE_BACK.seconds // 60})
        Mention.objects.filter(note=note.pk).delete()
        gone, _rows = mine.delete()
        _count(note.article_id, -gone)


def thread(article: Article, person: Any, at: datetime) -> list[Told]:
    """The notes of an article and what was written with decisions on it, the earliest first; of many the latest. Three
    queries."""
    notes = Note.objects.filter(article=article).select_related("author", "resolved_by").prefetch_related("mentions__person")
    found = [
        Told(
            note.at, note.author, pieces(note.text, [one.person for one in note.mentions.all()]), note,
            may_take_back=note.author_id == person.pk and note.resolved_at is None and note.at > at - TAKE_BACK,
        )
        for note in notes.order_by("-pk")[:SHOWN]
    ]  # fmt: skip
    rows = Review.objects.filter(article=article, by=By.EDITOR).exclude(note="").select_related("actor").order_by("-pk")
    found += [Told(row.at, row.actor, [(row.note, False)], review=row) for row in rows[:SHOWN]]
    return sorted(reversed(found), key=lambda one: one.at)[-SHOWN:]


def mentions_of(person: Any, site: Site) -> list[Mention]:
    """Open notes of the site that mention the person, the latest first, with note, author and article. One query."""
    found = Mention.objects.filter(person=person.pk, note__resolved_at=None, note__article__site=site)
    return list(found.select_related("note__author", "note__article").order_by("-pk")[:SHOWN])


def _check(person: Any, article: Article) -> None:
    if not is_allowed(person, WRITE, article.site_id):
        raise NoteRefused(gettext("Your account may not do this. Ask an admin for the role."))


def _count(article: int, step: int) -> None:
    if step:
        Article.objects.filter(pk=article).update(open_notes=F("open_notes") + step)
