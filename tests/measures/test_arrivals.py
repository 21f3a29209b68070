"""When articles arrived that were there before anybody noted it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from articles.decisions import decide
from articles.models import Article, Site, SourceFile
from articles.workflow import Action
from tests.factories import NOON, make_article, make_person

pytestmark = pytest.mark.django_db


def test_arrivals_are_dated_back_to_what_the_desk_certainly_knew() -> None:
    migration = import_module("articles.migrations.0020_arrived_at")
    site = Site.objects.create(name="old", created_at=NOON - timedelta(days=9))
    rewritten, untouched, made_here = (make_article(site) for _ in range(3))
    decide([rewritten], Action.APPROVE, editor=make_person(), at=NOON - timedelta(days=5))
    SourceFile.objects.filter(article__in=[rewritten, untouched]).update(imported_at=NOON - timedelta(days=2))
    SourceFile.objects.filter(article=made_here).delete()
    Article.objects.update(arrived_at=timezone.now())

    migration.date_back(apps, connection.schema_editor())

    found = dict(Article.objects.values_list("pk", "arrived_at"))
    assert {pk: (NOON - at).days for pk, at in found.items()} == {rewritten.pk: 5, untouched.pk: 2, made_here.pk: 9}
