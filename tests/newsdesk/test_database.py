"""SQLite as the desk sets it, in the connection itself and not only in the settings."""

from __future__ import annotations

import sqlite3

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests.factories import make_site

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.once]
FULL = 2


def pragma(name: str) -> object:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


def test_the_pragmas_are_as_set() -> None:
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == FULL
    assert pragma("foreign_keys") == 1
    assert pragma("busy_timeout") == 20_000


def test_a_transaction_takes_the_lock_when_it_begins() -> None:
    """A deferred one would read first and then fail at once with "database is locked", whatever the wait is."""
    make_site()
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0.05)
    with transaction.atomic(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("INSERT INTO django_session VALUES ('x', 'y', '2026-11-20')")
    other.close()


def test_no_request_is_one_long_transaction() -> None:
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
