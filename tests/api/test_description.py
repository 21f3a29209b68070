"""The API does what its description says: every operation is called as the description allows, and as it forbids."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

from articles.api import limits
from articles.api.desk import openapi
from articles.models import Article
from newsdesk.wsgi import application
from tests.api.calling import Program
from tests.factories import make_article, make_person, make_site

pytestmark = pytest.mark.django_db
PLACES = sorted((path, method) for path, methods in openapi()["paths"].items() for method in methods)
QUICK = settings(
    max_examples=5, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)  # fmt: skip


class Bearer:
    """How schemathesis is told of a token that is right."""

    token = ""

    @classmethod
    def of(cls, token: str) -> type[Bearer]:
        return type("Bearer", (cls,), {"token": token})

    def get(self, case: Case, context: Any) -> str:
        return self.token

    def set(self, case: Case, data: str, context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The description with a token, on a site that has something to tell."""
    monkeypatch.setattr(limits, "MOST_WRONG", 10_000)  # it tries wrong tokens on purpose
    site = make_site("harbour")
    for _ in range(3):
        make_article(site)
    program = Program(make_person("admin"))
    schema = schemathesis.openapi.from_dict(openapi())
    schema.app = application
    schema.config.generation.update(allow_x00=False)  # no pattern says so: one for a long text takes seconds to generate from
    schema.auth()(Bearer.of(program.token))
    for signal in (signals.request_started, signals.request_finished):  # as Django's own test client does
        signal.disconnect(close_old_connections)
    yield schema
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


def fill_in(case: Case, article: Article, number: int) -> None:
    """Names and keys that there are, in place of invented ones, and a new key for a new act."""
    known = {"site": "harbour", "id": article.pk, "topic": "Rail", "provider": "Harbour Tribune", "q": "tram", "review": 1}
    parts = [case.path_parameters, case.query, case.body if isinstance(case.body, dict) else {}]
    for part in parts:
        part.update({name: known[name] for name in part if name in known})
        if "articles" in part:
            part["articles"] = [{"id": article.pk, "version": article.version}]
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"act-{number:08}"


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_operation_keeps_its_description(described: Any, place: tuple[str, str]) -> None:
    path, method = place
    operation, article = described[path][method.upper()], Article.objects.earliest("pk")
    codes: list[int] = []

    def call(case: Case) -> None:
        if mode.is_positive and isinstance(case.body, dict) and isinstance(case.body.get("changes"), dict):
            case.body["changes"].pop("publish_until", None)  # must come after publish_from, which no schema can say
        if mode.is_positive and len(codes) % 2:  # what there really is: else nearly all would be about nothing
            fill_in(case, Article.objects.get(pk=article.pk), len(codes))
        codes.append(case.call_and_validate().status_code)

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        QUICK(given(operation.as_strategy(generation_mode=mode))(call))()
    assert len(codes) >= 10
