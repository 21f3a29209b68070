"""Notes and assignment on the pages: the review, the history, the queue's rows and its filter."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Note, Review, Site
from articles.notes import resolve, write_note
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_a_note_is_written_without_javascript(site: Site, editor: User, second_editor: User) -> None:
    article, client = make_article(site), signed_in(editor)

    reply = client.post(f"/articles/{article.pk}/notes/", {"text": "Is it so, @milo?", "key": "k", "view": "quality=60.."})

    assert reply["Location"] == f"/review/{article.pk}/?quality=60..#notes"
    for address in (f"/review/{article.pk}/", f"/articles/{article.pk}/history/"):
        page = text_of(client.get(address))
        assert "Is it so, <b>@milo</b>?" in page and "1 open note" in page, address


def test_htmx_gets_the_notes_alone(site: Site, editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    address = f"/articles/{article.pk}/notes/"

    page = text_of(client.post(address, {"text": "Look <b>here</b>"}, **HTMX))
    assert page.startswith('<details class="notes" id="notes" open>') and "Look &lt;b&gt;here&lt;/b&gt;" in page
    note = Note.objects.get()

    page = text_of(client.post(address, {"do": f"resolve:{note.pk}"}, **HTMX))
    assert "Resolved by ida" in page and "open note" not in page
    page = text_of(client.post(address, {"do": f"reopen:{note.pk}"}, **HTMX))
    assert "1 open note" in page
    page = text_of(client.post(address, {"do": f"take_back:{note.pk}"}, **HTMX))
    assert "No notes yet." in page and not Note.objects.exists()


@pytest.mark.parametrize("words", [{"text": " "}, {"do": "burn"}])
def test_what_cannot_be_kept_is_told(site: Site, editor: User, words: dict[str, str]) -> None:
    article, client = make_article(site), signed_in(editor)

    plain, part = (client.post(f"/articles/{article.pk}/notes/", words, **more) for more in ({}, HTMX))
    assert (plain.status_code, part.status_code) == (422, 422) and 'role="alert"' in text_of(part)


def test_too_long_a_note_stays_in_its_field(site: Site, editor: User) -> None:
    article = make_article(site)

    reply = signed_in(editor).post(f"/articles/{article.pk}/notes/", {"text": "tram " * 1_001})
    assert reply.status_code == 422 and "tram tram" in text_of(reply) and not Note.objects.exists()


def test_a_note_of_another_article_is_not_found(site: Site, editor: User) -> None:
    note = write_note(make_article(site), "Look", author=editor, at=NOON)

    reply = signed_in(editor).post(f"/articles/{make_article(site).pk}/notes/", {"do": f"resolve:{note.pk}"})
    assert reply.status_code == 404 and Note.objects.get().resolved_at is None


def test_an_article_is_assigned_and_taken_back(site: Site, editor: User, second_editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    address = f"/articles/{article.pk}/assign/"

    assert client.post(address, {"person": second_editor.pk, "was": ""}).status_code == 302
    row = Review.objects.get()
    assert (row.action, row.before, row.after) == ("edit", {"assigned_to_id": None}, {"assigned_to_id": second_editor.pk})
    assert "Assigned to milo" in text_of(client.get(f"/review/{article.pk}/"))
    history = text_of(client.get(f"/articles/{article.pk}/history/"))
    assert "<dt>Assigned to</dt> <dd dir=\"auto\"> <del>nobody</del> <ins>milo</ins>" in history

    client.post("/undo/", {"review": row.pk})
    assert Article.objects.get().assigned_to is None


def test_who_assigns_second_is_told(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site)
    address = f"/articles/{article.pk}/assign/"
    signed_in(editor).post(address, {"person": editor.pk, "was": ""})

    reply = signed_in(second_editor).post(address, {"person": second_editor.pk, "was": ""})
    assert reply.status_code == 409 and "ida edited this" in text_of(reply)
    assert Article.objects.get().assigned_to == editor


@pytest.mark.parametrize("who", ["reader", "elsewhere", "nobody"])
def test_only_who_may_decide_is_asked(site: Site, editor: User, who: str) -> None:
    article = make_article(site)
    people = {"reader": lambda: make_person("reader").pk, "elsewhere": lambda: make_seated("editor", make_site()).pk, "nobody": lambda: "x"}

    reply = signed_in(editor).post(f"/articles/{article.pk}/assign/", {"person": people[who](), "was": ""})
    assert reply.status_code == 422 and Article.objects.get().assigned_to is None


def test_me_lists_what_mentions_me(site: Site, editor: User, second_editor: User) -> None:
    notes = [write_note(make_article(site, title=title), "Look, @milo", author=editor, at=NOON) for title in ("Late tram", "Old tram")]
    write_note(make_article(make_site("zz"), title="Elsewhere"), "Look, @milo", author=editor, at=NOON)
    resolve(notes[1], person=editor, at=NOON)

    page = text_of(signed_in(second_editor).get(f"/me/?site={site.name}"))
    assert "Late tram</a>" in page and "ida: Look, @milo" in page and "Old tram" not in page and "Elsewhere" not in page
    assert "No open note mentions you." in text_of(signed_in(editor).get("/me/"))


def test_rows_tell_of_notes_and_of_whose_they_are(site: Site, editor: User, second_editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    first = text_of(client.get("/queue/"))
    assert "open note" not in first and "For milo" not in first

    notes = [write_note(article, "Look", author=editor, at=NOON) for _ in range(2)]
    client.post(f"/articles/{article.pk}/assign/", {"person": second_editor.pk, "was": ""})
    page = text_of(client.get("/queue/"))
    assert '<span class="tag warn">2 open notes</span>' in page and '<span class="tag pen">For milo</span>' in page

    resolve(notes[0], person=editor, at=NOON)
    assert "1 open note<" in text_of(client.get("/queue/"))  # a remembered row is another one now


def test_rows_cost_the_same_with_notes(site: Site, editor: User, second_editor: User) -> None:
    client = signed_in(editor)

    def cost() -> int:
        client.get("/queue/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/queue/")
        return len(queries)

    first = make_article(site)
    before = cost()
    for article in [first, *(make_article(site) for _ in range(4))]:
        write_note(article, "Look", author=editor, at=NOON)
        Article.objects.filter(pk=article.pk).update(assigned_to=second_editor)
    assert cost() == before


def test_the_queue_is_narrowed_to_whom_it_is_assigned(site: Site, editor: User, second_editor: User) -> None:
    for title, person in (("For ida", editor), ("For milo", second_editor), ("For nobody", None)):
        Article.objects.filter(pk=make_article(site, title=title).pk).update(assigned_to=person)
    client = signed_in(editor)

    def titles(words: str, who: Any = client) -> set[str]:
        page = text_of(who.get("/queue/", {"q": words}, follow=True))
        return {title for title in ("For ida", "For milo", "For nobody") if f">{title}</a>" in page}

    assert titles("assigned:me") == {"For ida"} == titles("assigned:@IDA")
    assert titles("assigned:me", signed_in(second_editor)) == {"For milo"}
    assert titles("assigned:none") == {"For nobody"}
    assert titles("assigned:strangers") == set()
    assert "<em>Assigned to</em> <b class=\"num\" dir=\"auto\">me</b>" in text_of(client.get("/queue/?assigned=me"))


def test_a_shared_view_counts_for_whoever_looks(site: Site, editor: User, second_editor: User) -> None:
    for _ in range(2):
        Article.objects.filter(pk=make_article(site).pk).update(assigned_to=editor)
    Article.objects.filter(pk=make_article(site).pk).update(assigned_to=second_editor)
    signed_in(editor).post("/views/", {"name": "Mine", "query": "assigned=me", "shared": "on"})

    counts = [text_of(signed_in(person).get("/queue/")).partition("Mine")[2][:200] for person in (editor, second_editor)]
    assert ">2<" in counts[0] and ">1<" in counts[1]


def test_an_act_that_is_none_of_notes_unfolds_nothing(site: Site, editor: User) -> None:
    article, client = make_article(site), signed_in(editor)
    outbox = {"Desk-Outbox": "1", "HX-Request": "true"}
    client.post(f"/articles/{article.pk}/decide/", {"decision": "approve", "version": 1, "key": "k-1"}, headers=outbox)

    page = text_of(client.post("/undo/", {"undoes": "k-1"}, headers=outbox))

    assert '<details class="notes" id="notes">' in page
