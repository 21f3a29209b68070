"""What the admin shows of the past, and what it keeps from everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from articles.decisions import decide
from articles.models import Site
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person

pytestmark = pytest.mark.django_db


def test_nobody_reads_the_pace_of_somebody_else(site: Site, editor: User) -> None:
    row = decide([make_article(site)], Action.APPROVE, editor=editor, at=NOON, elapsed=timedelta(seconds=77)).reviews[0]
    assert row.shown_at is not None

    for person in (make_person("admin"), make_person("superuser")):
        page = signed_in(person).get(f"/admin/articles/review/{row.pk}/change/").content.decode()
        assert editor.username in page and "Shown at" not in page and f"{row.shown_at:%H:%M}" not in page
