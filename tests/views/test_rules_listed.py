"""The list of rules: their order, what is gone, what contradicts, and what is brought back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Site
from tests.conftest import signed_in
from tests.factories import make_article
from tests.rules.making import is_, make_rule, of_provider, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(desk_admin: Any) -> Client:
    return signed_in(desk_admin)


def page(reply: Any) -> str:
    return " ".join(reply.content.decode().split())


def test_rules_stand_in_their_order_and_can_be_removed_and_brought_back(site: Site, client: Client) -> None:
    first, second, third = (make_rule(site, words(name), name=name) for name in ("one", "two", "three"))

    def order() -> list[str]:
        return [row[0].name for row in client.get("/rules/").context["rows"]]

    for rule, act in ((third, "up"), (first, "down"), (third, "up"), (first, "down")):
        client.post(f"/rules/{rule.pk}/act/", {"act": act})
    assert order() == ["three", "two", "one"]
    client.post(f"/rules/{second.pk}/act/", {"act": "remove"})
    assert order() == ["three", "one"] and "Bring back two" in page(client.get("/rules/"))
    client.post(f"/rules/{second.pk}/act/", {"act": "restore"})
    assert order() == ["three", "two", "one"]


def test_a_stale_page_brings_no_rule_back_that_is_there(site: Site, client: Client, desk_admin: Any) -> None:
    rule = make_rule(site, words("fog"), actor=desk_admin)

    client.post(f"/rules/{rule.pk}/act/", {"act": "restore"})
    rule.refresh_from_db()
    assert rule.is_on and rule.history.count() == 2  # written, switched on

    client.post(f"/rules/{rule.pk}/act/", {"act": "remove"})
    make_article(site, title="Fog over Halden")
    applied = client.post(f"/rules/{rule.pk}/act/", {"act": "apply"})
    assert applied.status_code == 422 and "This rule was removed. Bring it back first." in page(applied)
    shown = page(client.get(f"/rules/{rule.pk}/"))
    assert 'value="restore">Bring back<' in shown and "Apply to what waits" not in shown and "Switch on" not in shown


def test_the_order_is_moved_in_place_and_the_focus_stays(site: Site, client: Client) -> None:
    """To htmx the answer is the list, in which the button that was pressed has the same id."""
    first, second = (make_rule(site, words(name), name=name) for name in ("one", "two"))

    reply = client.post(f"/rules/{second.pk}/act/", {"act": "up"}, headers={"HX-Request": "true"})

    shown = page(reply)
    assert reply.status_code == 200 and reply["HX-Trigger"] == "rules-moved"
    assert shown.index("1.</span> <a") < shown.index(">two</a>") < shown.index("2.</span> <a") < shown.index(">one</a>")
    assert f'id="up-{second.pk}"' in shown and "Move two up: 1 of 2" in shown and f'id="down-{first.pk}"' in shown


def test_a_rule_that_names_what_is_gone_says_so(site: Site, client: Client, editor: Any) -> None:
    make_article(site, provider="Wire")
    make_rule(site, of_provider("Wire"), is_("topic", "Rail"), then={"assign": "ida"})
    make_rule(site, of_provider("Gone"), then={"assign": "nobody"})
    make_rule(site, is_("topic", "Lost"), name="No topic")

    shown = page(client.get("/rules/"))

    assert shown.count("So it does nothing.") == 3
    for sentence in ("The site has no provider Gone any more.", "nobody may not decide here.", "The site has no topic Lost any more."):
        assert sentence in shown


def test_contradictions_are_shown_with_their_articles(site: Site, client: Client, desk_admin: Any) -> None:
    make_article(site, provider="Wire", title="Fog over Halden")
    first = make_rule(site, of_provider("Wire"), name="No wire", actor=desk_admin)
    second = make_rule(site, words("fog"), then={"decide": "approve"}, name="Fog is ours", actor=desk_admin)

    assert "“No wire” and “Fog is ours” contradict each other about 1 waiting article. The first one acts." in page(client.get("/rules/conflicts/"))
    pair = page(client.get("/rules/conflicts/", {"of": first.pk, "and": second.pk}))
    assert "Fog over Halden" in pair and "reject as Thin" in pair


def test_the_list_shows_few_contradictions_and_leads_to_all(site: Site, client: Client, desk_admin: Any) -> None:
    make_article(site, title="Fog over Halden")
    for decide_, count in (("reject", 2), ("approve", 3)):
        for number in range(count):
            make_rule(site, words("fog"), is_("quality", [number, None]), then={"decide": decide_}, name=f"{decide_} {number}", actor=desk_admin)

    few, whole = (page(client.get("/rules/conflicts/", headers=headers)) for headers in ({"HX-Request": "true"}, {}))

    assert (few.count("The first one acts."), whole.count("The first one acts.")) == (3, 6)
    assert '<a href="/rules/conflicts/">3 more contradictions</a>' in few and "more contradiction" not in whole


def test_the_list_costs_the_same_for_one_and_for_many(site: Site, client: Client, desk_admin: Any) -> None:
    counted = []
    for size in (1, 9):
        for number in range(size):
            make_rule(site, is_("quality", [number, None]), actor=desk_admin)
        client.get("/rules/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/rules/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
