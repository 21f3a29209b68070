"""The dashboard's page: whose figures it shows, where it leads whom, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.decisions import decide, undo
from articles.models import Article, Conflict, ImportRun, QuarantinedFile, Review, Site
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def text_of(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def words_of(reply: Any) -> str:
    """What is read, without what is drawn."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<svg.*?</svg>", " ", reply.content.decode())).split())


def decided(site: Site, person: User, action: Action, *, seconds: float | None = None, at: Any = None, **words: Any) -> Review:
    """A decision, of just now where ``at`` says no other moment; ``seconds``: how long the article was before the person."""
    looked = None if seconds is None else timedelta(seconds=seconds)
    return decide([make_article(site, **words)], action, editor=person, at=at or timezone.now(), elapsed=looked).reviews[0]


def test_a_new_desk_says_so_in_every_box(site: Site, editor: User) -> None:
    page = text_of(signed_in(editor).get("/dashboard/"))

    for sentence in (
        "Nothing has arrived in these days, and nothing was decided.", "Nobody has approved or rejected anything in these days.",
        "Nothing is waiting.", "No article with a topic was approved in the last five weeks.", "Nothing has been imported yet",
        "Nobody has decided anything in these days.", "Nothing now. Shown are providers that editors reject at least 4 times in 5", "Nothing has been exported yet.",
    ):  # fmt: skip
        assert sentence in page
    assert "<details" not in page and 'class="chart"' not in page


def test_every_chart_has_its_name_and_its_table(site: Site, editor: User) -> None:
    for quality in (40, 80):
        decided(site, editor, Action.APPROVE if quality > 70 else Action.REJECT, quality=quality)
    make_article(site)

    page = text_of(signed_in(editor).get("/dashboard/"))

    assert page.count("<summary>Show as table") == page.count("<caption>") == 5
    assert all('role="img" aria-label="' in tag for tag in re.findall(r"<svg class=\"(?:chart|lying|spark)[^>]*>", page))
    assert page.count('<svg class="chart"') == 4 and page.count('<svg class="lying"') == 2
    assert "80 to 89</th> <td class=\"n\">1</td> <td class=\"n\">1</td> <td class=\"n\">100.0%</td>" in page
    assert "style=" not in page


@pytest.mark.parametrize(("asked", "days"), [("", 14), ("28", 28), ("x", 14)])
def test_the_days_are_chosen_in_the_address(site: Site, editor: User, asked: str, days: int) -> None:
    row = decided(site, editor, Action.APPROVE)
    Article.objects.filter(pk=row.article_id).update(arrived_at=timezone.now() - timedelta(days=20))

    page = text_of(signed_in(editor).get("/dashboard/", {"days": asked} if asked else {}))

    assert f'aria-current="page">{days} days</a>' in page
    assert page.split("Arrived and decided, day by day</caption>")[1].split("</table>")[0].count("<tr>") == days + 1
    assert ("1 arrived, and as many were decided." in page) == (days > 14)


def test_a_pace_is_told_to_its_person_alone(site: Site, editor: User, second_editor: User) -> None:
    for seconds in (3, 5, 41.5):
        decided(site, editor, Action.APPROVE, seconds=seconds)
    decided(site, second_editor, Action.REJECT, seconds=77.7)

    mine, theirs = (words_of(signed_in(person).get("/dashboard/")) for person in (editor, second_editor))

    assert "Your pace only you see this 5.0 s 75% within 41.5 s · 3 today, 3 this week" in mine
    assert "77.7" not in mine and second_editor.username not in mine
    assert "Your pace only you see this 77.7 s 75% within 77.7 s · 1 today, 1 this week" in theirs
    assert "5.0 s" not in theirs and "41.5" not in theirs and editor.username not in theirs


def test_what_was_taken_back_does_not_count(site: Site, editor: User) -> None:
    kept, gone = decided(site, editor, Action.APPROVE), decided(site, editor, Action.APPROVE, seconds=9)
    undo(gone, editor=editor, at=timezone.now())

    page = words_of(signed_in(editor).get("/dashboard/"))

    assert kept.article_id != gone.article_id
    assert "Decided today 1 0 yesterday" in page and "Undone 50.0% 1 of 2 decisions" in page
    assert "Your pace only you see this – 1 today, 1 this week" in page


def test_each_tile_says_what_has_changed(site: Site, editor: User) -> None:
    now = timezone.now()
    for weeks, seconds in ((0, 4), (1, 6.5)):
        for _ in range(6):
            row = decided(site, editor, Action.APPROVE, seconds=seconds, at=now - timedelta(days=7 * weeks))
    undo(row, editor=editor, at=now)
    undo(decided(site, editor, Action.REJECT, at=now - timedelta(days=15)), editor=editor, at=now)
    Article.objects.update(arrived_at=now - timedelta(days=30))
    make_article(site)

    page = words_of(signed_in(editor).get("/dashboard/"))
    assert "Waiting 3 −3 since yesterday 1 arrived today" in page
    assert "Your pace only you see this 4.0 s −2.5 s against the week before" in page
    assert "Undone 8.3% −91.7 points against the 14 days before 1 of 12 decisions" in page
    assert "Decided today 6 0 yesterday" in page

    Site.objects.update(goal=8)
    assert "Decided today 6 75% of the desk’s 8 0 yesterday" in words_of(signed_in(editor).get("/dashboard/"))


def test_another_site_is_not_told_of(site: Site, editor: User) -> None:
    from tests.factories import make_site

    decided(make_site("zz"), editor, Action.REJECT, seconds=9)

    assert "Decided today 0 0 yesterday" in words_of(signed_in(editor).get("/dashboard/"))


def test_each_is_led_where_each_may_go(site: Site, editor: User, desk_admin: User) -> None:
    file = QuarantinedFile.objects.create(site=site, path="_news/tram.md", reason='quality is "high".', line=14, found_at=timezone.now())
    Conflict.objects.create(article=make_article(site), field="title", base="a", theirs="b", ours="c", found_at=timezone.now())
    ImportRun.objects.create(site=site, finished_at=timezone.now(), created=3)
    decided(site, editor, Action.APPROVE)
    leads = ("/imports/", f"/imports/quarantine/{file.pk}/", "/conflicts/", "/exports/new/")

    for person, led in ((editor, False), (desk_admin, True)):
        page = text_of(signed_in(person).get("/dashboard/"))
        box = page.split("What stops the pipeline?")[1].split("</section>")[0]
        assert [f'href="{address}"' in box for address in leads] == [led] * 4
        assert ("tram.md, line 14: quality is &quot;high&quot;." in box) == led
        for words in ("1 file in quarantine", "1 article has fields in conflict", "3 new, 0 changed", "1 decision waits for an export"):
            assert words in box


@pytest.mark.parametrize(("address", "offered"), [("/queue/", True), ("/nowhere/", False)])
def test_a_rule_is_offered_where_rules_are_served(
    site: Site, editor: User, address: str, offered: bool, monkeypatch: pytest.MonkeyPatch, django_user_model: Any
) -> None:
    monkeypatch.setattr("articles.views.dashboard.NEW_RULE", address)
    for _ in range(5):
        row = decided(site, editor, Action.REJECT, provider="Press & Pulse")
    superuser = django_user_model.objects.create_superuser("root")

    for person in (editor, superuser):
        page = text_of(signed_in(person).get("/dashboard/"))
        assert "Press &amp; Pulse" in page and "100% of 5 rejected" in page and "Saves about 2 decisions a week" in page
        link = f'href="{address}?provider={row.article.provider_id}"'
        assert (link in page) == (offered and person == superuser)


def test_it_costs_the_same_for_one_and_for_many(site: Site, editor: User) -> None:
    client = signed_in(editor)
    costs = []
    for count in (1, 8):
        for place in range(count):
            decided(site, editor, Action.REJECT if place % 2 else Action.APPROVE, provider=f"Provider {count}-{place}", seconds=5)
        client.get("/dashboard/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/dashboard/")
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 32
