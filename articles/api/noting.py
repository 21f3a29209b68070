"""Notes beside an article: read, written, resolved. They decide nothing and leave the article's version as it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Body, Path, Router, Schema
from pydantic import Field

from articles import notes
from articles.api.authority import article_called
from articles.api.keys import Key, names, reused
from articles.api.pages import Cursor, Limit, Page, by_key
from articles.api.problems import Problem
from articles.api.wishes import LARGEST, ChangeNote, WriteNote
from articles.models import Note
from articles.workflow import Scope

router = Router()
ArticleKey = Annotated[int, Path(ge=1, le=LARGEST, description="The article's id.")]
NoteKey = Annotated[int, Path(ge=1, le=LARGEST, description="The note's id.")]


class NoteOut(Schema):
    id: int
    at: datetime
    author: str
    text: str
    mentions: list[str] = Field(description="Whom it means, by name.")
    resolved_at: datetime | None
    resolved_by: str | None


class Notes(Page):
    items: list[NoteOut]


@router.get("/articles/{id}/notes", response=Notes, summary="Notes of an article", tags=["read"])
def list_notes(request: HttpRequest, id: ArticleKey, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """What people wrote beside one article, the earliest first."""
    article, _person = article_called(request, id, "articles.view_article", Scope.READ)
    rows, following = by_key("notes", _whole().filter(article=article), cursor, limit)
    return {"items": [_words(one) for one in rows], "next": following}


@router.post("/articles/{id}/notes", response=NoteOut, summary="Write a note", tags=["note"])
def write_note(request: HttpRequest, id: ArticleKey, wish: Body[WriteNote], idempotency_key: Key) -> Any:
    """Write a note beside an article. Its text never changes afterwards."""
    article, person = article_called(request, id, notes.WRITE, Scope.NOTE)
    beginning, whole = names(person, idempotency_key, wish)
    if Note.objects.filter(article=article, key__startswith=beginning).exclude(key=whole).exists():
        raise reused()
    try:
        note = notes.write_note(article, wish.text, author=person, at=timezone.now(), key=whole)
    except notes.NoteRefused as refused:
        raise Problem(422, str(refused), errors=[{"where": "body.text", "message": str(refused)}]) from refused
    return _words(_whole().get(pk=note.pk))


@router.post("/articles/{id}/notes/{note}", response=NoteOut, summary="Resolve a note", tags=["note"])
def change_note(request: HttpRequest, id: ArticleKey, note: NoteKey, wish: Body[ChangeNote]) -> Any:
    """Resolve a note, or open it again. What is so already stays as it is."""
    article, person = article_called(request, id, notes.WRITE, Scope.NOTE)
    found = get_object_or_404(_whole().select_related("article"), article=article, pk=note)
    if wish.resolved:
        notes.resolve(found, person=person, at=timezone.now())
    else:
        notes.reopen(found, person=person)
    return _words(_whole().get(pk=note))


def _whole() -> Any:
    """Notes with all that is told of them: two queries."""
    return Note.objects.select_related("author", "resolved_by").prefetch_related("mentions__person")


def _words(note: Note) -> dict[str, Any]:
    return {
        "id": note.pk,
        "at": note.at,
        "author": note.author.get_username(),
        "text": note.text,
        "mentions": [one.person.get_username() for one in note.mentions.all()],
        "resolved_at": note.resolved_at,
        "resolved_by": note.resolved_by.get_username() if note.resolved_by else None,
    }
