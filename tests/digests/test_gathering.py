"""What a digest tells: what waits for the person, on their sites, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from articles.digests.gathering import Gathered, gather, plain
from articles.models import Article, Conflict, QuarantinedFile, Site
from articles.notes import resolve, write_note
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.DESK_URL = "https://desk.example"


def test_nothing_waits(site: Site, editor: User) -> None:
    article = make_article(site)
    write_note(article, "Of nobody", author=editor, at=NOON)

    assert gather(editor) == Gathered() and not gather(editor)


def test_mentions_that_are_open_and_not_told(site: Site, editor: User, second_editor: User) -> None:
    article = make_article(site, title="Late tram")
    write_note(article, "Is it, @milo?\nSay.", author=editor, at=NOON)
    resolve(write_note(article, "Settled, @milo", author=editor, at=NOON), person=editor, at=NOON)

    (one,) = gather(second_editor).sites

    (line,) = one.mentions
    assert (one.mention_count, one.assigned_count, one.counts) == (1, 0, [])
    assert (line.title, line.who, line.words) == ("Late tram", "ida", "Is it, @milo? Say.")
    assert line.link == f"https://desk.example/review/{article.pk}/?site={site.name}#notes"


def test_what_is_assigned_and_waits(site: Site, editor: User) -> None:
    for status, withdrawn in (("pending", False), ("held", False), ("approved", False), ("pending", True)):
        Article.objects.filter(pk=make_article(site, status=status, withdrawn=withdrawn).pk).update(assigned_to=editor)

    (one,) = gather(editor).sites

    assert (one.assigned_count, len(one.assigned)) == (2, 2)
    assert one.assigned_link == f"https://desk.example/queue/?site={site.name}&assigned=me&status=any"


def test_each_role_hears_of_what_is_theirs_to_settle(site: Site) -> None:
    article = make_article(site)
    Conflict.objects.create(article=article, field="title", found_at=NOON)
    Article.objects.filter(pk=make_article(site, status="approved").pk).update(recheck="changed", recheck_since=NOON)
    for name, settled in (("bad", {}), ("dismissed", {"dismissed_at": NOON}), ("mended", {"mended_at": NOON})):
        QuarantinedFile.objects.create(site=site, path=f"_news/{name}.md", reason="It is bad.", found_at=NOON, content=b"bad", **settled)

    def told(role: str) -> list[tuple[str, int]]:
        return [(kind, count) for one in gather(make_person(role)).sites for kind, count, _link in one.counts]

    assert told("reader") == told("editor") == []
    assert told("senior editor") == [("conflicts", 1), ("rechecks", 1)]
    assert told("admin") == [("conflicts", 1), ("rechecks", 1), ("quarantined", 1)]


def test_sites_that_are_not_theirs_are_not_told(site: Site, editor: User) -> None:
    """Also where they were when somebody mentioned them."""
    other = make_site()
    milo = make_seated("editor", site, other, name="milo")
    for place in (site, other):
        article = make_article(place)
        write_note(article, "Look, @milo", author=editor, at=NOON)
        Article.objects.filter(pk=article.pk).update(assigned_to=milo)
    milo.seats.filter(site=other).delete()

    (one,) = gather(User.objects.get(pk=milo.pk)).sites

    assert (one.site, one.mention_count, one.assigned_count) == (site, 1, 1)


def test_without_an_address_there_are_no_links(site: Site, editor: User, settings: Any) -> None:
    settings.DESK_URL = ""
    Article.objects.filter(pk=make_article(site).pk).update(assigned_to=editor)

    (one,) = gather(editor).sites

    assert (one.assigned[0].link, one.assigned_link) == ("", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [(" a\r\nb\t c ", "a b c"), ("a\x00\u202eb", "ab"), ("x" * 161, "x" * 159 + "…"), ("x" * 160, "x" * 160)],
)
def test_a_text_is_one_line(text: str, words: str) -> None:
    assert plain(text) == words
