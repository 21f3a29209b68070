"""The guard that keeps the tests on this machine stands, and the product's own defaults meet it."""
from __future__ import annotations

import socket

import pytest
from django.conf import settings

from tests import guard

pytestmark = pytest.mark.pure


def test_the_guard_stops_and_counts_what_would_leave() -> None:
    with socket.socket() as one, pytest.raises(guard.Outbound):
        one.connect(("192.0.2.1", 80))
    with pytest.raises(guard.Outbound):
        socket.create_connection(("pictures.example", 443), 1)
    assert guard.attempts == ["reach 192.0.2.1", "look up pictures.example"]
    guard.attempts.clear()


def test_the_guard_lets_the_machine_itself_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 1):
        pass


def test_pictures_are_off_in_the_suite() -> None:
    assert settings.DESK_REMOTE_PICTURES is False
