"""Whatever the rules and the articles are: firing twice is firing once, and what was undone is as before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles import bulk
from articles.bulk import running
from articles.models import Article, ArticleTopic, BulkRun, RuleFiring, SourceFile
from tests.factories import NOON, make_article, make_person, make_site, make_text
from tests.rules.making import fire_alone, is_, make_rule, of_provider, words

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
CONDITIONS = [
    of_provider("Wire"), words("tram", place="title"), words("tram snow", "any", "title"), is_("quality", [None, 50]), is_("quality", [60, None]),
    is_("topic", "Rail"), is_("topic", "Ports", True), is_("type", "video"), is_("trust", "new"), is_("language", "en"),
]  # fmt: skip
EFFECTS = [
    {"decide": "approve"}, {"decide": "reject", "reason": "thin"}, {"decide": "hold"}, {"quality": 72}, {"step": -5}, {"add": "Ports"},
    {"remove": "Rail"}, {"watch": True}, {"decide": "approve", "step": 10, "add": "Ports"}, {"step": 7, "watch": True},
]  # fmt: skip
ARTICLES = st.tuples(st.sampled_from(["Wire", "Harbour Tribune"]), st.sampled_from(["A tram and the snow", "A ferry", "The rain"]),
                     st.sampled_from([10, 55, 90]), st.sampled_from(["article", "video"]))  # fmt: skip
RULES = st.tuples(st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2, unique_by=lambda one: str(one["kind"])), st.sampled_from(EFFECTS))


def content() -> list[Any]:
    """Everything that an editor, an export or a rule sees, without the counting of versions."""
    links = list(ArticleTopic.objects.order_by("article_id", "place").values_list("article_id", "topic__name", "place"))
    rows = [{**row, "version": 0} for row in Article.objects.order_by("pk").values()]
    firings = list(RuleFiring.objects.order_by("pk").values_list("rule", "version", "article", "content"))
    return [rows, links, firings, list(SourceFile.objects.order_by("pk").values_list("blob_id"))]


class TestWhateverTheRules(TestCase):
    @given(articles=st.lists(ARTICLES, min_size=1, max_size=4), rules=st.lists(RULES, min_size=1, max_size=3))
    @examples(max_examples=7, deadline=None)
    def test_firing_twice_is_firing_once_and_undone_is_as_before(self, articles: Any, rules: Any) -> None:
        admin, site = make_person("admin"), make_site()
        for text in (make_text().replace("- Rail", "- Ports"), make_text(provider="Wire")):  # so that all names are known
            make_article(site, text=text, status="rejected", withdrawn=True)
        made = [make_rule(site, *when, then=then, actor=admin) for when, then in rules]
        for provider, title, quality, kind in articles:
            make_article(site, provider=provider, title=title, quality=quality, type=kind)
        before = content()
        running.PAUSE, was = 0, running.PAUSE

        bulk.fire_news(site, at=LATER)
        once = content()
        keys = sorted(Article.objects.filter(site=site).values_list("pk", flat=True))
        for rule in made:  # as if all of it had come again
            fire_alone(rule, keys, at=LATER, key=f"again-{rule.pk}")
        again = content()
        for run in BulkRun.objects.filter(undoes=None).order_by("-pk"):
            bulk.begin_undo(run, editor=admin, at=LATER)
        running.PAUSE = was

        assert again[:2] == once[:2]
        RuleFiring.objects.filter(review=None).delete()
        assert content() == before
