"""docs/api.md: its examples do what it says, and it leaves nothing out."""
from __future__ import annotations

import re
import shlex
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from articles.api.desk import openapi
from articles.feeds.opening import open_feed
from articles.models import Article, Review, Topic
from tests.api.calling import Program
from tests.factories import NOON, make_article, make_person, make_site

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
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
                 "REVIEW": review.pk if review else 0, "TOPIC": Topic.objects.get(name="Rail").pk}  # fmt: skip
        assert run(line, words).status_code == 200, line

    assert list(Review.objects.order_by("pk").values_list("action", "reason")) == [("reject", "thin"), ("undo", ""), ("edit", "")]


@pytest.mark.pure
def test_every_operation_has_an_example() -> None:
    said = {re.sub(r"\?.*", "", line.split('"$DESK')[1].rstrip('"')) for line in EXAMPLES}

    assert {path.replace("{site}", "$SITE").replace("{id}", "$ID") for path in openapi()["paths"]} <= said
