"""Notes beside an article: written, resolved, taken back, and whom they mention."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from articles import notes
from articles.decisions import decide
from articles.models import Article, Mention, Note, Site
from articles.models.review import AppendOnly
from articles.notes import TAKE_BACK, NoteRefused, reopen, resolve, take_back, thread, write_note
from articles.workflow import Action
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db


def open_notes(article: Article) -> int:
    return Article.objects.values_list("open_notes", flat=True).get(pk=article.pk)


def names_of(note: Note) -> list[str]:
    return [row.person.username for row in Mention.objects.filter(note=note).select_related("person")]


def test_a_note_is_counted_and_changes_nothing_else(site: Site, editor: User) -> None:
    article = make_article(site)

    note = write_note(article, "  Is this the\r\nright tram?  ", author=editor, at=NOON)

    assert (note.text, open_notes(article)) == ("Is this the\nright tram?", 1)
    fresh = Article.objects.get(pk=article.pk)
    assert (fresh.version, fresh.status, fresh.desk_fields) == (1, "pending", [])


def test_a_retry_is_one_note(site: Site, editor: User) -> None:
    article = make_article(site)

    first = write_note(article, "Look", author=editor, at=NOON, key="k")
    second = write_note(article, "Look", author=editor, at=NOON, key="k")

    assert first == second and open_notes(article) == 1 and Note.objects.count() == 1


@pytest.mark.parametrize(("text", "words"), [("  ", "Write something first."), ("x" * (notes.LONGEST + 1), "at most 5000")])
def test_what_is_no_note_is_refused(site: Site, editor: User, text: str, words: str) -> None:
    article = make_article(site)

    with pytest.raises(NoteRefused, match=words):
        write_note(article, text, author=editor, at=NOON)
    assert open_notes(article) == 0


def test_whoever_may_only_read_writes_nothing(site: Site, editor: User) -> None:
    article, reader = make_article(site), make_person("reader")
    note = write_note(article, "Look", author=editor, at=NOON)

    for act in (lambda: write_note(article, "x", author=reader, at=NOON), lambda: resolve(note, person=reader, at=NOON),
                lambda: reopen(note, person=reader), lambda: take_back(note, author=reader, at=NOON)):  # fmt: skip
        with pytest.raises(NoteRefused, match="may not"):
            act()
    assert open_notes(article) == 1


def test_mentions_reach_people_of_the_site_alone(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    make_seated("editor", make_site("elsewhere"), name="far")
    make_person("reader", "stranger")

    note = write_note(article, "@milo, @MILO and @far, @stranger, @nobody, @ida: mail x@milo.example", author=editor, at=NOON)

    assert names_of(note) == ["milo"]


def test_resolving_and_opening_again_count_once(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    note = write_note(article, "Look", author=editor, at=NOON)

    assert [resolve(note, person=second_editor, at=NOON), resolve(note, person=editor, at=NOON)] == [True, False]
    assert (open_notes(article), Note.objects.get().resolved_by) == (0, second_editor)
    assert [reopen(note, person=editor), reopen(note, person=editor)] == [True, False]
    assert (open_notes(article), Note.objects.get().resolved_by) == (1, None)


def test_the_author_takes_a_note_back_for_a_while(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    note = write_note(article, "Look, @milo", author=editor, at=NOON)

    for person, at in ((second_editor, NOON), (editor, NOON + TAKE_BACK)):
        with pytest.raises(NoteRefused, match="10 minutes"):
            take_back(note, author=person, at=at)
    assert open_notes(article) == 1

    take_back(note, author=editor, at=NOON + TAKE_BACK - timedelta(seconds=1))
    assert (open_notes(article), Note.objects.count(), Mention.objects.count()) == (0, 0, 0)


def test_a_resolved_note_stays(site: Site, editor: User) -> None:
    note = write_note(make_article(site), "Look", author=editor, at=NOON)
    resolve(note, person=editor, at=NOON)

    with pytest.raises(NoteRefused):
        take_back(note, author=editor, at=NOON)


def test_the_text_of_a_note_never_changes(site: Site, editor: User) -> None:
    note = write_note(make_article(site), "Look", author=editor, at=NOON)
    note.text = "Something else"

    with pytest.raises(AppendOnly):
        note.save()


def test_a_thread_holds_notes_and_what_was_written_with_decisions(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    write_note(article, "Is it? @milo", author=editor, at=NOON)
    decide([article], Action.APPROVE, editor=second_editor, at=NOON + timedelta(minutes=1), note="It is.")

    first, second = thread(article, editor, NOON + timedelta(minutes=2))

    assert (first.author, first.pieces, first.may_take_back) == (editor, [("Is it? ", False), ("@milo", True)], True)
    assert (second.author, second.pieces, second.note, second.may_take_back) == (second_editor, [("It is.", False)], None, False)
