"""What tests of the API share: a program with a token of its own."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.test import Client
from django.utils import timezone

from articles.tokens import make_token
from articles.workflow import Scope

ALL = tuple(scope.value for scope in Scope)


class Program:
    """A client that has a token and no session."""

    def __init__(self, person: Any, scopes: Collection[str] = ALL) -> None:
        self.row, self.token = make_token(person, "of the tests", scopes, at=timezone.now())
        self.client = Client(enforce_csrf_checks=True)

    def get(self, path: str, words: Any = None, **headers: str) -> Any:
        return self.client.get(path, words, headers=self._headers(headers))

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> Any:
        """POST JSON under a key of its own, or under none where ``key`` is empty."""
        named = {"Idempotency-Key": str(uuid.uuid4()) if key is None else key} if key != "" else {}
        return self.client.post(path, body, content_type="application/json", headers=self._headers(named | headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): value for name, value in more.items()}
