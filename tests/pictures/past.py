"""Five weeks that the desk of the pictures has behind it: what arrived on each day, and what three people made of it. By dice."""

from __future__ import annotations

import math
import random
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db.models import F

from articles.decisions import decide, undo
from articles.models import Article, Site
from articles.workflow import Action, Reason

DAYS, TIMED = 35, 15  # days that are lived through; days back in which each decision is one by itself, and timed
WEEKDAY, WEEKEND = 26, 12  # articles that arrive
GOAL = 30
# When people work, by hour of UTC.
HOURS = {7: 4, 8: 9, 9: 12, 10: 11, 11: 9, 12: 3, 13: 8, 14: 10, 15: 8, 16: 4}
PROVIDERS = (
    ("Harbour Tribune", "harbourtribune.example"), ("Meridian Post", "meridianpost.example"), ("Northline", "northline.example"),
    ("The Tidewater Record", "tidewaterrecord.example"), ("Railway Letter", "railwayletter.example"),
    ("Field & Furrow", "fieldandfurrow.example"), ("Clinic Gazette", "clinicgazette.example"), ("Lab Notes Daily", "labnotes.example"),
)  # fmt: skip
THIN = (("PressPulse Wire", "presspulse.example"), ("Gadget Ledger", "gadgetledger.example"), ("Market Foresight", "marketforesight.example"))
STORIES = {
    "Ports": ("The night crane of Halden", "A pilot boat in Oster", "The grain quay", "A dredger without a crew", "The ferry to Lund"),
    "Robotics": ("A welding arm in Sund", "The bakery’s second robot", "A robot that sorts glass", "The parcel hall", "A picking arm"),
    "Rail": ("The night train to Bergen", "A signal box near Vik", "The tram depot", "A track robot", "The level crossing at Moss"),
    "Labour": ("The dockers’ union", "A factory in Tal", "The cleaners’ council", "A warehouse in Hede", "The drivers’ club"),
    "Health": ("The clinic in Aas", "A ward without night rounds", "The blood bank", "A village pharmacy", "The ambulance desk"),
    "Schools": ("A school in Dale", "The teachers’ circle", "A library of tools", "The school kitchen", "A class of twelve"),
    "Energy": ("The wind farm off Skagen", "A battery in a barn", "The heat plant", "A tidal mill", "The grid office"),
    "Farming": ("A milking robot", "The orchard drones", "A tomato house", "The seed bank", "A harvest crew"),
}
WEIGHTS = (18, 16, 9, 12, 11, 10, 9, 8)
EVENTS = (
    "passes its first winter", "asks for a slower pace", "is switched off for a week", "opens its log to the public",
    "learns from its mistakes", "stops at the right moment", "gets a second operator", "works through the storm",
    "counts what it throws away", "is repaired by its users", "costs less than planned", "waits for the inspector",
    "explains its own alarm", "goes back to paper", "finds a fault nobody saw", "is tried in nine towns",
)  # fmt: skip
TAILS = (
    "", " again", ", and says why", " before the frost", " after a year of trials", " without extra staff", " for the third time",
    " in broad daylight", ", its crew reports", " on a Sunday", " at half the price", ", engineers say",
)  # fmt: skip
GADGETS = ("smart shelf", "desk lamp", "robot vacuum", "foldable drone", "voice kettle", "fitness ring", "garden camera", "pocket printer")
BUYERS = ("office", "warehouse", "kitchen", "garage", "workshop", "commuter", "landlord", "gardener")


def write_past(home: Path, at: datetime) -> None:
    """Put the articles of five weeks into the site's folder, and bring the dates of its own ones near to ``at``."""
    dice, used = random.Random(2026), set[str]()
    for path in sorted((home / "_news").glob("*.md")):
        path.write_bytes(_nearer(path.read_bytes(), at))
    late = _article(dice, at - timedelta(minutes=50), "late.md", used, 0, quality=62)  # one that both rules of the desk want
    (home / "_news" / f"{at.date()}-late.md").write_text(late, encoding="utf-8", newline="\n")
    for back in range(DAYS, 0, -1):
        day = at.date() - timedelta(days=back)
        count = round((WEEKEND if day.weekday() >= 5 else WEEKDAY) * dice.uniform(0.85, 1.15))
        for number in range(count):
            moment = datetime.combine(day, time(), UTC) + timedelta(minutes=dice.randrange(24 * 60))
            name = f"{day}-p{number}.md"
            (home / "_news" / name).write_text(_article(dice, moment, name, used, back), encoding="utf-8", newline="\n")


def _nearer(data: bytes, at: datetime) -> bytes:
    """The sample's own date, three times as near to ``at`` as it is to the newest sample."""
    newest = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

    def moved(found: re.Match[bytes]) -> bytes:
        said = datetime.fromisoformat(found[2].decode().replace("Z", "+00:00"))
        return found[1] + f"{at - (newest - said) / 3:%Y-%m-%dT%H:%M:%SZ}".encode()

    return re.sub(rb"(?m)^(publishedDateTime: )(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)", moved, data)


def _article(dice: random.Random, moment: datetime, name: str, used: set[str], back: int, *, quality: int = 0) -> str:
    """A file; with a ``quality`` it is of the first of the thin providers, which nobody expects."""
    is_thin = bool(quality) or dice.random() < 0.22
    provider, domain = dice.choices(THIN, (6, 3, 2))[0] if is_thin else dice.choice(PROVIDERS)
    provider, domain = THIN[0] if quality else (provider, domain)
    topic = dice.choices(list(STORIES), [4 if topic == "Rail" and back <= 7 else weight for topic, weight in zip(STORIES, WEIGHTS, strict=True)])[0]
    title = _title(dice, topic, is_thin)
    while title in used:
        title = _title(dice, topic, is_thin)
    used.add(title)
    quality = quality or max(12, min(108, round(dice.gauss(46 if is_thin else 67, 9 if is_thin else 15))))
    return (
        f'---\ncategory: news\ntitle: "{title}"\nexcerpt: "{title}. What it means for those who work beside it."\n'
        f"publishedDateTime: {moment:%Y-%m-%dT%H:%M:%SZ}\n"
        f'originalUrl: "https://{domain}/{name[:-3]}"\nwebUrl: "https://{domain}/{name[:-3]}"\n'
        f"type: article\nquality: {quality}\nheat: {dice.randrange(5, 70)}\npublished: false\n\n"
        f"provider:\n  name: {provider}\n  domain: {domain}\n\ntopics:\n  - Machines at Work\n  - {topic}\n---\n"
    )


def _title(dice: random.Random, topic: str, is_thin: bool) -> str:
    if is_thin:
        return f"Why every {dice.choice(BUYERS)} wants a {dice.choice(GADGETS)} in {dice.choice(('spring', 'winter', 'no time', 'style'))}, reason {dice.randrange(2, 99)}"
    return f"{dice.choice(STORIES[topic])} {dice.choice(EVENTS)}{dice.choice(TAILS)}"


def live_through(site: Site, people: list[Any], at: datetime) -> None:
    """Let the people decide what had arrived, day by day, as people do: less on weekends, and a little quicker each week."""
    dice = random.Random(11)
    Site.objects.filter(pk=site.pk).update(goal=GOAL)
    Article.objects.filter(site=site).update(arrived_at=F("queued_at"))
    old = Article.objects.filter(site=site, path__regex=r"-p\d+\.md$", status="pending")
    pool = list(old.select_related("provider").order_by("queued_at", "pk"))
    for back in range(DAYS - 1, -1, -1):
        day = at.date() - timedelta(days=back)
        begun = datetime.combine(day, time(), UTC)
        there = [one for one in pool if one.queued_at < min(at, begun + timedelta(hours=17))]
        least = dice.randrange(2, 9) if day.weekday() < 5 else len(there) * 2 // 3  # what is left over for the next day
        least = least if back else 0
        today = there[: max(0, len(there) - least)]
        pool = [one for one in pool if one not in set(today)]
        if back > TIMED:
            _decide_together(today, people, begun, dice)
        else:
            for article in today:
                _decide_one(article, people, _moment(begun, article.queued_at, at, dice), dice, back)


def _moment(begun: datetime, since: datetime, at: datetime, dice: random.Random) -> datetime:
    """A moment of that day in working hours, or of today's last hours; never before the article was there."""
    if begun.date() == at.date():
        return max(begun, at - timedelta(hours=6)) + (at - max(begun, at - timedelta(hours=6))) * dice.random()
    chosen = begun + timedelta(hours=dice.choices(list(HOURS), list(HOURS.values()))[0], seconds=dice.randrange(3600))
    return max(chosen, since + timedelta(minutes=1))


def _wish(article: Article, dice: random.Random) -> tuple[Action, dict[str, Any]]:
    if article.provider is not None and article.provider.name in dict(THIN):
        chance = 0.04
    else:
        chance = 1 / (1 + math.exp(-((article.quality or 0) - 57) / 5))
    if dice.random() < chance:
        return Action.APPROVE, {}
    return Action.REJECT, {"reason": dice.choice((Reason.THIN, Reason.THIN, Reason.OFF_TOPIC, Reason.ADVERTISING))}


def _decide_one(article: Article, people: list[Any], at: datetime, dice: random.Random, back: int) -> None:
    person = dice.choices(people, range(len(people), 0, -1))[0]
    looked = timedelta(seconds=min(110.0, dice.lognormvariate(math.log(6 + 0.12 * back), 0.55)))
    action, words = _wish(article, dice)
    if dice.random() < 0.07:
        decide([article], Action.HOLD, editor=person, at=at, elapsed=looked)
        article = Article.objects.get(pk=article.pk)
    done = decide([article], action, editor=person, at=at + timedelta(seconds=40), elapsed=looked, **words)
    if dice.random() < 0.018:
        undo(done.reviews[0], editor=person, at=at + timedelta(seconds=50))
        again = Article.objects.get(pk=article.pk)
        decide([again], Action.APPROVE, editor=person, at=at + timedelta(seconds=70), elapsed=looked)


def _decide_together(articles: list[Article], people: list[Any], begun: datetime, dice: random.Random) -> None:
    groups: dict[tuple[Any, ...], list[Article]] = {}
    for article in articles:
        action, words = _wish(article, dice)
        groups.setdefault((action, words.get("reason", ""), dice.choice(list(HOURS))), []).append(article)
    for (action, reason, hour), some in groups.items():
        decide(some, action, editor=dice.choice(people), at=begun + timedelta(hours=hour, minutes=dice.randrange(60)), reason=reason)
