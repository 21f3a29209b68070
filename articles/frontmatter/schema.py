"""The fields of an article file: one row for each key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

Value = str | int | bool | datetime | None | list[Any] | dict[str, Any]


class Remove(Enum):
    """The value that takes a key out of a file."""

    REMOVE = "remove"

    def __repr__(self) -> str:
        return "REMOVE"


REMOVE = Remove.REMOVE


@dataclass(frozen=True)
class Shape:
    """How a value is read and written.

    ``kind``: text · integer (from ``least`` on) · flag · moment · names (a list of text) · mapping (of ``parts``) ·
    list (of mappings of ``parts``). ``quoted``: the feed writes it in double quotes.
    """

    kind: str
    quoted: bool = False
    least: int | None = None
    parts: Mapping[str, Shape] | None = None


@dataclass(frozen=True)
class Field:
    """One key of the file. ``block`` counts the groups that blank lines separate.

    ``owner``: whose value stays where both sides changed it: feed, desk, or ask. ``change``: what a change by the feed
    means: noise, drift, context, or decision (an editor would want to know).
    """

    key: str
    shape: Shape
    block: int
    owner: str = "ask"
    change: str = "decision"


TEXT = Shape("text", quoted=True)
WORD = Shape("text")
COUNT = Shape("integer", least=0)
FLAG = Shape("flag")
MOMENT = Shape("moment")
IMAGE = {"url": TEXT, "width": COUNT, "height": COUNT, "isCached": FLAG, "title": TEXT}
IMAGES = Shape("list", parts=IMAGE)
PROVIDER = Shape("mapping", parts={"name": WORD, "domain": WORD, "images": IMAGES})
RELATED = {
    "title": TEXT,
    "excerpt": TEXT,
    "publishedDateTime": MOMENT,
    "originalUrl": TEXT,
    "webUrl": TEXT,
    "ampWebUrl": TEXT,
    "cdnAmpWebUrl": TEXT,
    "type": WORD,
    "provider": PROVIDER,
    "quality": COUNT,
    "images": IMAGES,
}

FIELDS: dict[str, Field] = {
    field.key: field
    for field in (
        Field("category", WORD, 0),
        Field("title", TEXT, 0),
        Field("excerpt", TEXT, 0),
        Field("publishedDateTime", MOMENT, 0),
        Field("originalUrl", TEXT, 0),
        Field("webUrl", TEXT, 0),
        Field("ampWebUrl", TEXT, 0),
        Field("cdnAmpWebUrl", TEXT, 0),
        Field("type", WORD, 0),
        Field("quality", COUNT, 0, owner="desk"),
        Field("heat", Shape("integer", least=-1), 0, owner="desk", change="drift"),
        Field("published", FLAG, 0, owner="desk"),
        Field("removed", FLAG, 0, owner="feed"),
        Field("featuredContent", TEXT, 1),
        Field("provider", PROVIDER, 2),
        Field("topics", Shape("names"), 3, owner="desk"),
        Field("images", IMAGES, 4),
        Field("related", Shape("list", parts=RELATED), 5, owner="feed", change="context"),
        Field("secured", TEXT, 6, owner="feed", change="noise"),
    )
}
PLACES = {key: place for place, key in enumerate(FIELDS)}
OWNERS = {key: field.owner for key, field in FIELDS.items()}
