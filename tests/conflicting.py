"""Articles that the feed and an editor both changed, as import leaves them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User

from articles.decisions import decide, edit
from articles.frontmatter.files import blob_id
from articles.models import Article, Conflict, ExportRun, Review, SentField, Site, SourceFile
from articles.workflow import Action, By
from tests.factories import NOON, make_article

FOUND = NOON + timedelta(hours=1)
BEFORE = "City council to vote on face-matching cameras"
THEIRS = "City council rejects face-matching cameras 9–4"
OURS = "City council votes to keep face-matching cameras out of schools"


def make_conflict(site: Site, editor: User, *, found_at: datetime = FOUND, **words: Any) -> Article:
    """An approved article whose title and quality are in conflict; its file says what the robot says now."""
    article = make_article(site, **({"title": BEFORE, "quality": 52} | words))
    edit([article], {"title": OURS, "quality": 59}, editor=editor, at=NOON)
    article = Article.objects.get(pk=article.pk)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    file = SourceFile.objects.get(article=article)
    text = file.text.replace(f'title: "{BEFORE}"', f'title: "{THEIRS}"').replace("quality: 52", "quality: 66")
    SourceFile.objects.filter(pk=file.pk).update(text=text, blob_id=blob_id(text.encode()))
    for key, base, theirs, ours in (("title", BEFORE, THEIRS, OURS), ("quality", 52, 66, 59)):
        Conflict.objects.create(article=article, field=key, base=base, theirs=theirs, ours=ours, found_at=found_at)
    follow(article, found_at, unheeded={"title": [BEFORE, THEIRS], "quality": [52, 66]})
    return Article.objects.get(pk=article.pk)


def follow(article: Article, at: datetime, *, before: Any = None, after: Any = None, unheeded: Any = None) -> Review:
    """A row of the feed as import writes it. The values of ``after`` are the article's from then on."""
    article = Article.objects.get(pk=article.pk)
    Article.objects.filter(pk=article.pk).update(**(after or {}), version=article.version + 1)
    return Review.objects.create(
        article=article, at=at, by=By.FEED, action=Action.FOLLOW, from_status=article.status, to_status=article.status,
        before=before or {}, after=after or {}, unheeded=unheeded or {}, version=article.version + 1, batch=uuid4(),
    )  # fmt: skip


def make_rechecked(site: Site, editor: User, reason: str = "swapped", *, at: datetime = FOUND, **words: Any) -> Article:
    """An approved article that the feed has changed since."""
    article = make_article(site, **words)
    decide([article], Action.APPROVE, editor=editor, at=NOON)
    follow(
        article, at,
        before={"web_url": article.web_url, "recheck": "", "recheck_since": None},
        after={"web_url": "https://herald.example/other", "recheck": reason, "recheck_since": at.isoformat()},
        unheeded={"published": [False, True]},
    )  # fmt: skip
    return Article.objects.get(pk=article.pk)


def make_sent(article: Article, state: str = "reverted", *, field: str = "quality", run: ExportRun | None = None) -> SentField:
    """One field in the ledger."""
    return SentField.objects.create(
        article=article, field=field, value=72, feed_value=64, run=run, sent_at=NOON, state=state, state_since=FOUND
    )
