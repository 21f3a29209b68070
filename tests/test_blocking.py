"""What a blocked provider brings is rejected by the rule, once, and taken back as one act."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from articles.blocking import effect, reject_arrivals, reject_waiting, rejections, set_trust, undo_change
from articles.decisions import DecisionRefused, decide, undo
from articles.models import Article, Provider, Review, Site
from articles.providers import Record, change, record
from articles.recording import ChangeRefused
from articles.workflow import Action
from tests.factories import NOON, make_article, make_person, make_text
from tests.importing.folders import bring, news, put

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


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
    assert effect(tribune, NOON).agrees == 0 and record(tribune) == Record(0, 0) and Article.objects.get(pk=other.pk).version == 1
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


def test_lifting_a_block_takes_back_what_it_rejected_where_asked(tribune: Provider, desk_admin: Any, editor: Any) -> None:
    now = timezone.now()
    set_trust(tribune, "blocked", actor=desk_admin, at=now, waiting=True)
    assert set_trust(tribune, "normal", actor=desk_admin, at=now) == 0 and statuses() == ["rejected"]  # an earlier block's stays
    make_article(tribune.site)
    assert set_trust(tribune, "blocked", actor=desk_admin, at=now + HOUR, waiting=True) == 1
    quay = make_article(tribune.site, provider="Quay Post").provider
    change(quay, {"trust": "blocked"}, actor=desk_admin)
    brought = [make_article(tribune.site, provider=name) for name in ("Harbour Tribune", "Quay Post", "Harbour Tribune")]
    reject_arrivals(tribune.site, at=now)  # by an import that began before the block did
    decide([Article.objects.get(pk=brought[2].pk)], Action.APPROVE, editor=editor, at=now)
    assert statuses() == ["rejected", "rejected", "pending", "rejected", "rejected", "approved"] and rejections(tribune).count() == 2

    assert set_trust(tribune, "watch", actor=desk_admin, at=now + HOUR, back=True) == 2

    assert statuses() == ["rejected", "pending", "pending", "pending", "rejected", "approved"]
    assert tribune.trust == "watch" and rejections(tribune).count() == 0


def test_one_undo_takes_back_the_block_and_its_rejections(tribune: Provider, desk_admin: Any, editor: Any) -> None:
    set_trust(tribune, "blocked", actor=desk_admin, at=timezone.now(), waiting=True)
    row = tribune.history.first().history_id
    with pytest.raises(DecisionRefused):
        undo_change(tribune, row, actor=make_person("reader"), at=NOON)
    tribune.refresh_from_db()
    assert tribune.trust == "blocked" and statuses() == ["rejected"]

    assert undo_change(tribune, row, actor=desk_admin, at=NOON) == 1

    assert (tribune.trust, statuses()) == ("new", ["pending"])
    with pytest.raises(ChangeRefused, match="This is undone already."):
        undo_change(tribune, row, actor=desk_admin, at=NOON)
    assert undo_change(tribune, tribune.history.first().history_id, actor=desk_admin, at=NOON) == 0 and tribune.trust == "blocked"
