"""Many articles at once, as forms and pages."""
from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.decisions import edit
from articles.models import Article, BulkRun, Review
from tests.bulk.crowd import make_crowd
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db


def ticked(articles: list[Article], **words: Any) -> dict[str, Any]:
    return {"seen": [f"{article.pk}:{article.version}" for article in articles], **words}


def test_ticked_articles_are_decided_and_told_with_one_undo(site: Any, editor: Any) -> None:
    client, articles = signed_in(editor), [make_article(site, quality=64) for _ in range(3)]

    reply = client.post("/bulk/", ticked(articles[:2], act="reject:thin", view="quality=60..69"))

    assert (reply.status_code, reply["Location"]) == (303, "/queue/?quality=60..69")
    assert list(Article.objects.order_by("pk").values_list("status", flat=True)) == ["rejected", "rejected", "pending"]
    page = client.get("/queue/").content.decode()
    assert "Rejected 2 articles: thin." in page and "left alone" not in page
    review = re.search(r'name="review" value="(\d+)"', page)
    assert review is not None
    client.post("/undo/", {"review": review[1], "from": "queue"})
    assert not Article.objects.exclude(status="pending").exists()
    assert "Back in the queue: 2 articles." in client.get("/queue/").content.decode()


def test_what_was_left_alone_has_a_page(site: Any, editor: Any, second_editor: Any) -> None:
    client, articles = signed_in(editor), [make_article(site) for _ in range(3)]
    edit([articles[0]], {"quality": 90}, editor=second_editor, at=NOON)

    client.post("/bulk/", ticked(articles, act="approve"))

    page = client.get("/queue/").content.decode()
    run = BulkRun.objects.get()
    assert "Approved 2 articles. 1 changed meanwhile and was left alone" in page and f'href="/bulk/{run.pk}/">Show</a>' in page
    page = client.get(f"/bulk/{run.pk}/").content.decode()
    assert "Approved 2 articles" in page and f"/review/{articles[0].pk}/" in page and "milo edited this" in page
    assert "Approved 2 articles" in client.get("/bulk/").content.decode()


def test_z_takes_back_a_run_and_then_what_was_before_it(site: Any, editor: Any) -> None:
    client, articles = signed_in(editor), make_crowd(site, 70)
    client.post(f"/articles/{articles[0].pk}/decide/", {"decision": "approve", "version": 1})
    client.post("/bulk/", ticked(articles[1:], act="hold"))

    client.post("/undo/")
    assert set(Article.objects.values_list("status", flat=True)) == {"approved", "pending"}
    client.post("/undo/")

    assert set(Article.objects.values_list("status", flat=True)) == {"pending"}


def test_outbox_takes_back_the_whole_run(site: Any, editor: Any) -> None:
    client, articles = signed_in(editor), [make_article(site) for _ in range(2)]
    client.post("/bulk/", ticked(articles, act="approve"))

    reply = client.post("/undo/", {"review": Review.objects.first().pk}, headers={"Desk-Outbox": "1", "HX-Request": "true"})

    assert (reply.status_code, reply["Desk-Version"]) == (200, "3")
    assert not Article.objects.exclude(status="pending").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"act": "approve", "seen": []}, "No article is selected."),
        ({"act": "approve", "seen": ["x:1", "1", "99999999999999999999:1"]}, "No article is selected."),
        ({"act": "save"}, "Say which quality, heat or topic."),
        ({"act": "save", "topic": "Nowhere"}, "“Nowhere” is not a topic of this site. New topics need an admin."),
        ({"act": "save", "quality": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"act": "publish"}, "Select a valid choice. publish is not one of the available choices."),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(site: Any, editor: Any, words: dict[str, Any], sentence: str) -> None:
    client, article = signed_in(editor), make_article(site)

    assert client.post("/bulk/", ticked([article]) | words).status_code == 303

    assert sentence in client.get("/queue/").content.decode()
    assert not Review.objects.exists()


def test_values_and_topics_for_all_that_are_ticked(site: Any, editor: Any) -> None:
    client, articles = signed_in(editor), [make_article(site, quality=quality) for quality in (3, 64)]

    client.post("/bulk/", ticked(articles, act="save", quality="72", heat="50"))
    client.post("/bulk/", ticked(list(Article.objects.order_by("pk")), act="higher"))
    client.post("/bulk/", ticked(list(Article.objects.order_by("pk")), act="remove", topic="Rail"))

    assert list(Article.objects.values_list("quality", "heat", "topics")) == [(77, 50, ["Machines"])] * 2
    assert "Changed 2 articles: remove Rail." in client.get("/queue/").content.decode()


def test_articles_of_another_site_are_out_of_reach(site: Any, editor: Any) -> None:
    make_article(site)
    elsewhere = make_article(make_site("zz"))
    client = signed_in(editor)

    client.post("/bulk/", ticked([elsewhere], act="approve"))

    assert not Review.objects.exists()


def test_all_of_a_filter_asks_first_and_knows_nothing_that_came_later(site: Any, editor: Any) -> None:
    client = signed_in(editor)
    make_crowd(site, 3, quality=64)
    make_article(site, quality=90)

    run_page = client.post("/bulk/all/", {"view": "quality=60..69"})["Location"]
    make_article(site, quality=65)
    assert "Choose what to do with 3 articles" in client.get(run_page).content.decode()
    reply = client.post("/bulk/", {"run": run_page.split("/")[2], "act": "reject:off_topic"})
    assert (reply.status_code, reply["Location"], Review.objects.count()) == (302, run_page, 0)
    page = client.get(run_page).content.decode()
    assert "Reject 3 articles: off topic?" in page and "Harbour Tribune" in page and page.count("Ferry ") == 3

    client.post(run_page, {"do": "start"})
    client.post(run_page, {"do": "start"})

    assert Article.objects.filter(status="rejected", reviews__reason="off_topic").count() == 3
    assert Article.objects.filter(status="pending").count() == 2


def test_more_than_200_ask_first_and_are_done_behind_the_page(site: Any, senior: Any) -> None:
    client, articles = signed_in(senior), make_crowd(site, 201)

    run_page = client.post("/bulk/", ticked(articles, act="approve"))["Location"]
    assert not Review.objects.exists() and "Approve 201 articles?" in client.get(run_page).content.decode()
    client.post(run_page, {"do": "start"})

    page = client.get(run_page).content.decode()
    assert "Approved 201 articles" in page and 'hx-trigger="every' not in page
    client.post(run_page, {"do": "undo"})
    assert not Article.objects.exclude(status="pending").exists()
    assert f'href="/bulk/{BulkRun.objects.first().pk}/">Undone</a>' in client.get(run_page).content.decode()


def test_editors_see_that_approving_so_many_is_for_senior_editors(site: Any, editor: Any) -> None:
    client = signed_in(editor)
    make_crowd(site, 201)

    bar = client.post("/bulk/all/", {"view": ""}, headers={"HX-Request": "true"}).content.decode()
    assert "All 201 of this filter selected" in bar and "Senior editors only" in bar and 'value="approve"' not in bar
    run = BulkRun.objects.get()
    client.post("/bulk/", {"run": run.pk, "act": "approve"})
    assert "Senior editors only" in client.get(f"/bulk/{run.pk}/").content.decode()
    reply = client.post(f"/bulk/{run.pk}/", {"do": "start"})
    assert (reply.status_code, Review.objects.count()) == (422, 0)


def test_progress_is_polled_and_can_be_stopped(site: Any, senior: Any, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    client = signed_in(senior)
    run_page = client.post("/bulk/", ticked(make_crowd(site, 201), act="approve"))["Location"]
    client.post(run_page, {"do": "start"})

    part = client.get(run_page, headers={"HX-Request": "true"}).content.decode()
    assert '<progress max="201" value="0"' in part and 'hx-trigger="every 1s"' in part and "<html" not in part
    assert "It begins in a moment." in part
    BulkRun.objects.update(heartbeat_at=NOON)
    assert "No worker has taken this yet." in client.get(run_page).content.decode()

    client.post(run_page, {"do": "stop"})
    assert "It ended early: 0 of 201 were looked at." in client.get(run_page).content.decode()


def test_only_who_chose_begins(site: Any, editor: Any, senior: Any) -> None:
    make_article(site)
    run_page = signed_in(editor).post("/bulk/all/", {"view": ""})["Location"]
    run = BulkRun.objects.get()
    signed_in(editor).post("/bulk/", {"run": run.pk, "act": "approve"})

    assert signed_in(senior).post("/bulk/", {"run": run.pk, "act": "reject"}).status_code == 404
    signed_in(senior).post(run_page, {"do": "start"})

    assert not Review.objects.exists()


def test_a_form_sent_twice_decides_once(site: Any, editor: Any) -> None:
    client, article = signed_in(editor), make_article(site)
    words = ticked([article], act="approve", key="0f0e0d0c-0b0a-4908-8706-050403020100")

    client.post("/bulk/", words)
    client.post("/bulk/", words)

    assert Review.objects.count() == BulkRun.objects.count() == 1
    assert "Approved 1 article." in client.get("/queue/").content.decode()
    client.post("/bulk/", words | {"act": "reject"})  # from an old page: the article is another one by now
    assert Review.objects.count() == 1 and "1 changed meanwhile and was left alone" in client.get("/queue/").content.decode()


def test_readers_tick_nothing(site: Any, page_of: Any) -> None:
    from tests.factories import make_person

    make_article(site)
    reader = make_person("reader")
    reader.user_permissions.add(*_permissions("view_article"))

    page = page_of(reader).get("/queue/").content.decode()

    assert "Tram number" in page and "tickbox" not in page and 'id="bulk"' not in page


def _permissions(*names: str) -> Any:
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)


def test_1_and_200_ticks_cost_the_same_queries(site: Any, editor: Any) -> None:
    client, articles = signed_in(editor), make_crowd(site, 202)
    client.post("/bulk/", ticked(articles[:1], act="approve"))
    counts = []
    for some in (articles[1:2], articles[2:]):
        with CaptureQueriesContext(connection) as queries:
            client.post("/bulk/", ticked(some, act="approve"))
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert Article.objects.filter(status="approved").count() == 202


def test_runs_cost_the_same_queries_for_1_and_3(site: Any, editor: Any) -> None:
    client, articles = signed_in(editor), make_crowd(site, 3)
    counts = []
    for article in articles:
        client.post("/bulk/", ticked([article], act="approve"))
        client.get("/bulk/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/bulk/")
        counts.append(len(queries))

    assert counts[0] == counts[2]


# --- assigning
def test_ticked_articles_are_assigned_and_given_back_by_one_undo(site: Any, editor: Any, second_editor: Any) -> None:
    client, articles = signed_in(editor), [make_article(site) for _ in range(3)]
    Article.objects.filter(pk=articles[1].pk).update(assigned_to=editor)
    assert f'<option value="{second_editor.pk}">milo</option>' in client.get("/queue/").content.decode()

    client.post("/bulk/", ticked(articles[:2], act="assign", person=second_editor.pk))

    page = client.get("/queue/?assigned=milo").content.decode()
    assert "Assigned 2 articles to milo." in page and page.count("For milo") == 2
    assert list(Article.objects.order_by("pk").values_list("assigned_to__username", flat=True)) == ["milo", "milo", None]
    client.post("/undo/")
    assert list(Article.objects.order_by("pk").values_list("assigned_to__username", flat=True)) == [None, "ida", None]


def test_one_takes_what_is_ticked_or_gives_it_to_nobody(site: Any, editor: Any) -> None:
    client, articles = signed_in(editor), [make_article(site) for _ in range(2)]

    client.post("/bulk/", ticked(articles, act="take"))
    assert set(Article.objects.values_list("assigned_to", flat=True)) == {editor.pk}
    assert client.get("/queue/?assigned=me").content.decode().count("For ida") == 2
    client.post("/bulk/", ticked(list(Article.objects.all()), act="assign", person="0"))

    assert set(Article.objects.values_list("assigned_to", flat=True)) == {None}
    assert "Assigned 2 articles to nobody." in client.get("/queue/").content.decode()


def test_nobody_is_assigned_who_may_not_decide_here(site: Any, editor: Any) -> None:
    article, client = make_article(site), signed_in(editor)
    far = make_seated("editor", make_site(), name="far")

    for person in (make_person("reader").pk, far.pk, "ida", "9" * 18):
        client.post("/bulk/", ticked([article], act="assign", person=person))
        assert "Nobody of that name decides here." in client.get("/queue/").content.decode()

    client.post("/bulk/", ticked([article], act="assign", person=""))
    assert "Choose whom to assign them to." in client.get("/queue/").content.decode()

    assert Article.objects.get(pk=article.pk).assigned_to is None and not Review.objects.exists()


def test_all_of_a_filter_is_assigned(site: Any, editor: Any, second_editor: Any) -> None:
    client = signed_in(editor)
    for quality in (80, 81, 40):
        make_article(site, quality=quality)
    run = BulkRun.objects.get(pk=client.post("/bulk/all/", {"view": "quality=70.."})["Location"].split("/")[-2])

    client.post("/bulk/", {"run": run.pk, "act": "assign", "person": second_editor.pk})
    assert "Assign 2 articles to milo" in client.get(f"/bulk/{run.pk}/").content.decode()
    client.post(f"/bulk/{run.pk}/", {"do": "start"})

    assert set(Article.objects.filter(assigned_to=second_editor).values_list("quality", flat=True)) == {80, 81}
