"""What the search field offers while somebody types."""
from __future__ import annotations

from typing import Any

import pytest

from articles.completing import OFFERED, Completion, completions
from articles.models import Site, Topic
from articles.searching import OPERATORS, parse
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def parts(site: Site, typed: str) -> list[str]:
    return [one.part for one in completions(site, typed)]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", [f"{name}:" for name in OFFERED]),
        ("crane ", [f"{name}:" for name in OFFERED]),
        ("q", ["quality:"]),
        ("crane HEA", ["heat:"]),
        ("crane", []),
        ("-q", []),
        ('"exact q', []),
        ("http:", []),
        ("status:", ["status:waiting", "status:held", "status:approved", "status:rejected", "status:published", "status:any"]),
        ("crane status:a", ["status:approved", "status:any"]),
        ("quality:7", ["quality:7..", "quality:..7"]),
        ("quality:high", []),
        ("since:3", ["since:3h", "since:3d", "since:3w"]),
        ("has:r", ["has:related"]),
    ],
)
def test_what_may_follow(site: Site, typed: str, offered: list[str]) -> None:
    assert parts(site, typed) == offered


def test_a_completion_keeps_what_stands_before_it_and_says_what_it_means(site: Site) -> None:
    assert completions(site, "crane  quality:2") == [
        Completion("crane  quality:2.. ", "quality:2..", "from 2"), Completion("crane  quality:..2 ", "quality:..2", "up to 2")
    ]  # fmt: skip
    assert completions(site, "crane qu") == [Completion("crane quality:", "quality:", "70.., ..69, 60..69")]


def test_names_are_the_sites_own(site: Site, django_assert_num_queries: Any) -> None:
    make_article(site)
    Topic.objects.create(site=site, name="Night machines")
    Topic.objects.create(site=Site.objects.create(name="elsewhere"), name="Machines elsewhere")

    with django_assert_num_queries(1):
        assert parts(site, "topic:mach") == ["topic:Machines", 'topic:"Night machines"']
    assert parts(site, 'rail topic:"night m') == ['topic:"Night machines"']
    assert parts(site, "provider:harb") == ['provider:"Harbour Tribune"']
    assert parts(site, "topic:%") == []


@pytest.mark.parametrize("name", OFFERED)
def test_everything_that_is_offered_can_be_read(site: Site, name: str) -> None:
    make_article(site)

    offered = completions(site, f"{name}:")

    assert offered
    assert name in OPERATORS
    for one in offered:
        assert parse(one.text).problems == (), one
