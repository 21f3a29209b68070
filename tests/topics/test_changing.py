"""Names, parents and words of topics: what is kept, refused, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import ArticleTopic, Site, SourceFile, Topic, TopicAlias
from articles.recording import ChangeRefused
from articles.topics import add_topic, change, describe, resolve, take_back
from tests.factories import NOON, make_article, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(site: Site) -> dict[str, Topic]:
    """Machines above Rail above Points; an article is about Machines and Rail."""
    make_article(site)
    topics = {topic.name: topic for topic in Topic.objects.filter(site=site)}
    points = topics["Points"] = Topic.objects.create(site=site, name="Points", parent=topics["Rail"], path="_data/topics/04-points.yaml")
    Topic.objects.filter(name="Rail").update(parent=topics["Machines"], place=3)
    return {name: Topic.objects.get(pk=topic.pk) for name, topic in (topics | {"Points": points}).items()}


def test_the_old_name_goes_on_meaning_the_topic(tree: dict[str, Topic], desk_admin: Any) -> None:
    rail = tree["Rail"]

    assert change(rail, {"name": "Trains", "keywords": ["tram"]}, actor=desk_admin) == ["name", "keywords"]

    assert resolve(rail.site, ["Rail", "Trains"]) == {"Rail": rail.pk, "Trains": rail.pk} and rail.desk_fields == ["keywords", "name"]
    make_article(rail.site)
    assert ArticleTopic.objects.filter(topic=rail).count() == 2 and Topic.objects.count() == 3
    assert Topic.objects.get(name="Points").desk_fields == ["parent"]
    change(rail, {"name": "Rail"}, actor=desk_admin)
    assert list(TopicAlias.objects.values_list("name", flat=True)) == ["Trains"]


def test_what_makes_no_tree_or_two_of_a_name_is_refused(tree: dict[str, Topic], desk_admin: Any) -> None:
    change(tree["Points"], {"name": "Switches"}, actor=desk_admin)
    elsewhere = Topic.objects.create(site=make_site(), name="Elsewhere")
    for values, sentence in (
        ({"parent": tree["Rail"]}, "below itself"),
        ({"parent": tree["Points"]}, "below itself"),
        ({"parent": elsewhere}, "another site"),
        ({"name": "Machines"}, "Machines is called so already"),
        ({"name": "Points"}, "Switches is called so already"),
        ({"name": ""}, "needs a name"),
        ({"name": "x" * 201}, "at most 200"),
    ):
        with pytest.raises(ChangeRefused, match=sentence):
            change(tree["Rail"], values, actor=desk_admin)
    assert Topic.objects.get(pk=tree["Rail"].pk).parent == tree["Machines"] and Topic.history.filter(id=tree["Rail"].pk).count() == 0


def test_a_change_is_taken_back_unless_somebody_changed_the_same(tree: dict[str, Topic], desk_admin: Any) -> None:
    rail = tree["Rail"]
    change(rail, {"name": "Trains", "parent": None}, actor=desk_admin)
    moved = rail.history.first().history_id
    change(rail, {"keywords": ["tram"]}, actor=desk_admin)

    take_back(rail, moved, actor=desk_admin)
    assert (rail.name, rail.parent, rail.keywords) == ("Rail", tree["Machines"], ["tram"])

    with pytest.raises(ChangeRefused, match="This is undone already"):
        take_back(rail, moved, actor=desk_admin)
    for nothing in (0, rail.history.last().history_id):
        with pytest.raises(ChangeRefused, match="nothing to undo"):
            take_back(rail, nothing, actor=desk_admin)


def test_a_topic_that_was_added_here_is_taken_back_while_nothing_carries_it(tree: dict[str, Topic], desk_admin: Any) -> None:
    site = tree["Rail"].site
    sea, air = (add_topic(site, name=name, actor=desk_admin) for name in ("Sea", "Air"))
    SourceFile.objects.create(site=site, kind="topic", path=air.path, text="name: Air", imported_at=NOON)
    below = add_topic(site, name="Ports", parent=sea, actor=desk_admin)

    for topic, sentence in ((sea, "Articles carry"), (air, "A file of the site describes it")):
        with pytest.raises(ChangeRefused, match=sentence):
            take_back(topic, topic.history.get().history_id, actor=desk_admin)
    take_back(below, below.history.get().history_id, actor=desk_admin)
    take_back(sea, sea.history.get().history_id, actor=desk_admin)

    assert set(Topic.objects.filter(site=site).values_list("name", flat=True)) == {"Machines", "Rail", "Points", "Air"}


def test_new_topics_get_the_next_file(tree: dict[str, Topic], desk_admin: Any) -> None:
    sea = add_topic(tree["Rail"].site, name="Sea & Air", parent=tree["Machines"], actor=desk_admin)
    describe(tree["Machines"], actor=desk_admin)

    assert (sea.path, sea.place, sea.desk_fields) == ("_data/topics/04-sea-air.yaml", 4, ["name", "parent"])
    assert Topic.objects.get(name="Machines").path == "_data/topics/05-machines.yaml"
    with pytest.raises(ChangeRefused, match="called so already"):
        add_topic(sea.site, name="Sea & Air", actor=desk_admin)
