from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from articles.ledger import feed_values
from articles.models import SentField
from tests.factories import NOON, make_article

pytestmark = pytest.mark.django_db


def test_feed_values_are_those_of_the_current_rows(site: Any, django_assert_num_queries: Any) -> None:
    article, other = make_article(site), make_article(site)
    row = {"article": article, "sent_at": NOON, "state_since": NOON}
    SentField.objects.create(**row, field="title", value="Old", feed_value="Older", state=SentField.State.REPLACED)
    SentField.objects.create(**row, field="title", value="Ours", feed_value="The feed's")
    SentField.objects.create(
        **row, field="publishedDateTime", value="2026-11-02T06:40:00Z", feed_value="2026-11-01T06:40:00Z"
    )

    with django_assert_num_queries(1):
        found = feed_values([article.pk, other.pk])

    assert found == {
        article.pk: {"title": "The feed's", "publishedDateTime": datetime(2026, 11, 1, 6, 40, tzinfo=UTC)}
    }
