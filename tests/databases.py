"""Databases for tests whose processes must really commit: one of their own, on whatever the tests run on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from django.db import connection

numbers = count(1)


@contextmanager
def own_database(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a desk with a database of its own: a file, or one on the server that the tests run on."""
    environment = os.environ | {"DESK_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "newsdesk.settings"}
    if connection.vendor != "postgresql":
        yield environment
        return
    import psycopg

    at = connection.settings_dict
    place = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"], "password": at["PASSWORD"] or None}
    name = f"apart_{os.getpid()}_{next(numbers)}"
    with psycopg.connect(dbname="postgres", autocommit=True, **place) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
            yield environment | {"DATABASE_URL": f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{name}"}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
