"""Whatever is done and then all of it taken back leaves the desk as it was."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.decisions import DecisionRefused, decide, edit, undo
from articles.mapping import exported_text
from articles.models import Article, ArticleTopic, Review, SourceFile
from articles.views.decisions import last_act
from articles.workflow import Action, Reason
from tests.factories import NOON, make_article

pytestmark = pytest.mark.django_db
ACTS = st.one_of(
    st.tuples(st.sampled_from([Action.APPROVE, Action.REJECT, Action.HOLD, Action.WAKE])),
    st.tuples(st.just("quality"), st.one_of(st.none(), st.integers(0, 200))),
    st.tuples(st.just("heat"), st.integers(-1, 100)),
    st.tuples(st.just("topics"), st.lists(st.sampled_from(["Machines", "Rail", "Ports", "No"]), max_size=3, unique=True)),
    st.tuples(st.just("title"), st.text(st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=20)),
)


def content() -> dict[str, Any]:
    """Everything that an editor or an export would see, the counting of versions left out."""
    articles = [{**row, "version": 0} for row in Article.objects.order_by("pk").values()]
    links = list(ArticleTopic.objects.order_by("article_id", "place").values_list("article_id", "topic__name", "place"))
    texts = dict(SourceFile.objects.values_list("article_id", "text"))
    files = [exported_text(article, texts[article.pk]) for article in Article.objects.order_by("pk")]
    return {"articles": articles, "links": links, "files": files}


class Asking:
    """As much of a request as looking for one's last act needs."""

    def __init__(self, user: Any) -> None:
        self.user = user


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True), ACTS), min_size=1, max_size=12))
def test_taking_everything_back_gives_the_same_content(acts: list[Any], site: Any, editor: Any) -> None:
    with transaction.atomic():
        made = [make_article(site, quality=quality, heat=heat).pk for quality, heat in ((40, -1), (70, 30), (95, 0))]
        before, at = content(), NOON
        for chosen, (what, *value) in acts:
            at += timedelta(minutes=1)
            articles = list(Article.objects.filter(pk__in=[made[place] for place in chosen]))
            try:
                if isinstance(what, Action):
                    decide(articles, what, editor=editor, at=at, reason=Reason.THIN if what == Action.REJECT else "")
                else:
                    edit(articles, {what: value[0]}, editor=editor, at=at)
            except DecisionRefused:
                continue

        for _ in range(len(acts)):
            review = last_act(Asking(editor), site)  # type: ignore[arg-type]
            if review is None:
                break
            assert undo(review, editor=editor, at=at).refused == ()

        assert last_act(Asking(editor), site) is None  # type: ignore[arg-type]
        assert content() == before
        assert Review.objects.filter(action=Action.UNDO).count() == Review.objects.exclude(action=Action.UNDO).count()
        transaction.set_rollback(True)
