"""Topics that an article may be about: those it has, then those whose keywords stand in its words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from articles.mapping import fold
from articles.models import Article, Topic

MOST = 9  # one for each digit


@dataclass(frozen=True)
class Choice:
    """One topic beside an article. ``digit`` toggles it; "" beyond the ninth."""

    name: str
    chosen: bool
    digit: str


def choices(article: Article, topics: Iterable[Topic], most: int = MOST) -> list[Choice]:
    """The article's own topics in the file's order, then suggestions: keywords in the title first, then in the excerpt,
    then topics in the site's order."""
    listed = list(topics)
    own = [name for name in article.topics or () if name]
    title, excerpt = fold(article.title or ""), fold(article.excerpt or "")
    ranked = sorted(
        (topic for topic in listed if topic.name not in own),
        key=lambda topic: (-_hits(topic, title), -_hits(topic, excerpt), topic.place, topic.name),
    )
    names = [*own, *(topic.name for topic in ranked)][: max(most, len(own))]
    return [Choice(name, name in own, str(place) if place <= MOST else "") for place, name in enumerate(names, 1)]


def _hits(topic: Topic, text: str) -> int:
    words = topic.keywords if isinstance(topic.keywords, list) else []
    return sum(_stands(str(word), text) for word in {*words, topic.name})


def _stands(word: str, text: str) -> bool:
    return bool(word) and re.search(rf"(?<!\w){re.escape(fold(word))}(?!\w)", text) is not None


def marked(text: str, topics: Iterable[Topic]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a topic's keyword."""
    words = {str(word) for topic in topics for word in (topic.keywords if isinstance(topic.keywords, list) else [])}
    words = {word for word in words if len(word) > 2}
    if not words or not text:
        return [(text, False)]
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pieces = re.split(rf"(?i)(?<!\w)({pattern})(?!\w)", text)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]
