"""What people may set: which fields, within which bounds, and whether an article's file could take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from articles.captions import caption
from articles.frontmatter import FrontMatterError
from articles.mapping import KEYS, LONGEST_NAME, LONGEST_TOPIC, MIRRORED, exported_text
from articles.models import Article, SourceFile
from articles.refusals import DecisionRefused, Refusal
from articles.workflow import UNKNOWN_HEAT

# What an editor may change by hand. ``published`` follows from the decision; ``removed``, ``related`` and ``secured`` are
# the feed's.
EDITABLE = tuple(name for name in MIRRORED if name not in {"published", "removed"})
SCHEDULE = ("publish_from", "publish_until")  # when an approved article comes out, and when it goes down
WORDS = tuple(name for name in EDITABLE if name not in {"quality", "heat"})  # more than a number on a line of its own
LARGEST = 2**63 - 1

# New values (attribute -> value), or how to find them for an article as it is under the lock.
Changes = Mapping[str, Any] | Callable[[Article], Mapping[str, Any]]


def clean(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as they may be stored. Raises DecisionRefused naming the attribute that is wrong."""
    for name, value in changes.items():
        if name in SCHEDULE:
            _check_moment(name, value)
            continue
        if name not in EDITABLE:
            raise DecisionRefused(gettext("“%(name)s” is not a field that the desk edits.") % {"name": name}, name)
        least = {"quality": 0, "heat": UNKNOWN_HEAT}.get(name)
        if least is not None and value is not None:
            if isinstance(value, bool) or not isinstance(value, int):
                raise DecisionRefused(gettext("%(name)s is a whole number.") % {"name": caption(name)}, name)
            if not least <= value <= LARGEST:
                words = gettext("%(name)s is %(bound)s or more.") if value < least else gettext("%(name)s is at most %(bound)s.")
                bound = least if value < least else LARGEST
                raise DecisionRefused(words % {"name": caption(name), "bound": bound}, name)
        _check_length(name, value)
    return dict(changes)


def _check_moment(name: str, value: Any) -> None:
    if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
        raise DecisionRefused(gettext("Write a moment with its zone, such as 2026-11-20T12:00:00Z."), name)


def check_schedule(article: Article, new: Mapping[str, Any]) -> None:
    """Refuse an end that is not after its beginning, as the article will have both."""
    start, end = (new.get(name, getattr(article, name)) for name in SCHEDULE)
    if new.keys() & set(SCHEDULE) and start is not None and end is not None and end <= start:
        raise DecisionRefused(gettext("It would go down before it comes out. Choose a later end."), "publish_until")


def _check_length(name: str, value: Any) -> None:
    """Refuse names that only one of the two databases would hold."""
    if name in ("provider_name", "provider_domain") and len(value or "") > LONGEST_NAME:
        raise DecisionRefused(gettext("A provider's name or domain has at most %(most)s characters.") % {"most": LONGEST_NAME}, name)
    if name == "topics" and any(len(topic or "") > LONGEST_TOPIC for topic in value or ()):
        raise DecisionRefused(gettext("A topic has at most %(most)s characters.") % {"most": LONGEST_TOPIC}, name)


def changing(changes: Changes) -> Callable[[Article], dict[str, Any]]:
    """The changes of each article, as they may be stored."""
    if callable(changes):
        found = changes
        return lambda article: clean(found(article))
    cleaned = clean(changes)
    return lambda article: dict(cleaned)


def unwritable(wanted: Sequence[tuple[Article, Mapping[str, Any]]]) -> list[Refusal]:
    """Articles whose file could not take the values wanted for them: an export must never be the first to find out.

    Raises DecisionRefused where a value that the editor chose for one article is to blame; of many, each is told.
    """
    is_one = len(wanted) == 1
    wanted = [(article, new) for article, new in wanted if new.keys() & KEYS.keys()]
    files = SourceFile.objects.filter(article__in=[article.pk for article, _ in wanted])
    if not any(new.keys() & set(WORDS) for _, new in wanted):
        # A file with the flag on a line of its own takes a decision; reading all the others' text costs too much.
        files = files.exclude(text__contains="\npublished: ")
    texts = dict(files.values_list("article_id", "text"))
    refused = []
    for article, new in wanted:
        if article.pk not in texts:
            continue
        kept = {name: getattr(article, name) for name in new}
        for name, value in new.items():
            setattr(article, name, value)
        try:
            exported_text(article, texts[article.pk])
        except FrontMatterError as error:
            blamed = next((name for name in new if name in WORDS and KEYS[name] == error.key), "")
            if blamed and is_one:
                raise DecisionRefused(str(error.message), blamed) from error
            refused.append(Refusal(article, str(error.message)))
        finally:
            for name, value in kept.items():
                setattr(article, name, value)
    return refused
