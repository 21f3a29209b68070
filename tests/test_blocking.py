"""What a blocked provider brings is rejected by the rule, once, and taken back as one act."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from articles.blocking import effect, reject_arrivals, reject_waiting
from articles.decisions import decide, undo
from articles.models import Article, Provider, Review, Site
from articles.providers import change
from articles.workflow import Action
from tests.factories import NOON, make_article, make_person, make_text
from tests.importing.folders import bring, news, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def tribune(site: Site) -> Provider:
    make_article(site)
    return Provider.objects.get(name="Harbour Tribune")


def statuses() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("status", flat=True))


def test_the_effect_is_what_people_decided_and_what_waits(tribune: Provider, editor: Any) -> None:
    made = [make_article(tribune.site) for _ in range(4)]
    make_article(tribune.site, published="true")
    make_article(tribune.site, provider="Quay Post")
    make_article(tribune.site, withdrawn=True)
    decide(made[:2], Action.REJECT, editor=editor, at=NOON)
    decide(made[2:3], Action.APPROVE, editor=editor, at=NOON)

    found = effect(tribune, NOON)

    assert (found.waiting, found.live, found.agrees, found.wrong) == (2, 1, 2, 1)
    assert [one.pk for one in found.wrong_articles] == [made[2].pk]


def test_what_waits_is_rejected_as_one_act_of_the_rule(tribune: Provider) -> None:
    make_article(tribune.site)
    other = make_article(tribune.site, provider="Quay Post")

    first = reject_waiting(tribune, at=NOON)

    rows = list(Review.objects.order_by("pk"))
    assert first == rows[0] and len({row.batch for row in rows}) == 1 and statuses() == ["rejected", "rejected", "pending"]
    assert {(row.by, row.actor, row.reason, row.note) for row in rows} == {
        ("rule", None, "other", "The provider Harbour Tribune is blocked.")
    }
    assert effect(tribune, NOON).agrees == 0 and Article.objects.get(pk=other.pk).version == 1
    assert reject_waiting(tribune, at=NOON) is None

    undo(first, editor=make_person("editor"), at=NOON, whole=True)
    assert statuses() == ["pending", "pending", "pending"]


def test_an_import_rejects_what_a_blocked_provider_brings_once(tmp_path: Path, site: Site, desk_admin: Any, editor: Any) -> None:
    bring(put(tmp_path, {news(1): make_text()}), site)
    change(Provider.objects.get(), {"trust": "blocked"}, actor=desk_admin)
    assert bring(put(tmp_path, {news(1): make_text(quality=3)}), site).notices == ()
    assert statuses() == ["pending"]

    report = bring(put(tmp_path, {news(2): make_text(), news(3): make_text(published="true"), news(4): make_text(provider="Quay Post")}), site)

    assert report.notices == ("Rejected 2 articles of blocked providers.",)
    assert statuses() == ["pending", "rejected", "rejected", "pending"]
    row = Review.objects.first()
    assert (row.by, row.actor) == ("rule", None) and Article.objects.get(path=news(3)).published is False
    undo(row, editor=editor, at=NOON)
    assert statuses() == ["pending", "rejected", "live", "pending"]  # who looks at one article means that one
    undo(Review.objects.get(article__path=news(2)), editor=editor, at=NOON, whole=True)
    assert statuses() == ["pending", "pending", "live", "pending"]
    put(tmp_path, {news(2): make_text(quality=9)})
    assert bring(tmp_path, site).notices == () and statuses() == ["pending", "pending", "live", "pending"]


def test_nothing_is_rejected_when_the_provider_is_not_blocked_any_more(tribune: Provider, desk_admin: Any) -> None:
    change(tribune, {"trust": "blocked"}, actor=desk_admin)
    make_article(tribune.site)
    change(tribune, {"trust": "normal"}, actor=desk_admin)

    assert reject_arrivals(tribune.site, at=NOON) is None and statuses() == ["pending", "pending"]
