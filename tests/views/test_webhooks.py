"""Webhooks on the screen: for admins, the secret shown once, deliveries with what came of them."""
from __future__ import annotations

import re
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
    assert len(hook.secret) >= 43 and hook.secret in page.content.decode() and "no-store" in page["Cache-Control"]
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


def test_switching_renewing_and_removing(site: Site, desk_admin: Any) -> None:
    client, hook = signed_in(desk_admin), make_webhook(site, "https://hears.example/", ["export"], at=NOON)
    path = f"/webhooks/{hook.pk}/change/"

    client.post(path, {"act": "off"})
    assert not Webhook.objects.get().is_on
    client.post(path, {"act": "on"})
    assert Webhook.objects.get().is_on
    page = client.post(path, {"act": "secret"}).content.decode()
    assert Webhook.objects.get().secret != hook.secret and Webhook.objects.get().secret in page
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


def test_another_sites_webhook_is_not_there(site: Site, desk_admin: Any) -> None:
    hook = make_webhook(make_site("zzz"), "https://hears.example/", ["decision"], at=NOON)

    assert signed_in(desk_admin).get(f"/webhooks/{hook.pk}/", {"site": site.name}).status_code == 404
    assert signed_in(desk_admin).post(f"/webhooks/{hook.pk}/change/?site={site.name}", {"act": "remove"}).status_code == 404
    assert Webhook.objects.exists()
