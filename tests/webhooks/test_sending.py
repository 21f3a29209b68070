"""Deliveries on their way: signed, to public addresses alone, again and later, and known as the same."""
from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from articles.models import Delivery, Site, Webhook
from articles.thumbnails.wire import Net
from articles.webhooks import sending
from articles.webhooks.managing import OVERLAP, end_old_secrets, make_webhook, renew_secret, send_trial
from articles.webhooks.signing import secrets_of, signature, signed_headers
from tests.factories import NOON
from tests.thumbnails.strangers import Stranger, World, http, stranger

pytestmark = pytest.mark.django_db
OK = http(b"", "204 No Content")


def net_to(server: Stranger) -> Net:
    return World({"8.8.8.8": server}).net()


@pytest.fixture
def hook(site: Site) -> Webhook:
    return make_webhook(site, "http://hears.example/told?from=desk", ["decision"], at=NOON)


def delivery(hook: Webhook, body: str = '{"event": "decision", "title": "Zürich"}') -> Delivery:
    return Delivery.objects.create(webhook=hook, event="decision", body=body, due_at=NOON, made_at=NOON)


def test_message_is_signed_with_its_time(hook: Webhook) -> None:
    row = delivery(hook)
    with stranger(OK) as server:
        assert sending.try_once(row, NOON, net_to(server))

    head, _, body = server.heard[0].partition(b"\r\n\r\n")
    lines = dict(re.findall(r"^([\w-]+): ([^\r\n]*)", head.decode(), re.M))
    assert head.startswith(b"POST /told?from=desk HTTP/1.1\r\n") and lines["Host"] == "hears.example"
    moment = lines["webhook-timestamp"]
    key = base64.b64decode(hook.secret.removeprefix("whsec_"), validate=True)
    made = hmac.new(key, f"{row.token}.{moment}.{row.body}".encode(), hashlib.sha256).digest()
    assert len(key) == 32 and moment == str(int(NOON.timestamp()))
    assert lines["webhook-signature"] == "v1," + base64.b64encode(made).decode()
    assert (lines["webhook-id"], lines["Content-Type"]) == (str(row.token), "application/json")
    assert body == row.body.encode() and int(lines["Content-Length"]) == len(body)
    row.refresh_from_db()
    assert (row.state, row.tries, row.outcome) == ("done", 1, "The host answered 204.")


@pytest.mark.parametrize(
    ("status", "away"),
    [("500 Broken", True), ("429 Slow", True), ("302 Found", True), ("404 Not Found", False), ("410 Gone", False)],
)
def test_what_fails_is_tried_later_and_later(hook: Webhook, status: str, away: bool) -> None:
    row, other = delivery(hook), delivery(hook)
    with stranger(http(b"", status, Location="http://127.0.0.1/"), http(b"", status)) as server:
        sending.try_once(row, NOON, net_to(server))
        row.refresh_from_db()
        first = row.due_at
        sending.try_once(row, first, net_to(server))
        row.refresh_from_db()

    assert (first - NOON, row.due_at - first) == (timedelta(seconds=30), timedelta(seconds=60))
    assert (row.state, row.tries, row.outcome) == ("waiting", 2, f"The host answered {status[:3]}.")
    other.refresh_from_db()
    assert (other.due_at, other.tries) == (row.due_at if away else NOON, 0)  # a host that is away holds back all its own


def test_in_the_end_it_is_given_up_and_can_be_sent_again(hook: Webhook) -> None:
    row = delivery(hook)
    Delivery.objects.update(tries=sending.MOST_TRIES - 1)
    row.refresh_from_db()
    with stranger(http(b"", "500 Broken"), OK) as server:
        sending.try_once(row, NOON, net_to(server))
        row.refresh_from_db()
        given_up = row.state
        sending.send_again(Delivery.objects.filter(pk=row.pk), NOON)
        row.refresh_from_db()
        sending.try_once(row, NOON, net_to(server))

    assert given_up == "failed" and Delivery.objects.get().state == "done"
    tokens = [re.search(rb"webhook-id: (\S+)", one)[1] for one in server.heard]  # type: ignore[index]
    assert tokens[0] == tokens[1] and server.heard[0].split(b"\r\n\r\n")[1] == server.heard[1].split(b"\r\n\r\n")[1]


@pytest.mark.parametrize("places", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"], ["169.254.169.254"]])
def test_inner_networks_are_never_asked(hook: Webhook, places: list[str]) -> None:
    row = delivery(hook)
    reached = []

    sending.try_once(row, NOON, Net(look_up=lambda host, port: places, connect=lambda *where: reached.append(where)))  # type: ignore[arg-type,return-value]

    row.refresh_from_db()
    assert reached == [] and (row.state, row.outcome) == ("waiting", "The host belongs to an inner network.")


@pytest.mark.parametrize("url", ["http://localhost/", "http://10.0.0.5/", "http://printer/", "http://hears.example:8080/", "http://[::1]/"])
def test_inner_addresses_are_refused_unless_the_setting_allows_them(hook: Webhook, settings: Any, url: str) -> None:
    Webhook.objects.update(url=url)
    row = delivery(hook)
    row.webhook.refresh_from_db()
    reached = []

    def connect(where: tuple[str, int], seconds: float) -> Any:
        reached.append(where)
        raise OSError

    sending.try_once(row, NOON, Net(look_up=lambda host, port: ["10.9.8.7"], allows=lambda address: True, connect=connect))
    assert reached == []
    settings.DESK_WEBHOOK_INNER = True
    row.refresh_from_db()
    net = sending.own_net()
    sending.try_once(row, NOON, Net(look_up=lambda host, port: ["10.9.8.7"], allows=net.allows, connect=connect))
    assert len(reached) == 1 and reached[0][1] == (8080 if ":8080" in url else 80)


def test_a_killed_try_is_taken_up_after_its_lease_and_never_twice_at_once(hook: Webhook) -> None:
    row = delivery(hook)
    stale = Delivery.objects.get()
    Delivery.objects.filter(pk=row.pk).update(tries=1, due_at=NOON + sending.LEASE)  # a worker began, and was killed

    assert not sending.try_once(stale, NOON)
    assert not sending.is_due(NOON) and sending.is_due(NOON + sending.LEASE)


def test_what_is_due_is_sent_in_order_and_off_means_off(hook: Webhook) -> None:
    for number in range(3):
        delivery(hook, f'{{"number": {number}}}')
    with stranger(OK, OK, OK) as server:
        Webhook.objects.update(is_on=False)
        assert not sending.send_due(5, net_to(server)) and server.heard == []
        Webhook.objects.update(is_on=True)
        assert not sending.send_due(5, net_to(server))

    assert [one.split(b"\r\n\r\n")[1] for one in server.heard] == [b'{"number": 0}', b'{"number": 1}', b'{"number": 2}']


def test_old_secrets_sign_along_for_a_day_each(hook: Webhook) -> None:
    """Whoever presses twice must not lose the one that the other side has."""
    first = hook.secret
    second = renew_secret(hook, NOON)
    third = renew_secret(Webhook.objects.get(), NOON + timedelta(hours=1))
    hook.refresh_from_db()

    assert secrets_of(hook, NOON + OVERLAP - timedelta(seconds=1)) == [third, second, first]
    assert secrets_of(hook, NOON + OVERLAP) == [third, second] and secrets_of(hook, NOON + 2 * OVERLAP) == [third]
    row = delivery(hook)
    headers = signed_headers(row, b"x", NOON)
    made = [signature(secret, str(row.token), headers["webhook-timestamp"], b"x") for secret in (third, second, first)]
    assert headers["webhook-signature"].split(" ") == made
    end_old_secrets(hook)
    assert secrets_of(Webhook.objects.get(), NOON) == [third]


def test_signature_is_that_of_the_standard() -> None:
    """The example of the specification."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secret_from_before_signs_as_it_did(hook: Webhook) -> None:
    assert signature("-_8" + "A" * 40, "a", "1", b"x") == signature("whsec_+/8" + "A" * 40 + "=", "a", "1", b"x")


def test_a_trial_is_sent_once_and_says_what_came_of_it(hook: Webhook) -> None:
    first, waiting = send_trial(hook, NOON), delivery(hook)
    Delivery.objects.filter(pk=waiting.pk).update(due_at=NOON + timedelta(hours=6), tries=5)
    with stranger(http(b"", "500 Broken"), OK) as server:
        sending.try_once(first, NOON, net_to(server))
        waiting.refresh_from_db()
        due = waiting.due_at
        second = send_trial(hook, NOON)
        sending.try_once(second, NOON, net_to(server))

    first.refresh_from_db()
    waiting.refresh_from_db()
    assert (first.state, first.outcome) == ("failed", "The host answered 500.") and due == NOON + timedelta(hours=6)
    assert (waiting.state, waiting.due_at) == ("waiting", NOON)  # the host is there again: what waited goes out
    assert json.loads(server.heard[1].partition(b"\r\n\r\n")[2]) == {
        "type": "test", "timestamp": "2026-11-20T12:00:00Z", "data": {"site": hook.site.name}
    }  # fmt: skip


def test_old_deliveries_are_cleared_away(hook: Webhook) -> None:
    delivery(hook)
    young = delivery(hook)
    Delivery.objects.filter(pk=young.pk).update(made_at=NOON + timedelta(days=1))

    sending.forget(NOON + sending.KEPT + timedelta(seconds=1))

    assert list(Delivery.objects.all()) == [young]
