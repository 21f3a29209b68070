"""A desk at work for two months, by dice: people, a rule and the feed act on articles, and some of it is taken back."""

from __future__ import annotations

import random
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from articles.decisions import DecisionReport, decide, edit, release, undo, wake
from articles.following import FeedChange, follow_feed
from articles.mapping import MIRRORED
from articles.models import Article, Review, Site, SourceFile
from articles.workflow import Action, By
from tests.factories import NOON, make_article, make_text

ACTS = ("approve", "reject", "hold", "edit", "feed", "release", "undo", "publish", "rule", "wake")
WEIGHTS = (24, 22, 8, 14, 12, 5, 16, 3, 6, 2)
# A feed that comes to say just what the desk holds leaves no trace, so here it never does.
FEEDS, OURS = range(0, 130, 3), range(1, 130, 3)
TOPICS = ("Machines", "Rail", "Ports", "Bridges")


@dataclass
class Play:
    """``robot``: the quality that the feed said last of each article. ``judged``: for each decision of a person, what it had
    said by then."""

    site: Site
    people: list[User]
    dice: random.Random
    robot: dict[int, int | None] = field(default_factory=dict)
    judged: dict[int, int | None] = field(default_factory=dict)

    def articles(self, count: int) -> None:
        for number in range(count):
            quality = self.dice.choice((None, *FEEDS))
            published = self.dice.choice(("true", "false", "false", "false"))
            text = make_text(quality=quality, published=published, provider=f"Provider {number % 4}")
            text = text.replace("quality: None\n", "")  # a file without the key
            article = make_article(self.site, text=text, withdrawn=self.dice.random() < 0.1)
            self.robot[article.pk] = quality
            moment = NOON - timedelta(days=60) + timedelta(minutes=self.dice.randrange(60 * 24 * 60))
            Article.objects.filter(pk=article.pk).update(
                arrived_at=moment, queued_at=NOON - timedelta(hours=self.dice.choice((0.5, 1, 5, 6, 23, 24, 50, 72, 99)))
            )
            with connection.cursor() as cursor:  # three topics at most, one of them perhaps twice
                cursor.execute("SELECT id, place FROM articles_articletopic WHERE article_id = %s", [article.pk])
                for row, _ in cursor.fetchall():
                    name = self.dice.choice(TOPICS)
                    cursor.execute("UPDATE articles_articletopic SET topic_id = %s WHERE id = %s", [self.topic(name), row])

    def topic(self, name: str) -> int:
        return self.site.topics.get_or_create(name=name)[0].pk  # type: ignore[no-any-return]

    def act(self, at: datetime) -> None:
        act = self.dice.choices(ACTS, WEIGHTS)[0]
        some = list(Article.objects.of_site(self.site).order_by("pk"))
        if act in ("hold", "rule"):  # what has been decided is neither held nor a rule's
            some = [one for one in some if one.status == "pending"]
        some = self.dice.sample(some, min(len(some), self.dice.choice((1, 1, 1, 2, 9))))
        person = self.dice.choice(self.people)
        if act in ("approve", "reject", "hold"):
            changes = {"quality": self.dice.choice(OURS)} if self.dice.random() < 0.3 else None
            looked = timedelta(milliseconds=self.dice.randrange(500, 130_000)) if self.dice.random() < 0.8 else None
            self.judge(decide(some, Action(act), editor=person, at=at, changes=changes, elapsed=looked))
        elif act == "edit":
            edit(some, {"quality": self.dice.choice(OURS)}, editor=person, at=at)
        elif act == "release":
            release(some, ["quality"], editor=person, at=at)
        elif act == "undo":
            row = self.dice.choice([*Review.objects.filter(article__site=self.site).order_by("pk"), None])
            if row is not None:
                undo(row, editor=person, at=at)
        elif act == "feed":
            if self.robot[some[0].pk] is not None:
                self.feed(some[0], {"quality": self.dice.choice(FEEDS)}, at)
        elif act == "publish":
            self.feed(some[0], {"published": self.dice.random() < 0.5}, at)
        elif act == "rule":
            for article in some[:1]:
                self.rule(article, at)
        else:
            wake(self.site, at=at)

    def judge(self, report: DecisionReport) -> None:
        for row in report.reviews:
            self.judged[row.pk] = self.robot[row.article_id]

    def feed(self, article: Article, says: dict[str, Any], at: datetime) -> None:
        """What an import hands over: what the feed said before and says now, and the text of the file as it is then."""
        held = set(article.desk_fields)
        was = {name: getattr(article, name) for name in MIRRORED} | {"quality": self.robot[article.pk]}
        now = was | says
        kept = {name: getattr(article, name) for name in held}
        follow_feed([FeedChange(article, now | kept, was, now, tuple(held), now["published"])], at=at)
        if "quality" in says:
            self.robot[article.pk] = says["quality"]
            file = SourceFile.objects.get(article=article)
            file.text = re.sub(r"(?m)^quality: .*$", f"quality: {says['quality']}", file.text)
            file.imported_at = at
            file.save(update_fields=["text", "imported_at"])

    def rule(self, article: Article, at: datetime) -> None:
        """A decision by a rule, as its row and its article tell it."""
        status = self.dice.choice(("approved", "rejected"))
        Article.objects.filter(pk=article.pk).update(status=status, decided_at=at, version=article.version + 1)
        Review.objects.create(
            article=article, at=at, by=By.RULE, action=Action.APPROVE if status == "approved" else Action.REJECT,
            from_status="pending", to_status=status, before={"status": "pending"}, after={"status": status},
            version=article.version + 1, batch=uuid.uuid4(),
        )  # fmt: skip


def played(site: Site, people: list[User], *, seed: int, articles: int, acts: int) -> Play:
    """The desk of that seed, whose last act was before ``NOON``."""
    play = Play(site, people, random.Random(seed))
    play.articles(articles)
    for number in range(acts):
        minutes = (acts - number) * 55 * 24 * 60 // acts  # not a multiple of a day, so that hours differ
        play.act(NOON - timedelta(minutes=minutes - 7, seconds=play.dice.randrange(240)))
    play.articles(8)  # nobody has looked at these
    return play
