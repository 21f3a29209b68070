"""The index that search asks: made after every ``migrate`` where it is missing, kept true by the database itself.

SQLite: an FTS5 table over ``search_text`` with three triggers, so that rows which import writes past the models are in it as
well. PostgreSQL: a GIN index over the same words. Both cut at spaces and nothing else (``articles.words`` has cut already),
so both find the same.

It is no migration, because a migration that changes the article's table lets SQLite make the table anew, and the triggers
go with the old one.
"""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction

from articles.mapping import SEARCHED, found_values
from articles.models import Article

BATCH = 1_000
TABLE = "articles_search"
# The ASCII tokenizer takes every letter beyond ASCII as it is. "detail=none": rows of words are checked in the text, which
# makes the index half as large and half as slow to write.
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS articles_search USING fts5(search_text, content='articles_article', "
    "content_rowid='id', tokenize='ascii', detail=none, columnsize=0)",
    "CREATE TRIGGER IF NOT EXISTS articles_search_came AFTER INSERT ON articles_article BEGIN "
    "INSERT INTO articles_search(rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER IF NOT EXISTS articles_search_went AFTER DELETE ON articles_article BEGIN "
    "INSERT INTO articles_search(articles_search, rowid, search_text) VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER IF NOT EXISTS articles_search_changed AFTER UPDATE OF search_text ON articles_article "
    "WHEN old.search_text <> new.search_text BEGIN "
    "INSERT INTO articles_search(articles_search, rowid, search_text) VALUES ('delete', old.id, old.search_text); "
    "INSERT INTO articles_search(rowid, search_text) VALUES (new.id, new.search_text); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION articles_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 500 "
    "AS $$ SELECT array_to_tsvector(array_remove(regexp_split_to_array($1, '[ \\n]+'), '')) $$",
    "CREATE INDEX IF NOT EXISTS articles_search ON articles_article USING gin (articles_words(search_text))",
)
REBUILD = "INSERT INTO articles_search(articles_search) VALUES ('rebuild')"


def make_search_index(using: str = "default") -> bool:
    """Make what is missing of the index; whether anything was. Then every article is spelled and indexed anew, which takes
    some seconds for 100,000."""
    connection = connections[using]
    is_sqlite = connection.vendor == "sqlite"
    if _is_there(connection):
        return False
    with transaction.atomic(using=using), connection.cursor() as cursor:
        respell(using)
        for statement in SQLITE if is_sqlite else POSTGRESQL:
            cursor.execute(statement)
        if is_sqlite:
            cursor.execute(REBUILD)
    return True


def respell(using: str = "default") -> None:
    """Write every article's ``search_text`` as ``articles.words`` spells it now. Call it inside a transaction."""
    last = 0
    while True:
        rows = list(Article.objects.using(using).filter(pk__gt=last).order_by("pk").only("search_text", *SEARCHED)[:BATCH])
        if not rows:
            return
        changed = []
        for article in rows:
            text = found_values({name: getattr(article, name) for name in SEARCHED})["search_text"]
            if text != article.search_text:
                article.search_text = text
                changed.append(article)
        Article.objects.using(using).bulk_update(changed, ["search_text"], batch_size=BATCH)
        last = rows[-1].pk


def _is_there(connection: Any) -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'articles\\_search\\_%' ESCAPE '\\' AND type = 'trigger'")
            return bool(cursor.fetchone()[0] == len(SQLITE) - 1)
        cursor.execute("SELECT to_regclass('articles_search')")
        return cursor.fetchone()[0] is not None


def after_migrate(sender: Any, using: str, **rest: Any) -> None:
    """Make the index once the tables are as the models say; a migration on the way to there is too early."""
    table = Article._meta.db_table
    with connections[using].cursor() as cursor:
        tables = {one.name for one in connections[using].introspection.get_table_list(cursor)}
        columns = (
            {one.name for one in connections[using].introspection.get_table_description(cursor, table)}
            if table in tables
            else set()
        )
    if {field.column for field in Article._meta.concrete_fields} <= columns:
        make_search_index(using)
