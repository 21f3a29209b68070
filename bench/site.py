"""An invented site as large as wanted, in the feed's own format: the same seed makes the same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

WORDS = (
    "harbour signal quiet engine paper river lantern cable orchard ledger copper window market lesson tram bridge "
    "sensor archive tunnel garden weather council driver clinic school winter battery kettle mirror valley"
).split()
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri fro gru".split()
# As many words as headlines of a site about one thing have, eight of them common. With a few dozen every title would be like
# every other one.
VOCABULARY = (
    *WORDS,
    *WORDS[:8] * 80,
    *(SYLLABLES[n % 25] + SYLLABLES[n // 25 % 25] + SYLLABLES[n // 625] for n in range(0, 25**3, 8)),
)
START = datetime(2024, 1, 1, tzinfo=UTC)
TOPICS = ("Machines", "Transport", "Health", "Learning", "Energy", "Weather")


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choice(VOCABULARY) for _ in range(words)).capitalize()


def _address(number: int) -> str:
    return f"https://provider{number % 97}.example/{number // 1000}/{WORDS[number % len(WORDS)]}-{number}"


def _blob(dice: random.Random, size: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return "".join(dice.choices(letters, k=size)) + ";" + "".join(dice.choices(letters, k=22)) + "=="


def _entry(number: int) -> str:
    dice = random.Random(number)
    moment = START + timedelta(minutes=37 * number)
    url = _address(number)
    return (
        f'  - title: "{_sentence(dice, 9)}"\n'
        f'    excerpt: "{_sentence(dice, 32)} ..."\n'
        f"    publishedDateTime: {moment:%Y-%m-%dT%H:%M:%SZ}\n"
        f'    webUrl: "{url}"\n'
        f'    ampWebUrl: "{url}/amp"\n'
        f"    type: article\n"
        f"    provider:\n      name: Provider {number % 97}\n      domain: provider{number % 97}.example\n"
        f"    quality: {number % 120}\n"
        f'    images:\n      - url: "https://pictures.example/{number}.jpg"\n'
        f"        width: 1200\n        height: 675\n        isCached: true\n"
    )


def article(number: int, of: int, related: int = 24, heat: int | None = None, blob: int = 0) -> str:
    """The text of one article file; ``blob`` seeds the opaque value, ``heat`` replaces the drawn one."""
    dice = random.Random(number)
    moment = START + timedelta(minutes=37 * number)
    published = number % 8 == 0
    quality = number % 120
    url = _address(number)
    entries = "".join(_entry((number * 31 + step * 7919) % of) for step in range(related))
    return (
        f'---\ncategory: news\ntitle: "{_sentence(dice, 9)}"\nexcerpt: "{_sentence(dice, 32)} ..."\n'
        f"publishedDateTime: {moment:%Y-%m-%dT%H:%M:%SZ}\n"
        f'originalUrl: "{url}"\nwebUrl: "{url}"\nampWebUrl: "{url}/amp"\n'
        f"type: article\nquality: {quality}\n"
        f"heat: {heat if heat is not None else quality + number % 7 if published else -1}\n"
        f"published: {str(published).lower()}\n\n"
        f"provider:\n  name: Provider {number % 97}\n  domain: provider{number % 97}.example\n"
        f'  images:\n    - url: "https://pictures.example/logo-{number % 97}.jpg"\n      width: 50\n      height: 50\n\n'
        f"topics:\n  - Machines\n  - {TOPICS[number % len(TOPICS)]}\n\n"
        f'images:\n  - url: "https://pictures.example/{number}.jpg"\n'
        f"    width: 1200\n    height: 675\n    isCached: true\n\n"
        + (f"related:\n{entries}\n" if related else "")
        + f'secured: "{_blob(random.Random(number * 1000 + blob), 320)}"\n---\n\n'
    )


def path_of(number: int) -> str:
    moment = START + timedelta(minutes=37 * number)
    return f"_news/{moment:%Y-%m-%d}-{WORDS[number % len(WORDS)]}-{number}.md"


def write(root: Path, count: int, related: int = 24) -> Iterator[Path]:
    """Write the site's articles under ``root`` and yield their paths."""
    (root / "_news").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        target = root / path_of(number)
        target.write_text(article(number, count, related), encoding="utf-8")
        yield target
