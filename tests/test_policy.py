"""The schema's table with a site's rows laid over it."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import FieldPolicy, Site
from articles.policy import DEFAULT, policy_of
from tests.factories import make_site


def test_a_site_without_rows_has_the_schemas_policy(site: Site, django_assert_num_queries: Any) -> None:
    FieldPolicy.objects.create(site=make_site(), field="title", owner="feed", change="noise")

    with django_assert_num_queries(1):
        assert policy_of(site) is DEFAULT


def test_a_row_is_laid_over_the_schema(site: Site) -> None:
    FieldPolicy.objects.create(site=site, field="provider", owner="feed", change="context")

    policy = policy_of(site)

    assert (policy.owner_of("provider_name"), policy.change_of("provider")) == ("feed", "context")
    assert (policy.owner_of("title"), policy.owner_of("heat"), policy.change_of("title")) == ("ask", "desk", "decision")


@pytest.mark.parametrize(
    ("keys", "gravest"),
    [((), "noise"), (("secured",), "noise"), (("heat", "secured"), "drift"), (("mood", "heat"), "context"),
     (("heat", "related", "quality"), "decision")],
)  # fmt: skip
def test_the_gravest_class_counts(keys: tuple[str, ...], gravest: str) -> None:
    assert DEFAULT.gravest(keys) == gravest


@pytest.mark.parametrize(("attribute", "quiet"), [("heat", True), ("title", False), ("provider_domain", False)])
def test_only_a_decision_is_loud(attribute: str, quiet: bool) -> None:
    assert DEFAULT.is_quiet(attribute) is quiet
