"""Articles whose file has changed: three versions of each made into one, and nothing of the desk's lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from articles.acts import locked
from articles.following import follow_feed
from articles.frontmatter import FIELDS
from articles.frontmatter.converting import same
from articles.importing.arrivals import RELATED_COLUMNS, Arrivals, related_rows
from articles.importing.conflicts import Sight, open_conflicts, record
from articles.importing.merging import Merge, Word, merged
from articles.importing.reading import Arrival
from articles.importing.rows import insert, moment, update
from articles.mapping import ATTRIBUTES, kept_values, thaw
from articles.models import Article, RelatedArticle, SentField, Site, SourceFile
from articles.policy import NOISE, Policy

SECURED = re.compile(r'^secured: "[A-Za-z0-9+/=;]*"$', re.MULTILINE)
NAMED = re.compile(r"""(?:^|[{,])[ \t]*["']?related["']?[ \t]*:""", re.MULTILINE)  # as a key, also of a flow mapping
RELATED = re.compile(r"^related:.*\n(?:[ \t\r\n#-].*\n|\n)*", re.MULTILINE)
KEY = re.compile(r"""^["']?([^\s"'#:-][^\s"':]*)["']?[ \t]*:""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """A changed file beside the text as it was last imported. ``base`` are that text's values, read where the desk has
    fields or times of its own. ``is_noise``: only the encrypted blob differs, as in two of three rewrites of the feed.
    ``is_adopted``: the article was made on the desk and had no file until now."""

    arrival: Arrival
    article: int
    was: str
    base: dict[str, Any] | None = None
    is_noise: bool = False
    is_adopted: bool = False

    @property
    def changes_related(self) -> bool:
        """Whether the entries may differ. Told by their lines where that is certain: it saves reading the old text."""
        before, now = RELATED.findall(self.was), RELATED.findall(self.arrival.text)
        if not before and not now:
            return "related" in self.arrival.values or NAMED.search(self.was) is not None
        return len(now) != 1 or before != now


@dataclass
class Written:
    """What came of a slice of changes: conflicts opened, decided articles that want another look, files by the gravest
    class of their change, articles whose related entries are new, articles whose address is new, files whose article
    somebody has taken off the desk meanwhile, and articles in which anything may be new."""

    conflicts: int = 0
    alerts: int = 0
    changes: Counter[str] = field(default_factory=Counter)
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
    if not changed:
        return []
    wanted = [keys[one.path] for one in changed]
    texts = dict(SourceFile.objects.filter(article__in=wanted).values_list("article_id", "text"))
    rows = Article.objects.filter(pk__in=wanted).values_list("pk", "desk_fields", "publish_from", "publish_until")
    touched = {pk for pk, *asked in rows if any(asked)}
    prepared = []
    for one in changed:
        pk = keys[one.path]
        was = texts.get(pk, "")
        is_noise = _without(SECURED, was) == _without(SECURED, one.text) is not None
        base = kept_values(was, one.path) if pk in touched and not is_noise else None
        prepared.append(Change(one, pk, was, base, is_noise))
    return prepared


def adopt(site: Site, arrivals: Sequence[Arrival], at: datetime) -> list[Change]:
    """Those of these new files whose article was made on the desk: it gets the file, and its values meet the file's like
    any others, with nothing as their base. Call it inside the transaction that writes them."""
    by_path = {one.path: one for one in arrivals}
    made = Article.objects.filter(site=site, path__in=by_path, source_file__isnull=True).values_list("path", "pk")
    changes = [Change(by_path[path], pk, "", {}, is_adopted=True) for path, pk in made]
    SourceFile.objects.bulk_create(
        SourceFile(site=site, path=one.arrival.path, kind=SourceFile.Kind.ARTICLE, article_id=one.article, blob_id="",
                   text="", imported_at=at)
        for one in changes
    )  # fmt: skip
    return changes


def write_changes(changes: Sequence[Change], arrivals: Arrivals, policy: Policy, at: datetime) -> Written:
    """Bring changed files to their articles. Call it inside a transaction.

    Fields that the desk has not set follow the feed. Of those that it has set, the desk keeps what the policy gives it;
    where the policy says "ask" and both sides changed, its value stays and the field is recorded with all three sides.
    The same number of queries for one file and for fifty.
    """
    written = Written()
    if not changes:
        return written
    is_quiet = policy.change_of("secured") == NOISE
    lively = [change for change in changes if not (change.is_noise and is_quiet)]
    written.changes[NOISE] += len(changes) - len(lively)
    arrivals.meet([change.arrival for change in lively])
    articles = locked(change.article for change in lively) if lively else {}
    written.gone = [change.arrival for change in lively if change.article not in articles]
    lively = [change for change in lively if change.article in articles]
    written.followed = [change.article for change in lively]
    touched = [pk for pk, one in articles.items() if one.desk_fields or one.publish_from or one.publish_until]
    words = _words(touched) if touched else {}
    rows = open_conflicts(touched) if touched else {}
    follows, sights, related = [], [], []
    for change in lively:
        article = articles[change.article]
        mine = Merge(article, change.arrival, change.was, change.base, words.get(article.pk, {}),
                     rows.get(article.pk, {}), change.is_adopted)  # fmt: skip
        result = merged(mine, policy)
        has_entries = change.changes_related
        keys = _other_keys(change, policy) | ({"related"} if has_entries else set())
        written.changes[policy.gravest(result.keys | keys)] += 1
        follows.append(result.change.with_keys(keys) if keys else result.change)
        if result.clashes or article.pk in rows:
            sights.append(Sight(article.pk, rows.get(article.pk, {}), result.clashes))
        if not same(article.web_url, result.change.values["web_url"]):
            written.moved.append(article.pk)
        if has_entries:
            related.append((article.pk, change.arrival.related))
    followed = follow_feed(follows, at=at, policy=policy)
    written.alerts = followed.alerts
    written.conflicts = record(sights, at) if sights else 0
    _write_related(related)
    written.related = [pk for pk, _ in related]
    update(
        SourceFile, ("text", "blob_id", "imported_at", "is_mended", "is_extra"), ("article_id",),
        [(change.arrival.text, change.arrival.blob_id, moment(at), False, False, change.article) for change in changes],
    )  # fmt: skip
    return written


def _words(articles: Sequence[int]) -> dict[int, dict[str, Word]]:
    """What was sent of these articles, and what the feed last said of it: article -> file key -> word. One query."""
    found: dict[int, dict[str, Word]] = {}
    rows = SentField.objects.filter(article__in=articles).exclude(state=SentField.State.REPLACED)
    for pk, key, sent, feed in rows.values_list("article_id", "field", "value", "feed_value"):
        name = ATTRIBUTES.get(key, key)
        found.setdefault(pk, {})[key] = Word(thaw(name, sent), thaw(name, feed))
    return found


def _other_keys(change: Change, policy: Policy) -> set[str]:
    """Changed keys that the desk has no attribute for: those that the schema does not know, and ``secured`` where the
    policy makes it more than noise."""
    found = set()
    secured = FIELDS["secured"].key
    if policy.change_of(secured) != NOISE and SECURED.findall(change.was) != SECURED.findall(change.arrival.text):
        found.add(secured)
    known = FIELDS.keys()
    now = {key: value for key, value in change.arrival.values.items() if key not in known}
    if now or set(KEY.findall(change.was)) - known:
        base = kept_values(change.was, change.arrival.path) if change.base is None else change.base
        before = {key: value for key, value in base.items() if key not in known}
        found |= {key for key in before.keys() | now.keys() if not same(before.get(key), now.get(key))}
    return found


def _write_related(related: Sequence[tuple[int, list[dict[str, Any]]]]) -> None:
    if not related:
        return
    RelatedArticle.objects.filter(article__in=[pk for pk, _ in related]).delete()
    insert(RelatedArticle, RELATED_COLUMNS, (row for pk, entries in related for row in related_rows(pk, entries)))
    update(Article, ("related_count",), ("id",), [(len(entries), pk) for pk, entries in related])
