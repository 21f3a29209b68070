"""What is told of a provider, and of whom it is not told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from articles.decisions import decide
from articles.models import Site
from articles.providers.figures import detail_of
from articles.workflow import Action
from tests.factories import NOON, make_article

pytestmark = pytest.mark.django_db


def test_the_time_of_one_person_alone_is_not_told(site: Site, editor: User, second_editor: User) -> None:
    def judged(person: User, seconds: int) -> None:
        decide([make_article(site)], Action.APPROVE, editor=person, at=NOON, elapsed=timedelta(seconds=seconds))

    for seconds in (4, 6):
        judged(editor, seconds)
    provider = site.providers.get()
    assert detail_of(provider, NOON).seconds is None

    judged(second_editor, 20)

    assert detail_of(provider, NOON).seconds == 6
