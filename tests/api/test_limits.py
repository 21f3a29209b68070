"""What is taken from one caller, and when it ends."""
from __future__ import annotations

import time

import pytest
from django.test import Client
from django.utils import timezone

from articles.api import limits
from articles.models import ApiToken
from articles.tokens import revoke
from tests.api.calling import Program
from tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_many_wrong_tokens_shut_their_address_out_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_WRONG", 3)
    right = Program(make_person())
    wrong = {"Authorization": "Bearer desk_guess"}

    codes = [Client(REMOTE_ADDR="192.0.2.9").get("/api/sites", headers=wrong).status_code for _ in range(5)]
    right.client = Client(REMOTE_ADDR="192.0.2.9")
    shut = right.get("/api/sites")
    right.client = Client(REMOTE_ADDR="192.0.2.10")

    assert codes == [401, 401, 401, 429, 429]
    assert (shut.status_code, shut.json()["code"]) == (429, "wrong_tokens") and 880 < int(shut["Retry-After"]) <= 900
    assert right.get("/api/sites").status_code == 200
    right.client = Client(REMOTE_ADDR="192.0.2.11")
    assert [right.client.get("/api/sites").status_code for _ in range(5)] == [401] * 5  # without any token nothing was guessed


def test_a_program_whose_token_is_over_shuts_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_WRONG", 3)
    old, right = Program(make_person()), Program(make_person())
    revoke(old.row, timezone.now())

    assert [old.get("/api/sites").status_code for _ in range(5)] == [401] * 5
    assert right.get("/api/sites").status_code == 200


def test_a_program_in_a_loop_waits_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CALLS", 3)
    loop, other = Program(make_person()), Program(make_person())

    codes = [loop.get("/api/sites").status_code for _ in range(4)]
    shut = loop.get("/api/sites")

    assert codes == [200, 200, 200, 429] and shut.json()["code"] == "too_fast"
    assert 1 <= int(shut["Retry-After"]) <= 60 and other.get("/api/sites").status_code == 200
    began = time.time()
    monkeypatch.setattr(time, "time", lambda: began + 61)
    assert loop.get("/api/sites").status_code == 200


def test_only_valid_tokens_are_counted() -> None:
    Program(make_person()).client.get("/api/sites", headers={"Authorization": "Bearer desk_guess"})

    assert ApiToken.objects.get().used_at is None
