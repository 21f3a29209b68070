"""Webhooks on the screen: for admins, the secret shown once, deliveries with what came of them."""
from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from articles.models import Delivery, Site, Webhook
from articles.webhooks import sending
from articles.webhooks.managing import make_webhook
from tests.conftest import signed_in
from tests.factories import NOON, make_site

pytestmark = pytest.mark.django_db
WORDS = {"url": "https://hears.example/told", "events": ["decision"]}


def test_secret_is_shown_once(site: Site, desk_admin: Any) -> None:
    client = signed_in(desk_admin)

    page = client.post("/webhooks/", WORDS)
    hook = Webhook.objects.get()
    again = client.get("/webhooks/").content.decode()

    assert (hook.site, hook.url, hook.events, hook.is_on) == (site, WORDS["url"], ["decision"], True)
    assert hook.secret.startswith("whsec_") and hook.secret in page.content.decode() and "no-store" in page["Cache-Control"]
    assert hook.secret not in again and "hears.example" in again


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"url": "http://127.0.0.1/x"}, "The address belongs to an inner network."),
        ({"url": "ftp://hears.example/"}, "Only http and https"),
        ({"url": "https://name:word@hears.example/"}, "holds a name or password"),
        ({"url": ""}, "Write the address"),
        ({"events": []}, "Choose at least one"),
    ],
)
def test_wrong_form_makes_nothing(site: Site, desk_admin: Any, words: dict[str, Any], said: str) -> None:
    page = signed_in(desk_admin).post("/webhooks/", WORDS | words)

    assert page.status_code == 422 and said in page.content.decode() and not Webhook.objects.exists()


def test_pressing_twice_makes_one(site: Site, desk_admin: Any) -> None:
    client = signed_in(desk_admin)
    client.post("/webhooks/", WORDS)

    page = client.post("/webhooks/", WORDS)

    assert page.status_code == 422 and "in the list already" in page.content.decode() and Webhook.objects.count() == 1
    make_webhook(make_site("zzz"), WORDS["url"], ["decision"], at=NOON)  # another site may tell it too


def test_switching_renewing_and_removing(site: Site, desk_admin: Any) -> None:
    client, hook = signed_in(desk_admin), make_webhook(site, "https://hears.example/", ["export"], at=NOON)
    path = f"/webhooks/{hook.pk}/change/"

    client.post(path, {"act": "off"})
    assert not Webhook.objects.get().is_on
    client.post(path, {"act": "on"})
    assert Webhook.objects.get().is_on
    page = client.post(path, {"act": "secret"}).content.decode()
    renewed = Webhook.objects.get()
    assert renewed.secret != hook.secret and renewed.secret in page and "signs along for a day" in page
    assert renewed.old_secrets[0][0] == hook.secret and "End the old secret now" in client.get(f"/webhooks/{hook.pk}/").content.decode()
    client.post(path, {"act": "end"})
    assert Webhook.objects.get().old_secrets == [] and "End the old" not in client.get(f"/webhooks/{hook.pk}/").content.decode()
    client.post(path, {"act": "remove"})
    assert not Webhook.objects.exists()


def test_deliveries_are_listed_and_sent_again(site: Site, desk_admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client, hook = signed_in(desk_admin), make_webhook(site, "https://hears.example/", ["decision"], at=NOON)
    row = Delivery.objects.create(
        webhook=hook, event="decision", body="{}", state="failed", tries=12, tried_at=NOON, outcome="The host answered 500."
    )
    Delivery.objects.create(webhook=hook, event="decision", body="{}", state="done")
    page = client.get(f"/webhooks/{hook.pk}/?state=failed").content.decode()
    monkeypatch.setattr(sending, "send", lambda row, at, net: sending.Outcome(True, "The host answered 200."))

    reply = client.post(f"/webhooks/deliveries/{row.pk}/again/")

    assert "The host answered 500." in page and page.count("Send again</button>") == 1
    assert re.search(r"Given up <b class=\"num\">1</b>", page)
    row.refresh_from_db()
    assert reply.status_code == 302 and (row.state, row.tries, row.outcome) == ("done", 1, "The host answered 200.")


def test_a_test_is_sent_and_its_outcome_shown(site: Site, desk_admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client, hook = signed_in(desk_admin), make_webhook(site, "https://hears.example/", ["export"], at=NOON)
    outcomes = iter([sending.Outcome(False, "The host's name is not known.", away=True), sending.Outcome(True, "The host answered 204.")])
    monkeypatch.setattr(sending, "send", lambda row, at, net: next(outcomes))
    path = f"/webhooks/{hook.pk}/change/"

    client.post(path, {"act": "test"})
    page = client.get(f"/webhooks/{hook.pk}/", headers={"HX-Request": "true"}).content.decode()
    listed = client.get("/webhooks/").content.decode()

    assert "The host&#x27;s name is not known." in page and "<html" not in page and "hx-get" not in page
    assert "The host&#x27;s name is not known." in listed
    client.post(path, {"act": "test"})
    assert list(Delivery.objects.order_by("pk").values_list("event", "state")) == [("test", "failed"), ("test", "done")]
    assert "not known" not in client.get("/webhooks/").content.decode()
    client.post(path, {"act": "off", "list": "1"})
    client.post(path, {"act": "test"})
    assert Delivery.objects.count() == 2 and "Switch it on first" in client.get(f"/webhooks/{hook.pk}/").content.decode()


def test_what_it_hears_of_is_changed(site: Site, desk_admin: Any) -> None:
    client, hook = signed_in(desk_admin), make_webhook(site, "https://hears.example/", ["export"], at=NOON)
    path = f"/webhooks/{hook.pk}/change/"

    none = client.post(path, {"act": "events"})
    client.post(path, {"act": "events", "events": ["decision", "test"]})
    after_wrong = Webhook.objects.get().events
    client.post(path, {"act": "events", "events": ["decision"]})

    assert none.status_code == 422 and "Choose at least one" in none.content.decode() and after_wrong == ["export"]
    assert Webhook.objects.get().events == ["decision"]
    ticked = re.findall(r'value="(\w+)"[^>]*checked', client.get(f"/webhooks/{hook.pk}/").content.decode())
    assert ticked == ["decision"]


def test_all_that_was_given_up_is_sent_again(site: Site, desk_admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client, hook = signed_in(desk_admin), make_webhook(site, "https://hears.example/", ["export"], at=NOON)
    for event, state in (("export", "failed"), ("export", "failed"), ("test", "failed"), ("export", "done")):
        Delivery.objects.create(webhook=hook, event=event, body="{}", state=state, tries=1)
    monkeypatch.setattr(sending, "send", lambda row, at, net: sending.Outcome(True, "The host answered 200."))

    page = client.get(f"/webhooks/{hook.pk}/").content.decode()
    client.post(f"/webhooks/{hook.pk}/change/", {"act": "again"})

    assert "Send 2 again that were given up" in page
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["done", "done", "failed", "done"]
    assert "given up</button>" not in client.get(f"/webhooks/{hook.pk}/").content.decode()


def test_page_looks_again_while_something_is_under_way(site: Site, desk_admin: Any) -> None:
    client, hook = signed_in(desk_admin), make_webhook(site, "https://hears.example/", ["export"], at=NOON)
    row = Delivery.objects.create(webhook=hook, event="export", body="{}", tries=1)

    assert 'hx-trigger="every 2s"' in client.get(f"/webhooks/{hook.pk}/").content.decode()
    Delivery.objects.update(due_at=row.due_at + timedelta(hours=1))
    page = client.get(f"/webhooks/{hook.pk}/").content.decode()
    assert "every 2s" not in page and "next try" in page


def test_another_sites_webhook_is_not_there(site: Site, desk_admin: Any) -> None:
    hook = make_webhook(make_site("zzz"), "https://hears.example/", ["decision"], at=NOON)

    assert signed_in(desk_admin).get(f"/webhooks/{hook.pk}/", {"site": site.name}).status_code == 404
    assert signed_in(desk_admin).post(f"/webhooks/{hook.pk}/change/?site={site.name}", {"act": "remove"}).status_code == 404
    assert Webhook.objects.exists()
