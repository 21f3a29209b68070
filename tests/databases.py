"""Databases for tests whose processes must really commit: one of their own, on whatever the tests run on."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

numbers = count(1)
MIGRATED = f"migrated_{os.getpid()}"  # what it is called on a server; a process of tests has one


def keep_migrated() -> None:
    """Keep a copy of this process's test database, which nobody has written to yet: so that others need not migrate."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(_file())) as copy:
            connection.connection.backup(copy)
        return
    tested = connection.settings_dict["NAME"]
    connection.close()  # a database that somebody uses is no template
    with _server() as server:
        server.execute(f"CREATE DATABASE {MIGRATED} TEMPLATE {tested}")


def drop_migrated() -> None:
    if connection.vendor == "sqlite":
        _file().unlink()
        return
    with _server() as server:
        server.execute(f"DROP DATABASE {MIGRATED} WITH (FORCE)")


def migrate_like_this(folder: Path) -> None:
    """Put the kept copy where a desk on SQLite with this data folder has its database."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(_file(), folder / "newsdesk.sqlite3")


@contextmanager
def own_database(folder: Path, *, migrated: bool = True) -> Iterator[dict[str, str]]:
    """The environment of a desk with a database of its own: a file, or one on the server that the tests run on."""
    environment = os.environ | {"DESK_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "newsdesk.settings"}
    if connection.vendor != "postgresql":
        if migrated:
            migrate_like_this(folder)
        yield environment
        return
    at = connection.settings_dict
    name = f"apart_{os.getpid()}_{next(numbers)}"
    with _server() as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED if migrated else 'template0'}")
        try:
            password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
            yield environment | {"DATABASE_URL": f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{name}"}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _file() -> Path:
    return Path(settings.DATA_DIR) / "migrated.sqlite3"


def _server() -> Any:
    import psycopg

    at = connection.settings_dict
    return psycopg.connect(
        dbname="postgres", autocommit=True, host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"] or None
    )
