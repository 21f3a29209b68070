"""Notes by programs: the same notes as on the pages, once however often they are sent."""
from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import notes
from articles.models import Article, Note, Review, Site
from tests.api.calling import Program
from tests.factories import NOON, make_article, make_person, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(editor: Any) -> Program:
    return Program(editor)


def test_note_is_written_once_and_told_whole(program: Program, site: Site, second_editor: Any) -> None:
    article = make_article(site)
    path, wish = f"/api/articles/{article.pk}/notes", {"text": "Is that true, @milo?"}

    first = program.post(path, wish, key="note-0001")
    again = program.post(path, wish, key="note-0001")
    other = program.post(path, {"text": "Else."}, key="note-0001")

    told = first.json()
    assert first.status_code == again.status_code == 200 and again.json() == told
    assert (told["author"], told["text"], told["mentions"]) == ("ida", "Is that true, @milo?", ["milo"])
    assert (told["resolved_at"], told["resolved_by"]) == (None, None)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert program.get(path).json() == {"items": [told], "next": None}
    after = Article.objects.get()
    assert (after.open_notes, after.version) == (1, 1) and not Review.objects.exists()
    assert program.get(f"/api/articles/{article.pk}").json()["open_notes"] == 1


def test_a_key_is_a_persons_own(program: Program, site: Site, second_editor: Any) -> None:
    path = f"/api/articles/{make_article(site).pk}/notes"
    program.post(path, {"text": "Who knows?"}, key="note-0001")

    assert Program(second_editor).post(path, {"text": "Who knows?"}, key="note-0001").json()["author"] == "milo"
    assert Note.objects.count() == 2


def test_note_is_resolved_and_opened_again(program: Program, site: Site, second_editor: Any) -> None:
    article = make_article(site)
    note = notes.write_note(article, "Who knows?", author=second_editor, at=NOON)
    path = f"/api/articles/{article.pk}/notes/{note.pk}"

    told = [program.post(path, {"resolved": yes}, key="").json()["resolved_by"] for yes in (True, True, False)]

    assert told == ["ida", "ida", None] and Article.objects.get().open_notes == 1


@pytest.mark.parametrize(("body", "key", "status"), [({"text": " \n"}, None, 422), ({"text": "x" * 5001}, None, 422), ({"text": "x"}, "", 422)])
def test_what_is_no_note_is_refused(program: Program, site: Site, body: Any, key: str | None, status: int) -> None:
    assert program.post(f"/api/articles/{make_article(site).pk}/notes", body, key=key).status_code == status
    assert not Note.objects.exists()


def test_note_of_another_article_is_not_there(program: Program, site: Site, editor: Any) -> None:
    one, other = make_article(site), make_article(make_site())
    note = notes.write_note(other, "Who knows?", author=editor, at=NOON)

    assert program.post(f"/api/articles/{one.pk}/notes/{note.pk}", {"resolved": True}, key="").status_code == 404
    assert Note.objects.get().resolved_at is None


def test_who_may_only_read_writes_none(site: Site) -> None:
    article = make_article(site)
    reader = Program(make_person("reader"))

    assert reader.post(f"/api/articles/{article.pk}/notes", {"text": "x"}).status_code == 403
    assert not Note.objects.exists()


def test_notes_cost_the_same_for_one_and_for_many(program: Program, site: Site, editor: Any, second_editor: Any) -> None:
    counts = []
    for number in (1, 6):
        article = make_article(site)
        for _ in range(number):
            notes.resolve(notes.write_note(article, "@milo", author=editor, at=NOON), person=second_editor, at=NOON)
        program.get(f"/api/articles/{article.pk}/notes")  # the use of the token is noted once a minute
        with CaptureQueriesContext(connection) as caught:
            assert len(program.get(f"/api/articles/{article.pk}/notes").json()["items"]) == number
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 8
