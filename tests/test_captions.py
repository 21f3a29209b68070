"""What fields and their values are called on the screen."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from articles.captions import value_words

pytestmark = pytest.mark.pure
BERLIN = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("published_at", datetime(2026, 11, 15, 10, 0, tzinfo=UTC), "2026-11-15 10:00 UTC"),
        ("published_at", datetime(2026, 7, 15, 0, 30, 7, tzinfo=BERLIN), "2026-07-14 22:30:07 UTC"),
        ("publish_from", "2026-07-15T00:30:00+02:00", "2026-07-14 22:30 UTC"),
        ("publish_until", "2026-07-14T22:30:00Z", "2026-07-14 22:30 UTC"),
        ("hold_until", "next week", "next week"),
        ("title", "2026-07-14T22:30:00Z", "2026-07-14T22:30:00Z"),
        ("published_at", None, "none"),
        ("published", True, "yes"),
        ("topics", ["Rail", ""], "Rail, (empty)"),
        ("images", [{"url": "https://pictures.example/1.jpg", "width": 3}], "https://pictures.example/1.jpg"),
        ("status", "pending", "waiting"),
    ],
)
def test_values_are_said_as_people_read_them(name: str, value: Any, said: str) -> None:
    assert value_words(name, value) == said
