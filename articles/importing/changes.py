"""Articles whose file has changed: three versions of each made into one, and nothing of the desk's lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from articles.decisions import follow_feed
from articles.frontmatter import MISSING, OWNERS, Document, FrontMatterError, merge
from articles.frontmatter import Conflict as Clash
from articles.frontmatter.converting import same
from articles.importing.arrivals import RELATED_COLUMNS, Arrivals, related_rows
from articles.importing.reading import Arrival
from articles.importing.rows import insert, moment, plain_json
from articles.mapping import KEYS, PROVIDER_PARTS, article_values
from articles.models import Article, Conflict, RelatedArticle, SourceFile


def write_changes(changed: Sequence[Arrival], keys: Mapping[str, int], arrivals: Arrivals, at: datetime) -> int:
    """Bring changed files to their articles; ``keys`` says which. How many conflicts were opened.

    Call it inside a transaction. Fields that the desk has set stay the desk's where the policy says so; where it says
    "ask" and both sides changed, the desk's value stays and the field is recorded with all three sides.
    """
    arrivals.meet(changed)
    wanted = {keys[one.path]: one for one in changed}
    articles = {
        article.pk: article
        for article in Article.objects.filter(pk__in=wanted).select_related("site").select_for_update(of=("self",))
    }
    texts = dict(SourceFile.objects.filter(article__in=wanted).values_list("article_id", "text"))
    updates, related, clashes = [], [], []
    for pk, one in wanted.items():
        article = articles[pk]
        base = _base(texts.get(pk, ""), article.path)
        merged = merge(base, _ours(article, base), one.values, OWNERS)
        mirrored = article_values(merged.values)
        updates.append(
            (article, {name: value for name, value in mirrored.items() if not same(getattr(article, name), value)})
        )
        clashes.append((article, merged.conflicts, merged.values, one.values))
        if not same(base.get("related"), one.values.get("related")):
            related.append((pk, one.related))
    follow_feed(updates, at=at)
    _write_related(related)
    _write_texts(changed, arrivals.site.pk, at)
    return sum(_record(article, found, ours, theirs, at) for article, found, ours, theirs in clashes)


def _base(text: str, path: str) -> dict[str, Any]:
    try:
        return Document.parse(text, path=path).values
    except FrontMatterError:
        return {}  # a text that an older desk could read and this one cannot: nothing is known of what came before


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
    counted = [Article(pk=pk, related_count=len(entries)) for pk, entries in related]
    Article.objects.bulk_update(counted, ["related_count"])


def _write_texts(changed: Sequence[Arrival], site: int, at: datetime) -> None:
    table = connection.ops.quote_name(SourceFile._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET text = %s, blob_id = %s, imported_at = %s WHERE site_id = %s AND path = %s",  # noqa: S608
            [(one.text, one.blob_id, moment(at), site, one.path) for one in changed],
        )


def _record(
    article: Article, found: Sequence[Clash], ours: Mapping[str, Any], theirs: Mapping[str, Any], at: datetime
) -> int:
    """Open, move or settle the conflicts of one article."""
    opened = 0
    open_rows = (
        {row.field: row for row in Conflict.objects.filter(article=article, settled_at=None)}
        if article.desk_fields
        else {}
    )
    for clash in found:
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
