"""Open conflicts when an editor acts on their field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from articles.decisions import edit, release, undo
from articles.mapping import exported_text
from articles.models import Article, Conflict, Review, Site, SourceFile
from tests.factories import NOON, make_text
from tests.importing.folders import bring, news, put


@pytest.fixture
def clash(site: Site, editor: Any, tmp_path: Path) -> Article:
    """An article whose title the editor and the feed both changed."""
    text = make_text(title="Tram waits", slug="t")
    bring(put(tmp_path, {news(1): text}), site)
    change(Article.objects.get(site=site), editor, title="Tram sleeps")
    bring(put(tmp_path, {news(1): text.replace("Tram waits", "Tram leaves")}), site)
    return Article.objects.get(site=site)


def change(article: Article, editor: Any, **changes: Any) -> Review:
    report = edit([Article.objects.get(pk=article.pk)], changes, editor=editor, at=NOON)
    assert not report.refused
    return report.reviews[0]


def sides(article: Article) -> list[tuple[Any, ...]]:
    """What is open: field and its three sides."""
    rows = Conflict.objects.filter(article=article, settled_at=None)
    return list(rows.values_list("field", "base", "ours", "theirs"))


def test_a_conflict_shows_what_the_desk_holds_now(clash: Article, editor: Any) -> None:
    assert sides(clash) == [("title", "Tram waits", "Tram sleeps", "Tram leaves")]

    change(clash, editor, title="Tram dreams")

    assert sides(clash) == [("title", "Tram waits", "Tram dreams", "Tram leaves")]


def test_taking_over_the_feeds_value_settles_a_conflict_and_frees_the_export(clash: Article, editor: Any) -> None:
    act = change(clash, editor, title="Tram leaves")

    assert sides(clash) == []
    row = Conflict.objects.get(article=clash)
    assert (row.settled_by, row.choice) == (act, Conflict.Choice.THEIRS)
    text = SourceFile.objects.get(article=clash).text
    assert exported_text(Article.objects.get(pk=clash.pk), text) == text


def test_an_undone_act_opens_again_what_it_had_settled(clash: Article, editor: Any) -> None:
    act = change(clash, editor, title="Tram leaves")

    assert len(undo(act, editor=editor, at=NOON).reviews) == 1

    assert sides(clash) == [("title", "Tram waits", "Tram sleeps", "Tram leaves")]
    assert Article.objects.get(pk=clash.pk).title == "Tram sleeps"


def test_a_field_that_is_given_back_is_no_longer_in_conflict(clash: Article, editor: Any) -> None:
    release([clash], ["title"], editor=editor, at=NOON)

    assert sides(clash) == []
    assert Article.objects.get(pk=clash.pk).title == "Tram leaves"


def test_an_edit_of_another_field_leaves_a_conflict_alone(clash: Article, editor: Any) -> None:
    change(clash, editor, quality=12, provider_name="Quay Letters")

    assert sides(clash) == [("title", "Tram waits", "Tram sleeps", "Tram leaves")]
