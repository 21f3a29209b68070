"""What pages show of an article's notes and of whom it is assigned to."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article
from articles.notes import LONGEST, thread
from articles.people.colleagues import WORK, people_of


def notes_context(
    request: HttpRequest, article: Article, *, refused: str = "", unfolded: bool = False
) -> dict[str, Any]:
    """What ``_notes.html`` needs. ``refused``: why what was sent is not kept; what was typed then stays in its field.
    ``unfolded``: also where there is nothing to read, as for who just wrote here.

    Three queries, four where people are mentioned; the names of people only where somebody may write.
    """
    told = thread(article, request.user, timezone.now())
    return {
        "thread": told,
        "open_notes": sum(one.note is not None and one.note.resolved_at is None for one in told),
        "note_refused": refused,
        "note_draft": request.POST.get("text", "")[:LONGEST] if refused else "",
        "note_key": uuid.uuid4(),
        "note_length": LONGEST,
        "colleagues": people_of(article.site_id, WORK).values_list("pk", "username"),
        "notes_unfolded": unfolded or bool(told or refused),
    }
