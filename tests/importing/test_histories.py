"""A thousand random histories of one file with two writers, beside a model of them that knows nothing of the desk's code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.decisions import decide, edit, release
from articles.frontmatter import Document
from articles.importing import pace
from articles.importing.pipeline import import_site
from articles.importing.sources import Source, SourceEntry
from articles.mapping import KEYS, exported_text
from articles.models import Article, Conflict, FieldPolicy, Review, SourceFile
from articles.policy import CHANGES
from articles.workflow import Action
from tests.factories import NOON, make_person, make_site

HISTORIES, TURNS = 100, 3  # of one example
GRAVITY = ["", "changed", "gone", "swapped"]
PLAIN = {
    "title": ["Tram waits", "Tram leaves", "Tram arrives"],
    "excerpt": ["One.", "Two.", "Three.", None],
    "original_url": ["https://a.example/1", "https://a.example/2", None],
    "quality": [10, 20, 30, None],
    "heat": [-1, 5, 20],
}
NAMES, DOMAINS = ["Quay Post", "Rail Weekly", "Harbour Tribune"], ["quay.example", "rail.example"]
TOPICS = [["Rail"], ["Rail", "Ports"], ["Ports", "Rail"], ["Harbour"]]
LOUD = [*PLAIN, "published", "removed", "topics", "provider_name", "provider_domain", "images"]
LOUD.remove("heat")
OURS = "https://pictures.example/ours.jpg"


class Memory(Source):
    """Files that are nowhere but here."""

    kind = "folder"

    def __init__(self, files: dict[str, str]) -> None:
        super().__init__("memory", 100_000)
        self.files = {path: text.encode() for path, text in files.items()}

    def entries(self) -> list[SourceEntry]:
        return [SourceEntry(path, path, len(data)) for path, data in sorted(self.files.items())]

    def read_all(self, entries: Iterable[SourceEntry]) -> Iterator[Any]:
        yield from ((entry, self.files[entry.path]) for entry in entries)

    def _list(self) -> list[Any]:
        return []


@dataclass
class History:
    """One file: what the feed wants (``feed``), what was imported last, and what the desk has said and must still hold."""

    number: int
    feed: dict[str, Any]
    last: dict[str, Any] = field(default_factory=dict)
    desk: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, tuple[Any, Any, Any]] = field(default_factory=dict)
    status: str = "pending"
    recheck: str = ""

    @property
    def path(self) -> str:
        return f"_news/2026-11-20-{self.number}.md"

    def text(self) -> str:
        says = self.feed
        lines = ["---", "category: news"]
        for name in ("title", "excerpt", "original_url"):
            lines += [f'{KEYS[name]}: "{says[name]}"'] if says[name] is not None else []
        for name in ("quality", "heat"):
            lines += [f"{name}: {says[name]}"] if says[name] is not None else []
        for name in ("published", "removed"):
            lines += [f"{name}: {str(says[name]).lower()}"] if says[name] is not None else []
        lines += ["", "provider:", f"  name: {says['provider_name']}", f"  domain: {says['provider_domain']}"]
        lines += ["", "topics:", *(f"  - {topic}" for topic in says["topics"])]
        lines += ["", "images:", *(f'  - url: "{url}"\n    width: {len(url)}' for url in says["images"])]
        return "\n".join([*lines, "", f'secured: "{says["secured"]}"', "---", "", ""])

    def held(self, name: str) -> Any:
        return self.desk.get(name, self.last[name])

    # --- what people do
    def edited(self, name: str, value: Any) -> None:
        if self.held(name) != value:
            self.desk[name] = value
        if name in self.conflicts:
            # A conflict shows what the desk holds now, and ends where that is what the feed says.
            base, _, theirs = self.conflicts.pop(name)
            if value != theirs:
                self.conflicts[name] = (base, value, theirs)

    def decided(self, decision: Action) -> None:
        self.status = "approved" if decision == Action.APPROVE else "rejected"
        self.recheck = ""
        if decision == Action.APPROVE and self.held("heat") == -1 and self.held("quality") is not None:
            self.edited("heat", self.held("quality"))
        self.desk["published"] = decision == Action.APPROVE

    def released(self, name: str) -> None:
        self.desk.pop(name, None)
        self.conflicts.pop(name, None)

    # --- what the feed does
    def imported(self, owners: dict[str, str]) -> bool:
        """Whether it is an alert."""
        was, now = self.last, self.feed
        if was == now or {name for name in now if was.get(name) != now[name]} == {"secured"}:
            self.last = dict(now)
            return False
        alert = self._alert(was, now)
        for name in [name for name in self.desk if name != "published"]:
            self._merge(name, was, now, owners[KEYS[name]])
        if self.status in ("pending", "live"):
            self.status = "live" if now["published"] else "pending"
        self.last = dict(now)
        return alert

    def _alert(self, was: dict[str, Any], now: dict[str, Any]) -> bool:
        spoken = {name for name in LOUD if was[name] != now[name] and self.held(name) != now[name]}
        if self.status not in ("approved", "rejected") or not spoken:
            return False
        reason = "changed"
        if "removed" in spoken and now["removed"]:
            reason = "gone"
        if self.status == "approved" and spoken & {"original_url", "provider_name", "provider_domain"}:
            reason = "swapped"
        if GRAVITY.index(reason) > GRAVITY.index(self.recheck):
            self.recheck = reason
            return True
        if self.recheck == "gone" and bool(was["removed"]) != bool(now["removed"]):
            self.recheck = "changed"
        return False

    def _merge(self, name: str, was: dict[str, Any], now: dict[str, Any], owner: str) -> None:
        mine, theirs = self.desk[name], now[name]
        if name == "images":
            self.desk[name] = [*theirs, OURS]
            return
        open_ = self.conflicts.pop(name, None)
        base = open_[0] if open_ else was[name]
        if owner == "desk" or theirs in (base, mine):
            return
        if owner == "feed" or (mine == base and not open_):
            del self.desk[name]
        else:
            self.conflicts[name] = (base, mine, theirs)


def rewritten(feed: dict[str, Any], rng: Random) -> dict[str, Any]:
    """The feed's next mind: mostly as before."""
    new = dict(feed) | {"secured": f"YWJj{rng.randrange(10**6):06};aXY="}
    for name in rng.sample([*PLAIN, "published", "removed", "topics", "provider_name", "provider_domain", "images"], rng.choice([0, 1, 1, 2, 4])):
        if name in PLAIN:
            new[name] = rng.choice(PLAIN[name])
        elif name == "images":
            new[name] = sorted(rng.sample([f"https://pictures.example/{letter}.jpg" for letter in "abcde"], rng.randint(1, 4)))
        elif name == "removed":
            new[name] = rng.choice([None, None, True])
        else:
            new[name] = rng.choice({"published": [True, False, None], "topics": TOPICS, "provider_name": NAMES,
                                    "provider_domain": DOMAINS}[name])  # fmt: skip
    return new


@dataclass
class World:
    rng: Random
    editor: Any

    def __post_init__(self) -> None:
        rng = self.rng
        self.site, self.at = make_site(), NOON
        self.owners = {KEYS[name]: rng.choice(["feed", "desk", "ask", "ask"]) for name in [*PLAIN, "provider_name"]}
        FieldPolicy.objects.bulk_create(
            FieldPolicy(site=self.site, field=key, owner=owner, change=CHANGES[key]) for key, owner in self.owners.items()
        )
        self.owners |= {"topics": "desk", "images": "ask"}
        start = {name: values[0] for name, values in PLAIN.items()} | {
            "published": False, "removed": None, "topics": TOPICS[0], "provider_name": NAMES[0],
            "provider_domain": DOMAINS[0], "images": ["https://pictures.example/a.jpg"], "secured": "",
        }  # fmt: skip
        self.histories = [History(number, rewritten(start, rng)) for number in range(HISTORIES)]
        for one in self.histories:
            one.last = dict(one.feed)
            one.status = "live" if one.feed["published"] else "pending"

    def rows(self) -> dict[str, Article]:
        return {article.path: article for article in Article.objects.filter(site=self.site)}

    def people_act(self) -> None:
        """A few acts, each on a share of the articles."""
        rng = self.rng
        for _ in range(3):
            some = [one for one in self.histories if rng.random() < 0.3]
            rows = self.rows()
            articles = [rows[one.path] for one in some]
            kind = rng.choice(["edit", "edit", "decide", "release"])
            if kind == "decide":
                decision = rng.choice([Action.APPROVE, Action.REJECT])
                report = decide(articles, decision, editor=self.editor, at=self.at)
                done = {review.article_id for review in report.reviews}
                for one, article in zip(some, articles, strict=True):
                    if article.pk in done:
                        one.decided(decision)
                continue
            name = rng.choice([*PLAIN, "topics", "provider_name", "images"])
            if kind == "release":
                release(articles, [name], editor=self.editor, at=self.at)
                for one in some:
                    one.released(name)
                continue
            if name == "images":
                some = [one for one in some if OURS not in one.held("images")][:1]
                articles = [rows[one.path] for one in some]
                value: Any = [*articles[0].images, {"url": OURS}] if some else None
            else:
                value = rng.choice({"topics": TOPICS, "provider_name": NAMES}.get(name) or PLAIN[name])
            assert edit(articles, {name: value}, editor=self.editor, at=self.at).refused == ()
            for one in some:
                one.edited(name, [*one.held(name), OURS] if name == "images" else value)

    def feed_acts(self) -> None:
        self.at += timedelta(hours=1)
        for one in self.histories:
            if self.rng.random() < 0.8:
                one.feed = rewritten(one.feed, self.rng)
        report = import_site(Memory({one.path: one.text() for one in self.histories}), self.site, at=self.at)
        assert report.alerts == sum([one.imported(self.owners) for one in self.histories])

    def check(self) -> None:
        rows = self.rows()
        texts = dict(SourceFile.objects.filter(site=self.site).values_list("path", "text"))
        opened: dict[int, dict[str, Conflict]] = {}
        for row in Conflict.objects.filter(article__site=self.site, settled_at=None):
            opened.setdefault(row.article_id, {})[row.field] = row
        for one in self.histories:
            article, conflicts = rows[one.path], opened.get(rows[one.path].pk, {})
            assert texts[one.path] == one.text()
            assert article.desk_fields == sorted(one.desk)
            for name in [*PLAIN, "published", "removed", "topics", "provider_name", "provider_domain"]:
                assert getattr(article, name) == one.held(name), (one.path, name)
            assert {image["url"] for image in article.images} == set(one.held("images"))
            assert (article.status, article.recheck) == (one.status, one.recheck)
            assert (article.withdrawn, article.feed_published) == (bool(one.last["removed"]), one.last["published"])
            assert conflicts.keys() == {KEYS[name] for name in one.conflicts}
            for name, sides in one.conflicts.items():
                row = conflicts[KEYS[name]]
                found = (row.base, row.ours, row.theirs)
                assert tuple(side["name"] for side in found) == sides if name == "provider_name" else found == sides
            out = exported_text(article, texts[one.path], conflicts.keys())
            if not one.desk:
                assert out == texts[one.path]
            elif one.number % 10 == 0:
                values = Document.parse(out).values
                for name in PLAIN:
                    wanted = one.last[name] if name in one.conflicts else one.held(name)
                    assert values.get(KEYS[name]) == wanted


@pytest.mark.django_db
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_nothing_of_either_writer_is_lost_in_a_thousand_histories(seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "FIRST", 200)
        patch.setattr(pace, "PAUSE", 0)
        world = World(Random(seed), make_person())
        import_site(Memory({one.path: one.text() for one in world.histories}), world.site, at=NOON)
        world.check()
        for _ in range(TURNS):
            world.people_act()
            world.feed_acts()
            world.check()
    assert Review.objects.filter(article__site=world.site).exists()
