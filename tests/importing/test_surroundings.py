"""Providers, topics and the configuration: what the files say, and what the desk has made of it since."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from articles.models import Article, Provider, ProviderAlias, Site, SourceFile, Topic
from tests.factories import ROOT, make_text
from tests.importing.folders import bring, contents, news, put

PROVIDER = """---
taxonomy: organization
_id: harbour
name: Harbour Tribune
domain: tribune.example
description: "News of the quay."

images:
  - url: "https://pictures.example/logo.png"
    width: 64
    height: 64
---
"""
TOPIC = """taxonomy: topic
_id: t-rail
name: Rail
shortname: rail
parent: t-machines
keywords:
  - tram
  - train
hashtags:
  - rail
services:
  search: rail tram
"""
PARENT = "_id: t-machines\nname: Machines\n"
CONFIG = """title: "Harbour lines"
url: "https://lines.example"
baseurl: "/news"
locale: en-GB
topic: Machines
"""
P, T, M, C = (
    "_data/organizations/tribune.example.md",
    "_data/topics/02-rail.yaml",
    "_data/topics/01-m.yml",
    "_config.yml",
)


@pytest.fixture
def site(db: None) -> Site:
    """A site that nobody has given a title."""
    return Site.objects.create(name="lines")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return put(tmp_path, {P: PROVIDER, T: TOPIC, M: PARENT, C: CONFIG, news(1): make_text()})


def test_the_files_around_the_articles_are_taken_in(root: Path, site: Site) -> None:
    report = bring(root, site)

    site.refresh_from_db()
    provider, topic = Provider.objects.get(), Topic.objects.get(name="Rail")
    assert (report.created, report.others) == (1, 4)
    assert (site.title, site.url, site.language, site.main_topic) == (
        "Harbour lines", "https://lines.example/news", "en-GB", "Machines",
    )  # fmt: skip
    assert (provider.name, provider.domain, provider.description) == (
        "Harbour Tribune", "tribune.example", "News of the quay.",
    )  # fmt: skip
    assert provider.images[0]["url"] == "https://pictures.example/logo.png"
    assert Article.objects.get().provider == provider
    assert (topic.short_name, topic.keywords, topic.hashtags) == ("rail", ["tram", "train"], ["rail"])
    assert (topic.services, topic.place, topic.parent.name) == ({"search": "rail tram"}, 2, "Machines")


def test_every_file_is_kept_to_be_given_back(root: Path, site: Site) -> None:
    bring(root, site)

    kept = {file.path: (file.kind, file.text) for file in SourceFile.objects.exclude(kind="article")}
    assert kept == {P: ("provider", PROVIDER), T: ("topic", TOPIC), M: ("topic", PARENT), C: ("config", CONFIG)}


def test_a_topic_names_its_parent_by_name_or_by_id(root: Path, site: Site) -> None:
    put(root, {T: TOPIC.replace("t-machines", "Machines")})

    bring(root, site)

    assert Topic.objects.get(name="Rail").parent.name == "Machines"


def test_topics_that_name_each_other_make_no_circle(root: Path, site: Site) -> None:
    put(root, {M: PARENT + "parent: t-rail\n"})

    bring(root, site)

    assert Topic.objects.filter(parent=None).count() == 1


def test_a_parent_whose_file_is_mended_later_is_found(root: Path, site: Site) -> None:
    put(root, {M: "_id: t-machines\n"})
    bring(root, site)
    assert Topic.objects.get(name="Rail").parent is None

    put(root, {M: PARENT})
    bring(root, site)

    assert Topic.objects.get(name="Rail").parent.name == "Machines"


def test_what_nobody_edited_follows_its_file(root: Path, site: Site) -> None:
    put(root, {"_data/topics/03-sea.yaml": "_id: t-sea\nname: Sea\n"})
    bring(root, site)

    put(
        root,
        {
            P: PROVIDER.replace("quay", "pier"),
            T: TOPIC.replace("train", "wagon").replace("t-machines", "t-sea"),
            C: CONFIG.replace("Harbour lines", "Pier lines"),
        },
    )
    report = bring(root, site)

    site.refresh_from_db()
    topic = Topic.objects.get(name="Rail")
    assert (report.others, report.unchanged, report.updated) == (3, 1, 0)
    assert Provider.objects.get().description == "News of the pier."
    assert (topic.keywords, topic.parent.name, site.title) == (["tram", "wagon"], "Sea", "Pier lines")


def test_what_the_desk_edited_stays(root: Path, site: Site) -> None:
    put(root, {"_data/topics/03-sea.yaml": "_id: t-sea\nname: Sea\n"})
    bring(root, site)
    Provider.objects.update(description="Ours.", images=[])
    Topic.objects.filter(name="Rail").update(keywords=["ours"], parent=None, place=9)
    Site.objects.update(title="Our lines")

    put(
        root,
        {
            P: PROVIDER.replace("quay", "pier").replace("logo", "sign"),
            M: PARENT + "keywords: [gears]\n",
            T: TOPIC.replace("train", "wagon"),
            C: CONFIG.replace("Harbour lines", "Pier lines").replace("en-GB", "en-US"),
        },
    )
    site.refresh_from_db()
    bring(root, site)

    site.refresh_from_db()
    provider, topic = Provider.objects.get(), Topic.objects.get(name="Rail")
    assert (provider.description, provider.images) == ("Ours.", [])
    assert (topic.keywords, topic.place) == (["ours"], 9)
    assert (site.title, site.language) == ("Our lines", "en-US")


def test_a_parent_that_the_desk_chose_stays(root: Path, site: Site) -> None:
    put(root, {"_data/topics/03-sea.yaml": "_id: t-sea\nname: Sea\n", "_data/topics/04-air.yaml": "name: Air\n"})
    bring(root, site)
    Topic.objects.filter(name="Rail").update(parent=Topic.objects.get(name="Air"))

    put(root, {T: TOPIC.replace("t-machines", "t-sea")})
    bring(root, site)

    assert Topic.objects.get(name="Rail").parent.name == "Air"


def test_a_provider_that_articles_made_first_is_filled_in_by_its_file(root: Path, site: Site) -> None:
    (root / P).unlink()
    bring(root, site)
    assert Provider.objects.get().description == ""

    put(root, {P: PROVIDER})
    bring(root, site)

    assert Provider.objects.get().description == "News of the quay."


def test_a_provider_that_its_file_renames_keeps_the_old_spelling_as_alias(root: Path, site: Site) -> None:
    bring(root, site)

    put(root, {P: PROVIDER.replace("name: Harbour Tribune", "name: Tribune")})
    bring(root, site)

    assert Provider.objects.get().name == "Tribune"
    assert set(ProviderAlias.objects.values_list("name", flat=True)) == {"Harbour Tribune", "Tribune"}
    assert Article.objects.get().provider.name == "Tribune"


def test_importing_the_files_again_writes_nothing(root: Path, site: Site) -> None:
    bring(root, site)
    before = contents(site), Provider.history.count(), Topic.history.count()

    bring(root, site)

    assert (contents(site), Provider.history.count(), Topic.history.count()) == before


def test_a_file_that_renames_its_topic_renames_it_here_and_the_old_name_goes_on(root: Path, site: Site) -> None:
    bring(root, site)
    rail = Topic.objects.get(name="Rail")
    put(root, {T: TOPIC.replace("name: Rail", "name: Railways")})

    bring(root, site)

    rail.refresh_from_db()
    assert (rail.name, rail.path, Topic.objects.count()) == ("Railways", T, 2)
    assert rail.article_links.count() == 1 and rail.aliases.get().name == "Rail"


def test_a_desk_that_is_older_learns_which_files_describe_what(root: Path, site: Site) -> None:
    put(root, {"_data/organizations/broken.md": '---\nname: "Tribune"\ndomain: x.example\n---\n'})
    bring(root, site)
    known = {**dict(Topic.objects.values_list("name", "path")), **dict(Provider.objects.values_list("name", "path"))}
    SourceFile.objects.filter(path="_data/organizations/broken.md").update(text="---\n: [\n---\n")
    for model in (Topic, Provider):
        model.objects.update(path="")

    migration = next((ROOT / "articles" / "migrations").glob("*_providers_topics.py")).stem
    import_module(f"articles.migrations.{migration}").name_the_files(apps, None)

    now = {**dict(Topic.objects.values_list("name", "path")), **dict(Provider.objects.values_list("name", "path"))}
    assert now == known | {"Tribune": ""} and sorted(known.values()) == ["_data/organizations/broken.md", P, M, T]
