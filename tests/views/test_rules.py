"""The pages of rules: built as a sentence, tried on the past, switched, applied and taken back; and why, for editors."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from articles.decisions import decide
from articles.models import Article, BackTest, BulkRun, Review, Rule, Site
from articles.rules import keeping
from articles.rules.backtest import back_test
from articles.rules.wording import sentence_of
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person, make_seated, make_site
from tests.rules.making import fire_alone, make_rule, of_provider, words

pytestmark = pytest.mark.django_db
FORM = {"name": "No wire", "provider": "Wire", "decide": "reject", "reason": "thin", "words-TOTAL_FORMS": "2", "words-INITIAL_FORMS": "0"}


@pytest.fixture
def client(desk_admin: Any) -> Client:
    return signed_in(desk_admin)


def page(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_a_rule_is_built_saved_and_tried_on_the_past(site: Site, client: Client, editor: Any) -> None:
    decide([make_article(site, provider="Wire")], Action.REJECT, editor=editor, at=NOON)
    words_ = {"words-0-text": "fog  horn", "words-0-how": "not exact", "words-0-place": "title", "words-1-text": "tram", "words-1-how": "any"}
    ranges = {"quality_most": "64", "topic": "rail", "topic_not": "Machines", "age": "2D", "age_than": "under", "quality_how": "add", "quality": "-5"}

    reply = client.post("/rules/new/", FORM | words_ | ranges | {"then": "test", "trust": "blocked", "trust_how": "not", "watch": "on", "assign": "@IDA"})

    rule = Rule.objects.get()
    assert reply["Location"] == f"/rules/{rule.pk}/backtest/" and BackTest.objects.get().decisions == 1
    assert sentence_of(rule) == (
        "When the provider is Wire, the provider’s trust is not “Blocked”, it is about Rail, it is not about Machines, the quality is at "
        "most 64, the title does not have “fog horn”, the title or excerpt has “tram” and it is at most 2 days old, reject as Thin, take 5 "
        "from the quality, put it on the watch list and assign it to ida."
    )
    assert (rule.version, rule.is_on, rule.place) == (1, False, 1)
    shown = client.get(f"/rules/{rule.pk}/")
    form = shown.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    rows = {f"{row.add_prefix(name)}": row[name].value() for row in form.words for name in row.fields if row[name].value() is not None}
    assert client.post(f"/rules/{rule.pk}/", again | rows | {"words-TOTAL_FORMS": "3", "words-INITIAL_FORMS": "2"}).status_code == 302
    rule.refresh_from_db()
    assert rule.version == 1  # the form says what the rule says


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"provider": ""}, "Say when: a rule without a condition would mean every article."),
        ({"provider": "Nobody"}, "The site has no provider “Nobody”."),
        ({"decide": "", "reason": ""}, "Say what to do."),
        ({"decide": "approve"}, "Only a rejection has a reason, and one of the list."),
        ({"quality_least": "9", "quality_most": "3"}, "Write the smaller number first."),
        ({"age": "soon"}, "Write an age, such as 12h, 2d or 4w."),
        ({"words-0-text": "…"}, "Write words with at least one letter or digit."),
        ({"add": "Nothing"}, "The site has no topic “Nothing”."),
        ({"quality_how": "set"}, "Write a number."),
        ({"assign": "nobody-here"}, "nobody-here may not decide here. Choose somebody else."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_no_rule_can_be_is_told_beside_its_field(site: Site, client: Client, given: dict[str, str], sentence: str) -> None:
    make_article(site, provider="Wire")

    reply = client.post("/rules/new/", FORM | given)

    assert reply.status_code == 422 and sentence in page(reply) and not Rule.objects.exists()


def test_the_same_form_twice_is_one_rule(site: Site, client: Client) -> None:
    make_article(site, provider="Wire")

    first, second = (client.post("/rules/new/", FORM | {"then": "test"}) for _ in range(2))

    assert first["Location"] == second["Location"] and Rule.objects.count() == 1
    other = client.post("/rules/new/", FORM | {"name": "Another name"})
    assert other.status_code == 409 and "“No wire” says the same already." in page(other) and Rule.objects.count() == 1


def test_the_preview_says_what_it_means_now_and_saves_nothing(site: Site, client: Client, desk_admin: Any, editor: Any) -> None:
    meant, judged = make_article(site, provider="Wire", title="Fog over Halden"), make_article(site, provider="Wire", title="Judged")
    decide([judged], Action.APPROVE, editor=editor, at=NOON)
    make_rule(site, words("fog"), then={"decide": "approve"}, name="Fog is ours", actor=desk_admin)

    told = page(client.get("/rules/preview/", FORM))
    looked = page(client.post("/rules/new/", FORM | {"then": "look"}))

    for text in (told, looked):
        assert "When the provider is Wire, reject as Thin." in text and "1 waiting article<" in text
        assert f'/review/{meant.pk}/" dir="auto">Fog over Halden' in text and "Judged" not in text
        assert "“Fog is ours” wants the contrary of 1 waiting article." in text
    assert "Age: Write an age" in page(client.get("/rules/preview/", FORM | {"age": "x"}))
    assert Rule.objects.count() == 1


def test_a_rule_begins_with_the_provider_that_a_link_names(site: Site, client: Client) -> None:
    provider = make_article(site, provider="Wire").provider
    assert provider is not None

    shown = page(client.get("/rules/new/", {"provider": provider.pk}))

    assert "When the provider is Wire, reject." in shown and 'value="Wire (tribune.example)"' in shown and "1 waiting article<" in shown
    assert "Say when and then what" in page(client.get("/rules/new/", {"provider": "Nobody"}))


def test_a_rule_is_switched_on_after_its_wording_was_tested(site: Site, client: Client, desk_admin: Any) -> None:
    make_article(site, provider="Wire")
    rule = make_rule(site, of_provider("Wire"))
    act = f"/rules/{rule.pk}/act/"

    refused = client.post(act, {"act": "on"})
    assert refused.status_code == 422 and "Back-test the rule first: its wording is new." in page(refused)
    client.post(f"/rules/{rule.pk}/backtest/")
    assert client.post(act, {"act": "on"})["Location"] == f"/rules/#rule-{rule.pk}"
    rule.refresh_from_db()
    assert (rule.is_on, rule.switched_by) == (True, desk_admin)
    changed = client.post(f"/rules/{rule.pk}/", FORM | {"provider_how": "not", "version": "1"})
    assert changed.status_code == 409 and "Switch the rule off before you change what it does." in page(changed)
    client.post(act, {"act": "off"})
    assert client.post(f"/rules/{rule.pk}/", FORM | {"provider_how": "not", "version": "1"}).status_code == 302
    stale = client.post(f"/rules/{rule.pk}/", FORM | {"version": "1"})
    assert stale.status_code == 409 and "Somebody changed this rule meanwhile." in page(stale)
    assert client.post(act, {"act": "on"}).status_code == 422
    assert "This wording was not tried on the past yet" in page(client.get(f"/rules/{rule.pk}/"))
    assert [row.is_on for row in rule.history.order_by("history_id")] == [False, True, False, False]
    assert rule.history.order_by("history_id").last().history_user == desk_admin


def test_a_rule_is_copied_also_to_another_site(site: Site, client: Client) -> None:
    other = make_site("other")
    make_article(other, provider="Wire")
    make_article(site, provider="Wire")
    rule = make_rule(site, of_provider("Wire"), name="No wire")

    assert f"/rules/new/?site=other&amp;like={rule.pk}" in page(client.get(f"/rules/{rule.pk}/?site={site.name}"))
    shown = page(client.get(f"/rules/new/?site=other&like={rule.pk}"))
    assert "When the provider is Wire, reject as Thin." in shown and "1 waiting article<" in shown and 'value="No wire"' in shown
    client.post("/rules/new/", FORM)

    copied = Rule.objects.exclude(pk=rule.pk).get()
    assert (copied.site, copied.conditions, copied.is_on) == (other, rule.conditions, False)
    strange = signed_in(make_seated("admin", other))
    assert "No wire" not in page(strange.get(f"/rules/new/?like={rule.pk}"))


def test_a_rule_is_applied_to_what_waits_after_a_look_and_undone(site: Site, client: Client, desk_admin: Any, editor: Any) -> None:
    for number in range(3):
        make_article(site, provider="Wire", title=f"Fog {number}")
    rule = make_rule(site, of_provider("Wire"), name="No wire", actor=desk_admin)

    run = client.post(f"/rules/{rule.pk}/act/", {"act": "apply"})["Location"]
    asked = page(client.get(run))
    assert "Reject 3 articles: thin?" in asked and "No wire: When the provider is Wire, reject as Thin." in asked and asked.count("Fog ") == 3
    assert set(Article.objects.values_list("status", flat=True)) == {"pending"}
    client.post(run, {"do": "start"})
    decide([Article.objects.get(title="Fog 1")], Action.APPROVE, editor=editor, at=NOON)

    shown = page(client.get("/rules/"))
    assert '<td class="n">3</td> <td class="n">1</td>' in shown
    client.post(run, {"do": "undo"})
    assert list(Article.objects.order_by("pk").values_list("status", flat=True)) == ["pending", "approved", "pending"]
    assert BulkRun.objects.get(undoes__isnull=False).left_count == 1
    nothing = client.post(f"/rules/{make_rule(site, words('snow'), actor=desk_admin).pk}/act/", {"act": "apply"})
    assert nothing.status_code == 422 and "Nothing that waits is meant by this rule." in page(nothing)


def test_editors_read_why_and_take_back_one(site: Site, editor: Any, desk_admin: Any) -> None:
    one, other = make_article(site, provider="Wire"), make_article(site, provider="Wire")
    rule = make_rule(site, of_provider("Wire"), name="No wire", actor=desk_admin)
    fire_alone(rule, [one.pk, other.pk], key=f"{'a' * 32}-0")
    client = signed_in(editor)

    for path in (f"/review/{one.pk}/", f"/articles/{one.pk}/history/", "/decided/"):
        assert "No wire: When the provider is Wire, reject as Thin." in page(client.get(path)), path
    assert "Undo all of that run" not in page(client.get("/decided/")) and "Switch off No wire" not in page(client.get("/rules/"))
    assert "No wire" in page(client.get("/rules/"))
    client.post("/undo/", {"review": Review.objects.get(article=one).pk})

    assert list(Article.objects.order_by("pk").values_list("status", flat=True)) == ["pending", "rejected"]
    assert "by a rule" not in page(client.get(f"/review/{one.pk}/"))
    assert keeping.counters([rule])[rule.pk] == keeping.Counters(2, 1)


def test_the_back_test_lists_its_articles(site: Site, client: Client, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.views.rule.LISTED", 2)
    for number in range(3):
        decide([make_article(site, title=f"Fog {number}")], Action.APPROVE, editor=editor, at=NOON)
    rule = make_rule(site, words("fog"))
    back_test(rule, at=NOON)
    path = f"/rules/{rule.pk}/backtest/"

    first, second = page(client.get(path)), page(client.get(path, {"list": "wrong", "page": 2}))

    assert "Fog 2" in first and "Fog 1" in first and "Fog 0" not in first and "Fog 0" in second
    assert "It would have done nothing that people did." in page(client.get(path, {"list": "agreed"}))
    assert "Asked about 3 past decisions" in first and ">0%<" in first


def test_what_is_watched_is_found(site: Site, desk_admin: Any) -> None:
    article = make_article(site, title="Fog over Halden")
    make_article(site, title="Snow over Halden")
    fire_alone(make_rule(site, words("fog"), then={"watch": True}, actor=desk_admin), [article.pk])
    client = signed_in(make_person("editor"))

    found = page(client.get("/queue/", {"q": "is:watched"}, follow=True))

    assert "Fog over Halden" in found and "Snow over Halden" not in found and ">Watch<" in found
