"""Topics made one, their articles rewritten, and all of it taken back."""

from __future__ import annotations

from typing import Any

import pytest

from articles import bulk
from articles.models import Article, ArticleTopic, Merger, Review, Site, Topic, TopicAlias
from articles.renaming import carried, effect, rewrite
from articles.topics import MergeRefused, change, merge, undo, why_not_undone
from tests.factories import NOON, make_article, make_site, make_text

pytestmark = pytest.mark.django_db


def about(site: Site, *names: str) -> Article:
    listed = "".join(f"  - {name}\n" for name in names)
    return make_article(site, text=make_text().replace("  - Machines\n  - Rail\n", listed))


@pytest.fixture
def topics(site: Site) -> dict[str, Topic]:
    """Trams below Rail, Points below Trams; articles about each, and one about both Rail and Trams."""
    for names in (("Rail",), ("Trams", "Sea"), ("Points",), ("Trams", "Rail")):
        about(site, *names)
    found = {topic.name: topic for topic in Topic.objects.filter(site=site)}
    Topic.objects.filter(name="Rail").update(keywords=["train"])
    Topic.objects.filter(name="Trams").update(parent=found["Rail"], keywords=["tram", "train"], path="_data/topics/02-trams.yaml")
    Topic.objects.filter(name="Points").update(parent=found["Trams"], path="_data/topics/03-points.yaml")
    return {name: Topic.objects.get(pk=topic.pk) for name, topic in found.items()}


def state() -> Any:
    return (
        sorted(Topic.objects.values_list("pk", "name", "parent", "keywords", "path")),
        sorted(TopicAlias.objects.values_list("topic", "name")),
        sorted(ArticleTopic.objects.values_list("article", "topic", "place")),
        sorted(Article.objects.values_list("pk", "status", "topics")),
    )


def test_merging_moves_articles_children_and_words_and_undo_moves_them_back(topics: dict[str, Topic], desk_admin: Any) -> None:
    rail, trams, before = topics["Rail"], topics["Trams"], state()

    merger = merge(rail, [trams], at=NOON, actor=desk_admin)

    assert (rail.keywords, Topic.objects.get(name="Points").parent) == (["train", "tram"], rail)
    assert Article.objects.filter(topic_links__topic=rail).distinct().count() == 3 and Topic.objects.filter(name="Trams").count() == 0
    late = about(rail.site, "Trams")
    assert late.topic_links.get().topic == rail

    undo(merger, at=NOON, actor=desk_admin)
    assert late.topic_links.get().topic == trams
    late.source_file.delete()
    late.delete()
    assert state() == before
    with pytest.raises(MergeRefused, match="undone already"):
        undo(merger, at=NOON, actor=desk_admin)


def test_a_topic_swallows_the_one_above_it_without_a_circle(topics: dict[str, Topic], desk_admin: Any) -> None:
    before = state()
    merger = merge(topics["Points"], [topics["Trams"], topics["Rail"]], at=NOON, actor=desk_admin)
    assert topics["Points"].parent is None and Topic.objects.count() == 2

    undo(merger, at=NOON, actor=desk_admin)
    assert state() == before


def test_rewriting_is_one_run_of_edits_and_keeps_the_order(topics: dict[str, Topic], desk_admin: Any) -> None:
    rail, trams = topics["Rail"], topics["Trams"]
    shown = effect(rail, {}, gone=[trams], words={"keywords": ["train", "tram"]})
    assert dict(shown.carried) == {"Trams": 2} and len(shown.samples) == 2
    assert [line.text for line in shown.samples[0][1].lines if line.kind in ("added", "removed")] == ["  - Trams", "  - Rail"]
    merger = merge(rail, [trams], at=NOON, actor=desk_admin)
    assert carried(rail) == {"Trams": 2}

    [run] = rewrite(rail, ["Trams"], editor=desk_admin, at=NOON)

    assert [one.topics for one in Article.objects.order_by("pk")] == [["Rail"], ["Rail", "Sea"], ["Points"], ["Rail"]]
    assert {(row.action, row.actor) for row in Review.objects.all()} == {("edit", desk_admin)} and Review.objects.count() == 2
    assert carried(rail) == {} and rewrite(rail, ["Trams"], editor=desk_admin, at=NOON) == []
    assert why_not_undone(merger) == f"Articles that said Trams were rewritten since. Undo run {run.pk} first."
    run.refresh_from_db()
    bulk.begin_undo(run, editor=desk_admin, at=NOON)
    assert why_not_undone(merger) == ""
    undo(merger, at=NOON, actor=desk_admin)
    assert ArticleTopic.objects.filter(topic=trams).count() == 2


def test_undo_is_refused_where_somebody_built_on_it(topics: dict[str, Topic], desk_admin: Any) -> None:
    rail, sea = topics["Rail"], topics["Sea"]
    merger = merge(rail, [topics["Trams"]], at=NOON, actor=desk_admin)
    later = merge(sea, [rail], at=NOON, actor=desk_admin)
    assert why_not_undone(merger) == "Rail was merged into Sea since. Undo that first."
    undo(later, at=NOON, actor=desk_admin)
    change(rail, {"name": "Trams"}, actor=desk_admin)
    assert why_not_undone(merger) == "Trams has taken the name since. Rename it first."
    with pytest.raises(MergeRefused):
        undo(merger, at=NOON, actor=desk_admin)
    assert Merger.objects.get(pk=merger.pk).undone_at is None

    elsewhere = Topic.objects.create(site=make_site(), name="Rail")
    for others, sentence in (([], "at least two"), ([elsewhere], "another site")):
        with pytest.raises(MergeRefused, match=sentence):
            merge(rail, others, at=NOON, actor=desk_admin)


def test_the_effect_of_a_rename_is_shown_without_changing_anything(topics: dict[str, Topic], desk_admin: Any) -> None:
    before = state()

    shown = effect(topics["Trams"], {"name": "Streetcars", "parent": None})

    assert state() == before and dict(shown.carried) == {"Trams": 2}
    assert [(file.path, [line.text for line in file.lines if line.kind == "added"]) for file in shown.files] == [
        ("_data/topics/02-trams.yaml", ["taxonomy: topic", "_id: trams", "name: Streetcars", "keywords:", "  - tram", "  - train"]),
        ("_data/topics/03-points.yaml", ["taxonomy: topic", "_id: points", "name: Points", "parent: Streetcars"]),
    ]
