"""Fields that stop being the desk's, because an editor gave them back or took an act back: what the feed says of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from articles.acts import STANDING
from articles.frontmatter.converting import same
from articles.ledger import feed_values
from articles.mapping import KEYS, article_values, freeze, kept_values, thaw
from articles.models import Article, Review, SourceFile
from articles.workflow import UNDECIDED, arrival_status

LONGEST_IMPORT = timedelta(days=1)  # an import stamps its files with the moment when it began


@dataclass(frozen=True)
class Meanwhile:
    """What an article's file says now, by attribute, and which keys of it an export has written."""

    file: dict[str, Any]
    sent: frozenset[str]


def file_values(articles: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Every mirrored attribute as the file of each article says it now. One query; one reading for each file."""
    return _read(SourceFile.objects.filter(article__in=list(articles)))


def _read(files: QuerySet[SourceFile]) -> dict[int, dict[str, Any]]:
    rows = files.values_list("article_id", "path", "text")
    return {pk: article_values(kept_values(text, path)) for pk, path, text in rows}


def returning(undone: Sequence[tuple[Article, Review]]) -> dict[int, Meanwhile]:
    """What happened to the files of these articles since their acts; without those that cannot have changed. Two queries."""
    leaving = {article.pk: row.at for article, row in undone if _leaving(article, row)}
    if not leaving:
        return {}
    since = min(leaving.values()) - LONGEST_IMPORT
    files = _read(SourceFile.objects.filter(article__in=leaving, imported_at__gte=since))
    sent = feed_values(files) if files else {}
    return {pk: Meanwhile(file, frozenset(sent.get(pk, ()))) for pk, file in files.items()}


def restored(article: Article, row: Review, meanwhile: Meanwhile | None) -> dict[str, Any]:
    """The attributes that taking back ``row`` gives the article.

    A field that is the desk's no longer follows the feed, also in what the feed has said since. Where an export has
    brought the desk's value into the file, the value from before stays the desk's, so that the next export takes it back.
    A newer reason to look again stays.
    """
    new = {name: thaw(name, value) for name, value in row.before.items()}
    if new.get("assigned_to_id") and not User.objects.filter(pk=new["assigned_to_id"]).exists():
        new["assigned_to_id"] = None  # the account is gone
    if any(freeze(getattr(article, name)) != row.after[name] for name in STANDING if name in row.after):
        new = {name: value for name, value in new.items() if name not in STANDING}
    if meanwhile is None:
        return new
    for name in _leaving(article, row):
        says, current = meanwhile.file[name], getattr(article, name)
        if same(says, new.get(name, current)):
            continue
        if same(says, current) and KEYS[name] in meanwhile.sent:
            new["desk_fields"] = sorted({*new["desk_fields"], name})
        else:
            new[name] = says
    if new.get("status") in UNDECIDED:
        new["status"] = arrival_status(new.get("published", article.published)).value
    return new


def _leaving(article: Article, row: Review) -> list[str]:
    kept = row.before.get("desk_fields", article.desk_fields)
    return [name for name in article.desk_fields if name not in kept]
