"""What of an article a suggestion is made from. Pure: a feature is text, "kind:value"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from articles.likeness.titles import words
from articles.workflow import N_, Said

# What the columns of the article are called that features are made from.
READ = ("title", "provider_name", "provider_domain", "topics", "quality", "heat", "type", "published_at")
MOST_WORDS = 20  # of a title
LETTERS = 8  # of a word: "announced" and "announcing" are one
QUALITY_STEP, MOST_QUALITY = 10, 150
HEATS = ((75, N_("breaking")), (50, N_("hot")), (25, N_("warm")), (0, N_("cold")))
HOURS = ((6, "night"), (12, "morning"), (18, "afternoon"), (24, "evening"))
PUBLISHED = {
    "night": N_("published at night"),
    "morning": N_("published in the morning"),
    "afternoon": N_("published in the afternoon"),
    "evening": N_("published in the evening"),
}


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
        return N_("unknown")
    return next(name for least, name in HEATS if heat >= least)


def in_words(feature: str) -> str:
    """A feature as people read it."""
    kind, _, value = feature.partition(":")
    return {
        "word": Said("“%(word)s” in the title", word=f"{value}{'…' if len(value) >= LETTERS else ''}"),
        "provider": Said("provider %(name)s", name=value),
        "topic": Said("topic %(name)s", name=value),
        "quality": Said("no quality") if value == "none" else Said("quality %(quality)s", quality=_band_words(value)),
        "heat": Said("heat %(heat)s", heat=Said(value)),
        "type": {"none": Said("no type"), "video": Said("a video"), "article": Said("an article")}.get(value)
        or Said("type %(name)s", name=value),
        "hour": Said(PUBLISHED.get(value, value)),
    }[kind]


def _band_words(band: str) -> str:
    least, _, most = band.partition(" to ")
    return Said("%(least)s to %(most)s", least=least, most=most) if most else Said("%(least)s or more", least=band.removesuffix(" or more"))
