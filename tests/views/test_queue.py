"""The queue's pages: one address, words for errors, what waits behind “Show new”, and a constant number of queries."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import claims
from articles.models import Article, Claim, Repository, SavedView
from tests.conftest import signed_in
from tests.factories import make_article, make_site, make_text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    cache.clear()


def test_each_queue_has_one_address(editor: Any) -> None:
    site = make_site()
    make_article(site)
    client = signed_in(editor)

    led = client.get("/queue/?q=topic:rail+quality:20..79+tram&status=pending&site=" + site.name)
    assert (led.status_code, led["Location"]) == (302, f"/queue/?quality=20..79&topic=Rail&q=tram&site={site.name}")
    assert client.get(led["Location"]).status_code == 200
    for address in ("/queue/", "/queue/?q=tram&quality=20..79", "/queue/?quality=20..79&seen=4&after=9", "/queue/?q=" + "x+" * 400):
        assert client.get(address).status_code == 200, address


def test_errors_stand_beside_the_field_and_the_rest_counts(editor: Any) -> None:
    make_article(make_site(), quality=64)
    page = signed_in(editor).get("/queue/?q=tram+quality:high").content.decode()

    assert "“quality:high” was left out. Write from..to, such as 20..79, 20.. or ..79." in page
    assert 'aria-describedby="problems"' in page and page.count('id="row-') == 1


def test_entities_are_read_as_characters_and_never_as_markup(editor: Any) -> None:
    text = make_text(title="Trams &amp; &lt;b&gt;buses&lt;/b&gt;").replace("A tram learns to wait.", "It&#8217;s on; R&D too.")
    article = make_article(text=text)
    client = signed_in(editor)

    for address in ("/queue/", f"/review/{article.pk}/"):
        page = client.get(address).content.decode()
        assert "Trams &amp; &lt;b&gt;buses&lt;/b&gt;<" in page and "It’s on; R&amp;D too." in page and "<b>buses" not in page, address


def test_another_site_is_chosen_on_every_page_and_remembered(desk_admin: Any) -> None:
    harbour, quay = make_site("harbour"), make_site("quay")
    article = make_article(harbour)
    client = signed_in(desk_admin)

    def pick(address: str) -> tuple[str, str]:
        page = client.get(address).content.decode()
        form = page[page.index('class="sitepick"') :]
        return form.partition('action="')[2].partition('"')[0], form.partition(" selected>")[2].partition("<")[0]

    assert pick("/imports/") == ("/imports/", str(harbour))
    assert pick(f"/articles/{article.pk}/history/") == ("/queue/", str(harbour))
    assert pick("/imports/?site=quay")[1] == pick("/rules/")[1] == pick("/queue/")[1] == str(quay)
    quay.delete()
    assert "sitepick" not in client.get("/imports/").content.decode()


def test_what_comes_later_waits_behind_a_button(editor: Any) -> None:
    site = make_site()
    first = make_article(site, title="First", quality=50)
    client = signed_in(editor)
    assert b'class="newpill' not in client.get("/queue/").content
    make_article(site, title="Better", quality=90)
    make_article(site, title="Low", quality=2)

    told = client.post(f"/queue/live/?quality=40..&seen={first.pk}").content.decode()
    assert "Show 1 new" in told and "2 match, 3 waiting" in told and 'href="/queue/?quality=40.."' in told
    decided = client.post(f"/articles/{first.pk}/decide/", {"decision": "approve", "version": 1, "from": "queue",
                                                           "view": f"quality=40..&seen={first.pk}"})  # fmt: skip
    page = client.get(decided["Location"]).content.decode()
    assert "Better" not in page and "Show 1 new" in page
    assert "Better" in client.get("/queue/?quality=40..").content.decode()


def test_address_after_a_decision_is_the_queues_own(editor: Any) -> None:
    make_article(make_site())
    answer = signed_in(editor).get("/queue/?quality=40..&seen=1", headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == "/queue/?quality=40.."


def test_empty_queues_say_what_is_next(editor: Any) -> None:
    site = make_site()
    client = signed_in(editor)

    assert "Nothing is waiting." in client.get("/queue/").content.decode()
    assert "No article matches these filters." in client.get("/queue/?quality=40..").content.decode()
    looked = timezone.now()
    Repository.objects.create(site=site, location="/srv/site", every=3600, looked_at=looked)
    assert f"Next import at {looked + timedelta(hours=1):%H:%M} UTC." in client.get("/queue/").content.decode()
    Repository.objects.update(looked_at=looked - timedelta(hours=2))
    assert "Next import" not in client.get("/queue/").content.decode()


def queries_of(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_a_page_costs_the_same_for_1_and_50_rows(editor: Any, second_editor: Any) -> None:
    site = make_site()
    client = signed_in(editor)
    made = [make_article(site, title="Tram")]
    addresses = ("/queue/", "/queue/?quality=20..79&topic=Rail&q=tram+-ferry", "/queue/?provider=tribune.example")
    addresses = (*addresses[:2], f"/queue/?provider={made[0].provider_id}")
    few = [queries_of(client, address) for address in addresses]
    made += [make_article(site, title="Tram") for _ in range(49)]
    for article in made[::3]:
        claims.claim(article, second_editor)

    assert [queries_of(client, address) for address in addresses] == few
    assert few[0] <= 15, few


def test_views_and_claims_cost_three_queries(editor: Any, second_editor: Any) -> None:
    """One for what is claimed, one for the views, one for all their counts, which then stand for a while."""
    site = make_site()
    article = make_article(site)
    client = signed_in(editor)
    client.get("/queue/")
    bare = queries_of(client, "/queue/")
    for number in range(8):
        SavedView.objects.create(site=site, owner=editor, name=f"View {number}", query=f"quality={number}..&topic=Rail")
    claims.claim(article, second_editor)

    assert queries_of(client, "/queue/") == bare + 1  # without views there is nothing to count
    assert queries_of(client, "/queue/") == bare
    page = client.get("/queue/").content.decode()
    assert "Another editor has this open" in page and "View 7" in page


# --- claims -----------------------------------------------------------------------------------------------------------
def test_opening_claims_and_prefetching_does_not(editor: Any) -> None:
    article = make_article()
    client = signed_in(editor)

    client.get(f"/review/{article.pk}/", headers={"HX-Request": "true"})
    client.get(f"/review/{article.pk}/", headers={"Sec-Purpose": "prefetch"})
    assert not Claim.objects.exists()
    assert "data-held" in client.get(f"/review/{article.pk}/").content.decode()
    assert Claim.objects.get(article=article).holder == editor


def test_the_second_is_told_and_may_take_over(editor: Any, second_editor: Any) -> None:
    article = make_article()
    first, second = signed_in(editor), signed_in(second_editor)
    first.get(f"/review/{article.pk}/")

    page = second.get(f"/review/{article.pk}/").content.decode()
    assert "Another editor has this open: ida. It is skipped for now." in page and "Take over" in page
    assert second.post(f"/articles/{article.pk}/claim/", {"take": "1"})["Location"] == f"/review/{article.pk}/"

    told = first.post(f"/articles/{article.pk}/claim/", {"renew": "1", "version": 1}, headers={"HX-Request": "true"})
    assert "milo took this over." in told.content.decode()


def test_renewing_tells_that_another_decided(editor: Any, second_editor: Any) -> None:
    article = make_article()
    first, second = signed_in(editor), signed_in(second_editor)
    first.get(f"/review/{article.pk}/")
    second.post(f"/articles/{article.pk}/decide/", {"decision": "approve", "version": 1})

    told = first.post(f"/articles/{article.pk}/claim/", {"renew": "1", "version": 1}, headers={"HX-Request": "true"})
    assert "milo approved this" in told.content.decode() and "Moving on." in told.content.decode()
    assert not Claim.objects.filter(article=article).exists()


def test_leaving_gives_up(editor: Any) -> None:
    site = make_site()
    article, other = make_article(site), make_article(site)
    client = signed_in(editor)
    client.get(f"/review/{article.pk}/")

    client.post(f"/articles/{other.pk}/claim/", {"leave": article.pk}, headers={"HX-Request": "true"})
    assert [claim.article for claim in Claim.objects.all()] == [other]
    client.post(f"/articles/{other.pk}/release/", {"until": "2020-01-01T00:00:00+00:00"})
    assert Claim.objects.exists()
    client.post(f"/articles/{other.pk}/release/")
    assert not Claim.objects.exists()


def test_review_next_gives_each_editor_another(editor: Any, second_editor: Any) -> None:
    site = make_site()
    best, second = make_article(site, quality=90), make_article(site, quality=80)

    assert signed_in(editor).get("/review/next/")["Location"] == f"/review/{best.pk}/"
    assert signed_in(second_editor).get("/review/next/")["Location"] == f"/review/{second.pk}/"
    assert Article.objects.filter(version=1).count() == 2


def test_the_tape_says_what_others_have_open(editor: Any, second_editor: Any) -> None:
    site = make_site()
    best, second, third = (make_article(site, quality=quality) for quality in (90, 80, 70))
    claims.claim(second, second_editor)

    page = signed_in(editor).get(f"/review/{best.pk}/")
    assert page.content.decode().count("Another editor has this open") == 1
    assert page.context["next"] == third
