"""Providers and topics as they leave: only what the desk has set, and a file for what was made here."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

import pytest

from articles import providers, topics
from articles.models import Provider, Site, SourceFile, Topic
from tests.exporting.places import export, files
from tests.factories import NOON, make_text
from tests.importing.folders import bring, news, put

pytestmark = pytest.mark.django_db
TRIBUNE = "_data/organizations/tribune.example.md"
QUAY = "_data/organizations/quay.example.md"
TEXT = """---
# kept by hand
taxonomy: organization
_id: tribune.example
name:   Harbour Tribune
domain: tribune.example
images:
  - url: '/old.png'
    width: 50
    height: 50
---
"""


@pytest.fixture
def root(tmp_path: Path, site: Site) -> Path:
    """An imported site whose folder is also where exports go."""
    return bring_again(put(tmp_path / "site", {TRIBUNE: TEXT, QUAY: TEXT.replace("tribune", "quay").replace("Tribune", "Quay"), news(1): make_text()}), site)


def bring_again(root: Path, site: Site) -> Path:
    assert bring(root, site).problems == ()
    return root


def changed(root: Path, path: str, was: str = TEXT) -> list[str]:
    return [line.rstrip("\n") for line in ndiff(was.splitlines(), (root / path).read_text().splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize("scope", ["approved", "decided", "all"])
def test_a_rename_and_a_logo_change_their_lines_in_every_scope(root: Path, site: Site, desk_admin: object, scope: str) -> None:
    before = files(root)
    provider = Provider.objects.get(name="Harbour Tribune")
    logo = [{"url": "/new.png", "width": 50, "height": 50}]
    providers.change(provider, {"name": "Harbour Post", "images": logo}, actor=desk_admin)

    report = export(site, root, scope)

    assert (report.others, report.written, report.problems) == (1, 0, [])
    assert changed(root, TRIBUNE) == [
        "- name:   Harbour Tribune", "+ name:   Harbour Post", "-   - url: '/old.png'", "+   - url: '/new.png'",
    ]  # fmt: skip
    assert {path for path, data in files(root).items() if before.get(path) != data} == {TRIBUNE}


def test_what_came_home_stays_and_follows_the_file_again(root: Path, site: Site, desk_admin: object) -> None:
    provider = Provider.objects.get(name="Harbour Tribune")
    providers.change(provider, {"name": "Harbour Post", "description": "Ours"}, actor=desk_admin)
    export(site, root)
    bring_again(root, site)
    provider.refresh_from_db()
    assert (provider.name, provider.desk_fields, Provider.objects.count()) == ("Harbour Post", ["description", "name"], 2)

    text = (root / TRIBUNE).read_text()
    (root / TRIBUNE).write_text(text.replace("Ours", "The feed's"))
    bring_again(root, site)

    provider.refresh_from_db()
    assert (provider.description, provider.desk_fields) == ("The feed's", ["name"])
    assert export(site, root).others == 0 and "The feed's" in (root / TRIBUNE).read_text()


def test_a_provider_of_the_desk_gets_a_file_that_stays(root: Path, site: Site, desk_admin: object) -> None:
    made = providers.add_provider(site, name="Mole Gazette", domain="Mole.example", actor=desk_admin)
    assert made.path == "_data/organizations/mole.example.md"
    export(site, root)
    text = "---\ntaxonomy: organization\n_id: mole.example\nname: Mole Gazette\ndomain: Mole.example\n---\n"
    assert (root / made.path).read_text() == text

    bring_again(root, site)
    assert SourceFile.objects.get(path=made.path).kind == "provider" and Provider.objects.count() == 3
    Provider.objects.filter(pk=made.pk).update(desk_fields=[])
    report = export(site, root)

    assert (root / made.path).read_text() == text and report.removed == 0


def test_the_file_of_one_that_was_merged_stays_and_speaks_for_nobody(root: Path, site: Site, desk_admin: object) -> None:
    keep, gone = Provider.objects.get(name="Harbour Tribune"), Provider.objects.get(name="Harbour Quay")
    quay = (root / QUAY).read_text()
    providers.merge(keep, [gone], at=NOON, actor=desk_admin)
    providers.change(keep, {"name": "Harbour Post"}, actor=desk_admin)
    export(site, root, "all")
    assert (root / QUAY).read_text() == quay and "Harbour Post" in (root / TRIBUNE).read_text()

    (root / QUAY).write_text(quay.replace("/old.png", "/other.png"))
    bring_again(root, site)

    keep.refresh_from_db()
    assert (keep.path, keep.images[0]["url"], Provider.objects.count()) == (TRIBUNE, "/old.png", 1)


# --- topics
RAIL, POINTS, SEA = "_data/topics/01-rail.yaml", "_data/topics/02-points.yaml", "_data/topics/03-sea.yaml"
TOPICS = {
    RAIL: 'taxonomy: topic\n_id: t-rail\nname: "Rail"  # the old word\nkeywords: [train, tram]\nhashtags:\n- "#Rail"\n',
    POINTS: "taxonomy: topic\n_id: t-points\nname: Points\nparent: t-rail\nkeywords:\n  - points",
    SEA: "taxonomy: topic\n_id: t-sea\nname: Sea\nparent: Rail\n",
}


@pytest.fixture
def tree(tmp_path: Path, site: Site) -> Path:
    return bring_again(put(tmp_path / "site", {**TOPICS, news(1): make_text()}), site)


def test_a_renamed_topic_changes_its_line_and_those_that_name_it(tree: Path, site: Site, desk_admin: object) -> None:
    topics.change(Topic.objects.get(name="Rail"), {"name": "Trains", "keywords": ["train", "tram", "12:30"]}, actor=desk_admin)

    report = export(site, tree)

    assert (report.others, report.problems) == (2, [])
    assert changed(tree, RAIL, TOPICS[RAIL]) == [
        '- name: "Rail"  # the old word', '+ name: "Trains"  # the old word',
        "- keywords: [train, tram]", '+ keywords: [train, tram, "12:30"]',
    ]  # fmt: skip
    assert changed(tree, SEA, TOPICS[SEA]) == ["- parent: Rail", "+ parent: Trains"]
    assert (tree / POINTS).read_text() == TOPICS[POINTS]  # it names its parent by id

    bring_again(tree, site)
    assert {topic.name: str(topic.parent) for topic in Topic.objects.exclude(path="")} == {"Trains": "None", "Points": "Trains", "Sea": "Trains"}
    assert Topic.objects.filter(name="Rail").count() == 0


def test_a_topic_that_moved_names_its_parent_in_its_own_way(tree: Path, site: Site, desk_admin: object) -> None:
    rail, points, sea = (Topic.objects.get(name=name) for name in ("Rail", "Points", "Sea"))
    topics.change(points, {"parent": sea}, actor=desk_admin)
    topics.change(sea, {"parent": None}, actor=desk_admin)
    made = topics.add_topic(site, name="Air: all", parent=rail, actor=desk_admin)
    export(site, tree, "all")

    assert changed(tree, POINTS, TOPICS[POINTS]) == ["- parent: t-rail", "+ parent: t-sea"]
    assert changed(tree, SEA, TOPICS[SEA]) == ["- parent: Rail"]
    assert (tree / made.path).read_text() == 'taxonomy: topic\n_id: air-all\nname: "Air: all"\nparent: Rail\n'
    bring_again(tree, site)
    assert str(Topic.objects.get(name="Points").parent) == "Sea" and Topic.objects.get(name="Sea").parent is None


def test_the_file_of_a_merged_topic_stays_and_speaks_for_nobody(tree: Path, site: Site, desk_admin: object) -> None:
    rail, sea = Topic.objects.get(name="Rail"), Topic.objects.get(name="Sea")
    topics.merge(rail, [sea], at=NOON, actor=desk_admin)
    export(site, tree, "all")
    assert (tree / SEA).read_text() == TOPICS[SEA]

    put(tree, {SEA: TOPICS[SEA] + "keywords:\n  - ferry\n"})
    bring_again(tree, site)

    rail.refresh_from_db()
    assert (rail.keywords, rail.path, Topic.objects.filter(name="Sea").count()) == (["train", "tram"], RAIL, 0)
