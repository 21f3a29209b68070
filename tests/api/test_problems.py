"""Whatever goes wrong below /api/ is told in one shape, with a word that programs can tell it by."""
from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from articles.api import reading
from articles.api.problems import CODES, ProblemOut
from articles.models import Site
from tests.api.calling import Program
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(editor: Any) -> Program:
    return Program(editor)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/nothing", 404, "not_found"),
        ("post", "/api/sites/", 404, "not_found"),
        ("get", "/api/sites/nowhere/queue", 404, "not_found"),
        ("post", "/api/sites", 405, "method"),
        ("get", "/api/sites/harbour/decide", 405, "method"),
        ("get", "/api/articles/x", 422, "invalid"),
        ("post", "/api/sites/harbour/decide", 400, "not_json"),
    ],
)
def test_every_mistake_has_one_shape(program: Program, method: str, path: str, status: int, code: str) -> None:
    reply = program.get(path) if method == "get" else program.post(path, "{")

    told = reply.json()
    assert (reply.status_code, reply["Content-Type"], told["code"]) == (status, "application/problem+json", code)
    assert told.keys() == ProblemOut.model_fields.keys() and told["detail"].endswith(".")
    assert code in CODES[status]


def test_wrong_method_names_the_right_one(program: Program) -> None:
    reply = program.get("/api/sites/harbour/decide")

    assert reply["Allow"] == "POST" and "POST" in reply.json()["detail"]
    assert program.post("/api/sites", {})["Allow"] == "GET, HEAD"


def test_head_is_get_without_a_body(program: Program, site: Site) -> None:
    headers = {"Authorization": f"Bearer {program.token}"}

    replies = [program.client.head(path, headers=headers) for path in ("/api/sites", "/api/sites/nowhere/queue", f"/api/sites/{site.name}/decide")]

    assert [(one.status_code, one.content) for one in replies] == [(200, b""), (404, b""), (405, b"")]


def test_token_for_something_else_is_told_which_scope_it_needs(editor: Any) -> None:
    reply = Program(editor, ["read"]).post("/api/sites/harbour/decide", {})

    assert reply.status_code in (404, 422)  # nothing of the desk is told to it
    reply = Program(editor, ["note"]).get("/api/sites")
    assert (reply.status_code, reply.json()["code"], reply.json()["scope"]) == (403, "scope", "read")
    assert reply["WWW-Authenticate"] == 'Bearer realm="newsdesk", error="insufficient_scope", scope="read"'


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"decision": "reject", "reason": "dull"}, "body.reason"),
        ({"decision": "hold", "hours": "4"}, "body.hours"),
        ({"decision": "approve", "articles": [{"id": 0, "version": 1}]}, "body.articles.0.id"),
    ],
)
def test_a_fault_names_its_place_as_the_caller_wrote_it(program: Program, site: Site, body: dict[str, Any], where: str) -> None:
    article = make_article(site)
    reply = program.post(f"/api/sites/{site.name}/decide", {"articles": [{"id": article.pk, "version": 1}]} | body)

    assert [one["where"] for one in reply.json()["errors"]] == [where]


def test_what_nobody_expected_is_told_without_its_inside(program: Program, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("SELECT secret FROM desk")

    monkeypatch.setattr(reading, "by_key", broken)
    program.client = Client(raise_request_exception=False)

    reply = program.get("/api/sites")

    assert (reply.status_code, reply["Content-Type"], reply.json()["code"]) == (500, "application/problem+json", "broken")
    assert b"SELECT" not in reply.content and "RuntimeError" in caplog.text
