"""What of an article a suggestion is made from. Pure: a feature is text, "kind:value"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from articles.likeness.titles import words

# What the columns of the article are called that features are made from.
READ = ("title", "provider_name", "provider_domain", "topics", "quality", "heat", "type", "published_at")
MOST_WORDS = 20  # of a title
LETTERS = 8  # of a word: "announced" and "announcing" are one
QUALITY_STEP, MOST_QUALITY = 10, 150
HEATS = ((75, "breaking"), (50, "hot"), (25, "warm"), (0, "cold"))
HOURS = ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))


def features(values: Mapping[str, Any]) -> list[str]:
    """The features of an article given by its attributes, each once."""
    found = {f"word:{word[:LETTERS]}" for word in words(values.get("title") or "")[:MOST_WORDS] if len(word) > 2}
    provider = values.get("provider_name") or values.get("provider_domain")
    if provider:
        found.add(f"provider:{provider}")
    found.update(f"topic:{name}" for name in values.get("topics") or () if name)
    found.add(f"quality:{quality_band(values.get('quality'))}")
    found.add(f"heat:{heat_band(values.get('heat'))}")
    found.add(f"type:{values.get('type') or 'none'}")
    moment = values.get("published_at")
    if moment:
        found.add(f"hour:{next(name for end, name in HOURS if moment.hour < end)}")
    return sorted(found)


def quality_band(quality: int | None) -> str:
    if quality is None:
        return "none"
    least = min(quality // QUALITY_STEP * QUALITY_STEP, MOST_QUALITY)
    return f"{least} or more" if least == MOST_QUALITY else f"{least} to {least + QUALITY_STEP - 1}"


def heat_band(heat: int | None) -> str:
    if heat is None or heat < 0:
        return "unknown"
    return next(name for least, name in HEATS if heat >= least)


def in_words(feature: str) -> str:
    """A feature as people read it."""
    kind, _, value = feature.partition(":")
    return {
        "word": f"“{value}{'…' if len(value) >= LETTERS else ''}” in the title",
        "provider": f"provider {value}",
        "topic": f"topic {value}",
        "quality": "no quality" if value == "none" else f"quality {value}",
        "heat": f"heat {value}",
        "type": {"none": "no type", "video": "a video", "article": "an article"}.get(value, f"type {value}"),
        "hour": "published at night" if value == "night" else f"published in the {value}",
    }[kind]
