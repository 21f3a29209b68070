"""Who may call what: every operation of the description times every role and every scope. A new operation without a row fails."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.api.desk import openapi
from articles.decisions import decide
from articles.models import ApiToken, Article, Review
from articles.notes import write_note
from articles.tokens import revoke
from articles.workflow import Action
from tests.api.calling import ALL, Program
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db
ROLES = ("reader", "editor", "senior editor", "admin", "superuser")
# operation -> the scope that it needs, and whom it answers with 200
EVERY = ("editor", "senior editor", "admin", "superuser")
TABLE: dict[str, tuple[str, tuple[str, ...]]] = {
    "get /api/sites": ("read", EVERY),
    "get /api/sites/{site}/articles": ("read", EVERY),
    "get /api/sites/{site}/queue": ("read", EVERY),
    "get /api/sites/{site}/providers": ("read", EVERY),
    "get /api/sites/{site}/topics": ("read", EVERY),
    "get /api/sites/{site}/people": ("read", EVERY),
    "get /api/sites/{site}/exports": ("export", EVERY[1:]),
    "get /api/articles/{id}": ("read", EVERY),
    "get /api/articles/{id}/reviews": ("read", EVERY),
    "get /api/articles/{id}/notes": ("read", EVERY),
    "post /api/articles/{id}/notes": ("note", EVERY),
    "post /api/articles/{id}/notes/{note}": ("note", EVERY),
    "post /api/sites/{site}/decide": ("decide", EVERY),
    "post /api/sites/{site}/edit": ("edit", EVERY),
    "post /api/sites/{site}/assign": ("edit", EVERY),
    "post /api/sites/{site}/undo": ("decide", EVERY),
}


def call(program: Program, operation: str) -> int:
    """Call it about an article of its own, with a body that is right."""
    method, path = operation.split(" ")
    article = make_article(Article.objects.select_related("site").first().site)
    note = write_note(article, "Who knows?", author=make_person("editor"), at=NOON).pk if "{note}" in path else 0
    address = path.format(site=article.site.name, id=article.pk, note=note)
    if method == "get":
        return int(program.get(address).status_code)
    body: dict[str, Any] = {"articles": [{"id": article.pk, "version": 1}]}
    if path.endswith("undo"):
        person = make_person("editor")
        body = {"review": decide([article], Action.APPROVE, editor=person, at=NOON).reviews[0].pk}
    elif path.endswith("edit"):
        body["changes"] = {"quality": 1}
    elif path.endswith("assign"):
        body["person"] = None
    elif "/notes" in path:
        body = {"resolved": True} if note else {"text": "Who knows?"}
    else:
        body["decision"] = "approve"
    return int(program.post(address, body).status_code)


def test_every_operation_has_a_row() -> None:
    assert {f"{method} {path}" for path, methods in openapi()["paths"].items() for method in methods} == TABLE.keys()


@pytest.mark.parametrize("role", ROLES)
def test_role_gets_what_the_table_says(role: str) -> None:
    make_article(make_site())
    program = Program(make_person(role))

    got = {operation: call(program, operation) for operation in TABLE}

    assert got == {operation: 200 if role in roles else 403 for operation, (_, roles) in TABLE.items()}


def test_a_seat_opens_its_own_site_and_no_other() -> None:
    mine, other = make_site("mine"), make_site("other")
    make_article(mine)
    person = make_seated("editor", mine)
    program = Program(person)

    got = {operation: call(program, operation) for operation in TABLE}
    assert got == {operation: 200 if "editor" in roles else 403 for operation, (_, roles) in TABLE.items()}
    assert [one["name"] for one in program.get("/api/sites").json()["items"]] == ["mine"]

    Article.objects.update(site=other)
    before = Review.objects.filter(actor=person).count()
    got = {operation: call(program, operation) for operation in TABLE if operation != "get /api/sites"}
    assert set(got.values()) == {404}
    assert Review.objects.filter(actor=person).count() == before


@pytest.mark.parametrize("scope", ALL)
def test_scope_opens_its_own_operations_only(scope: str) -> None:
    make_article(make_site())
    program = Program(make_person("superuser"), [scope])

    got = {operation: call(program, operation) for operation in TABLE}

    assert got == {operation: 200 if scope == needed else 403 for operation, (needed, _) in TABLE.items()}


@pytest.mark.parametrize("way", ["none", "wrong", "basic", "session", "inactive", "revoked", "over"])
def test_without_a_token_that_is_valid_nothing_opens(way: str) -> None:
    article = make_article(make_site())
    person = make_person("superuser")
    program = Program(person)
    code = {"wrong": "token_unknown", "inactive": "token_ended", "revoked": "token_ended", "over": "token_ended"}.get(way, "token_missing")
    if way == "none":
        program._headers = lambda more: more  # type: ignore[method-assign]
    elif way == "session":
        program.client = signed_in(person)
        program._headers = lambda more: more  # type: ignore[method-assign]
    elif way == "basic":
        program._headers = lambda more: more | {"Authorization": f"Basic {program.token}"}  # type: ignore[method-assign]
    elif way == "wrong":
        program.token += "x"
    elif way == "inactive":
        type(person).objects.update(is_active=False)
    elif way == "revoked":
        revoke(program.row, timezone.now())
    else:
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    for operation in TABLE:
        method, path = operation.split(" ")
        address = path.format(site=article.site.name, id=article.pk, note=1)
        reply = program.get(address) if method == "get" else program.post(address, {"decision": "approve"})
        assert (reply.status_code, reply["Content-Type"]) == (401, "application/problem+json"), operation
        assert reply["WWW-Authenticate"].startswith("Bearer") and reply.json()["code"] == code
    assert not Review.objects.exists()


def test_answers_carry_the_policy_and_no_cookie() -> None:
    program = Program(make_person())
    for reply in (program.get("/api/sites"), program.get("/api/sites/x/queue"), Client().get("/api/sites"), Client().get("/api/openapi.json")):
        assert "default-src 'none'" in reply["Content-Security-Policy"] and reply["X-Content-Type-Options"] == "nosniff"
        assert not reply.cookies
    assert "private" in program.get("/api/sites")["Cache-Control"]


def test_last_use_is_kept_to_the_minute() -> None:
    program = Program(make_person())
    assert ApiToken.objects.get().used_at is None
    program.get("/api/sites")
    first = ApiToken.objects.get().used_at
    program.get("/api/sites")

    assert first is not None and ApiToken.objects.get().used_at == first
