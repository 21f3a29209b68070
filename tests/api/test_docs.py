"""docs/api.md: its examples do what it says, and it leaves nothing out."""
from __future__ import annotations

import io
import re
import shlex
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from articles.api.desk import openapi
from articles.api.problems import CODES
from articles.feeds.opening import open_feed
from articles.models import Article, Delivery, Note, Review, Topic, Webhook
from articles.webhooks.signing import signed_headers
from articles.workflow import Scope
from tests.api.calling import Program
from tests.factories import NOON, make_article, make_person, make_site, make_text

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
CLIENT, RECEIVER = re.findall(r"```python\n(.*?)```", PAGE, re.S)
EXAMPLES = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S) for line in block.replace("\\\n", " ").splitlines()]


def run(line: str, words: dict[str, Any]) -> Any:
    """One curl command, through the test client."""
    parts = iter(shlex.split(Template(line).substitute(words))[1:])
    headers, method, body, address = {}, "get", None, ""
    for part in parts:
        if part == "-H":
            name, _, value = next(parts).partition(": ")
            headers[name] = value
        elif part == "-X":
            method = next(parts).lower()
        elif part == "-d":
            body = next(parts)
        else:
            address = part
    where = urlsplit(address)
    path = f"{where.path}?{where.query}" if where.query else where.path
    sent = {"data": body, "content_type": headers.pop("Content-Type")} if body else {}
    return getattr(Client(), method)(path, headers=headers, **sent)


@pytest.mark.django_db
def test_every_example_works() -> None:
    cache.clear()
    site = make_site("harbour")
    article = make_article(site)
    open_feed(site, "public", at=NOON)
    program = Program(make_person("senior editor"))
    for line in EXAMPLES:
        fresh, review = Article.objects.get(pk=article.pk), Review.objects.order_by("-pk").first()
        words = {"DESK": "https://desk.example", "SITE": "harbour", "TOKEN": program.token, "ID": fresh.pk, "VERSION": fresh.version,
                 "REVIEW": review.pk if review else 0, "NOTE": max(Note.objects.values_list("pk", flat=True), default=0), "TOPIC": Topic.objects.get(name="Rail").pk}  # fmt: skip
        assert run(line, words).status_code == 200, line

    assert list(Review.objects.order_by("pk").values_list("action", "reason")) == [("reject", "thin"), ("undo", ""), ("edit", "")]
    assert Note.objects.get().resolved_by is not None


@pytest.mark.django_db
def test_the_whole_program_does_what_it_says(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    site = make_site("harbour")
    poor = [make_article(site, quality=5) for _ in range(3)]
    kept = [make_article(site, text=make_text(quality=5).replace("excerpt: \"", "excerpt: \"" + "A tram waits. " * 9)), make_article(site, quality=50)]
    program = Program(make_person("editor"))
    waits: list[float] = []
    monkeypatch.setattr(urllib.request, "urlopen", Wire(program, [503]).open)
    monkeypatch.setattr(time, "sleep", waits.append)

    exec(CLIENT.replace("desk_…", program.token).replace("limit=100", "limit=2"), {})  # noqa: S102 -- it is ours

    assert capsys.readouterr().out == "3 rejected.\n" and waits == [5]
    assert {one.pk for one in Article.objects.filter(status="rejected")} == {one.pk for one in poor}
    assert not {one.pk for one in kept} & set(Review.objects.values_list("article", flat=True))


class Wire:
    """Instead of a network: what urllib asks, asked of the desk itself, after these failures."""

    def __init__(self, program: Program, failures: list[int]) -> None:
        self.client, self.failures = program.client, failures

    def open(self, request: Any, timeout: float) -> Any:
        path = request.full_url.removeprefix("https://desk.example")
        if self.failures:
            raise HTTPError(path, self.failures.pop(), "Busy", {"Retry-After": "5"}, io.BytesIO(b'{"code": "busy"}'))  # type: ignore[arg-type]
        headers = {name: value for name, value in request.header_items() if name != "Content-type"}
        sent = {"data": request.data, "content_type": "application/json"} if request.data else {}
        reply = getattr(self.client, "post" if request.data else "get")(path, headers=headers, **sent)
        assert reply.status_code == 200, reply.content
        return io.BytesIO(reply.content)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("change", "genuine"),
    [
        ({}, True),
        ({"body": b"{}"}, False),
        ({"webhook-id": "other"}, False),
        ({"webhook-timestamp": "1"}, False),
        ({"webhook-signature": "v1,AAAA"}, False),
        ({"secret": "whsec_" + "A" * 43 + "="}, False),
        ({"age": 400}, False),
    ],
)
def test_the_receiver_takes_what_the_desk_signs_and_nothing_else(change: dict[str, Any], genuine: bool) -> None:
    hook = Webhook(secret="whsec_" + "B" * 43 + "=", old_secrets=[["whsec_" + "C" * 43 + "=", 4_000_000_000]])
    body = b'{"type": "test"}'
    headers = signed_headers(Delivery(webhook=hook), body, timezone.now() - timedelta(seconds=change.get("age", 0)))
    names: dict[str, Any] = {}
    exec(RECEIVER, names)  # noqa: S102

    headers |= {name: value for name, value in change.items() if name in headers}
    assert names["is_genuine"](change.get("secret", hook.secret), headers, change.get("body", body)) == genuine


@pytest.mark.pure
def test_every_code_and_scope_is_explained() -> None:
    assert {code for codes in CODES.values() for code in codes} <= set(re.findall(r"`([a-z_]+)`", PAGE))
    assert {f"| `{scope.value}` |" for scope in Scope} <= set(re.findall(r"\| `[a-z]+` \|", PAGE))


@pytest.mark.pure
def test_every_operation_has_an_example() -> None:
    said = {re.sub(r"\?.*", "", line.split('"$DESK')[1].rstrip('"')) for line in EXAMPLES}

    assert {path.replace("{site}", "$SITE").replace("{id}", "$ID").replace("{note}", "$NOTE") for path in openapi()["paths"]} <= said
