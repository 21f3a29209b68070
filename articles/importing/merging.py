"""One article in three versions: as the feed last wanted it, as its file is now, and what the desk says. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from articles.following import FeedChange
from articles.frontmatter import Conflict as Clash
from articles.frontmatter import merge
from articles.frontmatter.converting import same
from articles.importing.conflicts import base_of
from articles.importing.reading import Arrival
from articles.mapping import KEYS, MIRRORED, PROVIDER_PARTS, article_values, kept_values
from articles.models import Article, Conflict
from articles.policy import ASK, DESK, Policy
from articles.workflow import UNDECIDED

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Word:
    """Of one field that an export has written: what was sent, and what the feed itself last said."""

    sent: Any
    feed: Any


@dataclass(frozen=True)
class Merge:
    """What a changed file meets: its article, the text as last imported (``base``: its values, where they are read
    already), the words about fields that were sent, and the open conflicts, both by file key.

    ``is_adopted``: the article was made on the desk, so whatever it holds is the desk's.
    """

    article: Article
    arrival: Arrival
    text: str
    base: Values | None
    words: Mapping[str, Word]
    open: Mapping[str, Conflict]
    is_adopted: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: the article as both sides want it, what is in conflict, and the keys in which the two texts differ."""

    change: FeedChange
    clashes: Sequence[Clash]
    keys: frozenset[str]


def merged(one: Merge, policy: Policy) -> Merged:
    """Bring the sides together.

    ``published`` goes with the decision: of a decided article it is the desk's whatever the policy says.
    """
    article, now = one.article, one.arrival.mirrored
    hidden = _is_hidden_by_us(one)
    if not article.desk_fields and not one.is_adopted and not hidden:
        # An article that nobody touched says what its last text says: that text need not be read.
        was = {name: getattr(article, name) for name in MIRRORED}
        return Merged(FeedChange(article, now, was, now, (), now["published"]), (), _differing(was, now))
    text = kept_values(one.text, article.path) if one.base is None else one.base
    was, words, owned = article_values(text), _last_words(one, text), _owned(one)
    base = _filled(words | {key: base_of(row) for key, row in one.open.items()})
    before = article_values(base)
    values, fields = dict(now), set(article.desk_fields)
    asked = []
    for name in owned:
        owner = policy.owner_of(name)
        if name == "published":
            _published(one, was, values, fields)
        elif owner == ASK:
            asked.append(name)
        elif owner == DESK or same(getattr(article, name), now[name]) or _is_silent(one, before, name):
            _keep(one, name, values, fields)
        else:
            fields.discard(name)  # the feed has spoken, and its word counts
    if hidden:
        # From here on the file no longer says what the feed wants; the desk has to, for the day on which it comes out.
        values["published"] = one.words["published"].feed
        fields.add("published")
    clashes = _ask(one, asked, base, values, fields)
    change = FeedChange(
        article, values, article_values(words), now, tuple(sorted(fields)), _feed_published(one)
    )  # fmt: skip
    return Merged(change, clashes, _differing(was, now))


def _differing(was: Mapping[str, Any], now: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(KEYS[name] for name in MIRRORED if not same(was[name], now[name]))


def _is_silent(one: Merge, before: Values, name: str) -> bool:
    """Whether the feed says what it said. Of an article that was made on the desk it has said nothing before."""
    return not one.is_adopted and same(before[name], one.arrival.mirrored[name])


def _is_hidden_by_us(one: Merge) -> bool:
    """Whether the feed published what nobody decided, and its file says otherwise only because of its times."""
    article, word = one.article, one.words.get("published")
    if word is None or article.status not in UNDECIDED or "published" in article.desk_fields:
        return False
    return word.sent is False and one.arrival.mirrored["published"] is False and article.published is not False


def _keep(one: Merge, name: str, values: Values, fields: set[str]) -> None:
    """Let the desk's value stand. Of an article that was made on the desk it is the desk's only where the file differs."""
    mine = getattr(one.article, name)
    if one.is_adopted and not same(mine, values[name]):
        fields.add(name)
    values[name] = mine


def _owned(one: Merge) -> list[str]:
    article = one.article
    if not one.is_adopted:
        return list(article.desk_fields)
    made = {name for name in MIRRORED if getattr(article, name) is not None}
    return sorted(made.union(article.desk_fields) - {"removed"})


def _last_words(one: Merge, text: Values) -> Values:
    """What the feed said before, by file key: the last text, with its own last word where the desk has written over that."""
    words, theirs = dict(text), one.arrival.values
    for key, word in one.words.items():
        sides = (text.get(key), theirs.get(key), word.sent, word.feed)
        if key == "provider" and all(isinstance(side, dict) for side in sides):
            parts = {part for side in sides for part in side}
            words[key] = _filled({part: _last_word(*(side.get(part) for side in sides)) for part in parts})
        else:
            words[key] = _last_word(*sides)
    return words


def _last_word(text: Any, theirs: Any, sent: Any, feed: Any) -> Any:
    """A value that stayed, or that the desk has sent, is no word of the feed: then the new file is its own base."""
    return theirs if same(theirs, text) or same(theirs, sent) else feed


def _filled(values: Mapping[str, Any]) -> Values:
    """Without what is None, which is as good as no key."""
    return {key: value for key, value in values.items() if value is not None}


def _published(one: Merge, was: Values, values: Values, fields: set[str]) -> None:
    """A decision keeps its flag. Without one the desk's flag only stands until the feed says something else."""
    article, theirs = one.article, values["published"]
    if article.status in UNDECIDED and not same(was["published"], theirs):
        fields.discard("published")
        return
    _keep(one, "published", values, fields)


def _ask(one: Merge, asked: list[str], base: Values, values: Values, fields: set[str]) -> Sequence[Clash]:
    """Merge the fields that the policy asks about, key by key; lists by item, the provider by its parts."""
    if not asked:
        return ()
    article = one.article
    keys = {KEYS[name] for name in asked}
    old = {key: base[key] for key in keys if key in base}
    now = _filled({key: one.arrival.values.get(key) for key in keys})
    ours = _ours(article, asked, old)
    result = merge(old, ours, now)
    clashes = list(result.conflicts)
    clashing = {clash.key for clash in clashes}
    for key in one.open.keys() & keys - clashing:
        if same(ours.get(key), old.get(key)) and not same(ours.get(key), now.get(key)):
            # An editor went back to what was there before while the two were in conflict: that is a word as well.
            clashes.append(Clash(key, old.get(key), ours.get(key), now.get(key)))
    kept = article_values(result.values | {clash.key: ours.get(clash.key) for clash in clashes})
    theirs = one.arrival.mirrored
    for name in asked:
        mine, value = getattr(article, name), kept[name]
        values[name] = value
        if same(value, theirs[name]) and not same(value, mine):
            fields.discard(name)  # only the feed had something to say
        elif not same(value, theirs[name]):
            fields.add(name)
    return clashes


def _ours(article: Article, names: Sequence[str], base: Values) -> Values:
    """The base with the desk's values laid over it."""
    ours = dict(base)
    for name in names:
        key, value = KEYS[name], getattr(article, name)
        if key == "provider":
            part = next(part for part, attribute in PROVIDER_PARTS.items() if attribute == name)
            ours[key] = _filled({**(ours.get(key) or {}), part: value})
        else:
            ours[key] = value
    return _filled(ours)


def _feed_published(one: Merge) -> bool | None:
    """What the feed says of ``published`` itself. Where the desk has sent a value and the file holds it, that is our own
    word coming home."""
    theirs, word = one.arrival.mirrored["published"], one.words.get("published")
    return word.feed if word and same(theirs, word.sent) else theirs
