"""Articles whose file has changed: three versions of each made into one, and nothing of the desk's lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from articles.decisions import follow_feed
from articles.frontmatter import MISSING, OWNERS, Document, FrontMatterError, merge
from articles.frontmatter import Conflict as Clash
from articles.frontmatter.converting import same
from articles.importing.arrivals import RELATED_COLUMNS, Arrivals, related_rows
from articles.importing.reading import Arrival
from articles.importing.rows import insert, moment, plain_json, update
from articles.mapping import KEYS, PROVIDER_PARTS, article_values
from articles.models import Article, Conflict, RelatedArticle, SourceFile

SECURED = re.compile(r'^secured: "[A-Za-z0-9+/=;]*"$', re.MULTILINE)
RELATED = re.compile(r"^related:.*\n(?:[ \t\r\n#-].*\n|\n)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """A changed file beside the text as it was last imported. ``base`` are that text's values, read where the desk has
    fields of its own."""

    arrival: Arrival
    article: int
    was: str
    base: dict[str, Any] | None

    @property
    def is_noise(self) -> bool:
        """Whether only the encrypted blob differs: two of three rewrites of the feed."""
        return _without(SECURED, self.was) == _without(SECURED, self.arrival.text) is not None

    @property
    def changes_related(self) -> bool:
        """Whether the entries may differ. Told by their lines where that is certain: it saves reading the old text."""
        before, now = RELATED.findall(self.was), RELATED.findall(self.arrival.text)
        if not before and not now:
            return "related" in self.arrival.values or "related" in self.was
        return len(now) != 1 or before != now


@dataclass
class Written:
    """What came of a slice of changes: conflicts opened, articles whose related entries are new, articles whose address
    is new, files whose article somebody has taken off the desk meanwhile, and articles in which anything may be new."""

    conflicts: int = 0
    related: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    gone: list[Arrival] = field(default_factory=list)
    followed: list[int] = field(default_factory=list)


def _without(pattern: re.Pattern[str], text: str) -> str | None:
    """The text without the one place that the pattern finds, or None."""
    found = pattern.search(text)
    return text[: found.start()] + text[found.end() :] if found else None


def prepare(changed: Sequence[Arrival], keys: Mapping[str, int]) -> list[Change]:
    """The changed files, each with what it was; ``keys`` says which article is whose. To be called before the
    transaction: reading the old texts takes as long as reading the new ones."""
    wanted = [keys[one.path] for one in changed]
    texts = dict(SourceFile.objects.filter(article__in=wanted).values_list("article_id", "text"))
    touched = {pk for pk, names in Article.objects.filter(pk__in=wanted).values_list("pk", "desk_fields") if names}
    prepared = []
    for one in changed:
        pk = keys[one.path]
        was = texts.get(pk, "")
        prepared.append(Change(one, pk, was, _values(was, one.path) if pk in touched else None))
    return prepared


def write_changes(changes: Sequence[Change], arrivals: Arrivals, at: datetime) -> Written:
    """Bring changed files to their articles. Call it inside a transaction.

    Fields that the desk has not set follow the feed. Of those that it has set, the desk keeps what the policy gives it;
    where the policy says "ask" and both sides changed, its value stays and the field is recorded with all three sides.
    """
    written = Written()
    lively = [change for change in changes if not change.is_noise]
    arrivals.meet([change.arrival for change in lively])
    rows = Article.objects.filter(pk__in=[change.article for change in lively])
    articles = {row.pk: row for row in rows.select_related("site").order_by("pk").select_for_update(of=("self",))}
    written.gone = [change.arrival for change in lively if change.article not in articles]
    lively = [change for change in lively if change.article in articles]
    written.followed = [change.article for change in lively]
    open_rows = _open_conflicts([change.article for change in lively])
    updates, related = [], []
    for change in lively:
        article, theirs = articles[change.article], change.arrival.values
        values, clashes, ours = _merged(article, change)
        updates.append(
            (article, {name: value for name, value in values.items() if not same(getattr(article, name), value)})
        )
        if not same(article.web_url, values["web_url"]):
            written.moved.append(article.pk)
        if change.changes_related:
            related.append((article.pk, change.arrival.related))
        written.conflicts += _record(article, clashes, open_rows.get(article.pk, {}), ours, theirs, at)
    follow_feed(updates, at=at)
    _write_related(related)
    written.related = [pk for pk, _ in related]
    update(
        SourceFile, ("text", "blob_id", "imported_at"), ("article_id",),
        [(change.arrival.text, change.arrival.blob_id, moment(at), change.article) for change in changes],
    )  # fmt: skip
    return written


def _values(text: str, path: str) -> dict[str, Any]:
    try:
        return Document.parse(text, path=path, limit=max(len(text), 1)).values
    except FrontMatterError:
        return {}  # a text that an older desk could read and this one cannot: nothing is known of what came before


def _merged(article: Article, change: Change) -> tuple[dict[str, Any], Sequence[Clash], Mapping[str, Any]]:
    """The article's attributes as both sides want them, what is in conflict, and the desk's side by file key."""
    theirs = change.arrival.values
    values = dict(change.arrival.mirrored)
    if not article.desk_fields:
        return values, (), theirs
    base = _values(change.was, article.path) if change.base is None else change.base
    merged = merge(base, _ours(article, base), theirs, OWNERS)
    both = article_values(merged.values)
    for name in article.desk_fields:
        owner = OWNERS[KEYS[name]]
        if owner == "desk":
            # Whatever the feed says, and also where it said the same for a while: a rejected article must not come back
            # because the feed flips ``published``.
            values[name] = getattr(article, name)
        elif owner == "ask":
            values[name] = both[name]
    return values, merged.conflicts, merged.values


def _ours(article: Article, base: Mapping[str, Any]) -> dict[str, Any]:
    """The base with the desk's fields laid over it."""
    ours = dict(base)
    for name in article.desk_fields:
        key, value = KEYS[name], getattr(article, name)
        if key == "provider":
            provider = dict(ours.get("provider") or {})
            part = next(part for part, attribute in PROVIDER_PARTS.items() if attribute == name)
            provider[part] = value
            ours["provider"] = {part: value for part, value in provider.items() if value is not None}
        elif value is None and key in ours and ours[key] is not None:
            del ours[key]
        elif value is not None:
            ours[key] = value
    return ours


def _write_related(related: Sequence[tuple[int, list[dict[str, Any]]]]) -> None:
    if not related:
        return
    RelatedArticle.objects.filter(article__in=[pk for pk, _ in related]).delete()
    insert(RelatedArticle, RELATED_COLUMNS, (row for pk, entries in related for row in related_rows(pk, entries)))
    update(Article, ("related_count",), ("id",), [(len(entries), pk) for pk, entries in related])


# --- conflicts --------------------------------------------------------------------------------------------------------
def _open_conflicts(articles: Sequence[int]) -> dict[int, dict[str, Conflict]]:
    found: dict[int, dict[str, Conflict]] = {}
    for row in Conflict.objects.filter(article__in=articles, settled_at=None):
        found.setdefault(row.article_id, {})[row.field] = row
    return found


def _record(
    article: Article,
    clashes: Sequence[Clash],
    open_rows: dict[str, Conflict],
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    at: datetime,
) -> int:
    """Open, move or settle the conflicts of one article. How many were opened."""
    opened = 0
    for clash in clashes:
        row = open_rows.pop(clash.key, None)
        if row:
            Conflict.objects.filter(pk=row.pk).update(ours=_side(clash.ours), theirs=_side(clash.theirs), found_at=at)
            continue
        Conflict.objects.create(
            article=article, field=clash.key, found_at=at,
            base=_side(clash.base), ours=_side(clash.ours), theirs=_side(clash.theirs),
        )  # fmt: skip
        opened += 1
    for key, row in open_rows.items():
        if same(ours.get(key), theirs.get(key)):
            Conflict.objects.filter(pk=row.pk).update(settled_at=at)
    return opened


def _side(value: Any) -> Any:
    return None if value is MISSING else plain_json(value)
