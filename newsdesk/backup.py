"""A copy of one desk in one file: its database as of one moment, and what its data folder holds beside it.

The file is a tar: ``newsdesk-backup.json`` tells what it is and counts the rows of every table, ``database.sqlite3`` or
``database.dump`` is the database, ``data/`` the folder. It holds the secret key and everybody's password hashes, so only
its owner may read it. Everything goes on working while it is made.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

FORMAT = 1
HEAD = "newsdesk-backup.json"
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
SUFFIXES = {".tar": "", ".tar.gz": "gz", ".tgz": "gz"}
# What is made again by itself, belongs to processes that run, or is copied as the database.
LEFT_OUT = {"static", "cache", "locks", "mirrors", "migrated"}
FRESH = LEFT_OUT | {"secret-key"}  # what any command makes in an empty data folder


class BackupRefused(Exception):
    """Nothing was done. The text is a sentence for the terminal."""


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds: rows by table, files of the data folder."""

    made_at: str
    database: str
    counts: dict[str, int]
    files: int

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


# --- out --------------------------------------------------------------------------------------------------------------
def backup(target: Path, *, at: datetime) -> BackupReport:
    """Write the backup and return what it holds. The file appears when it is whole; raises BackupRefused."""
    kind = compression(target)
    if target.exists():
        raise BackupRefused(f"{target} is there already. Choose another name; a backup replaces nothing.")
    if "django_migrations" not in connection.introspection.table_names():
        raise BackupRefused("There is no desk here yet, so there is nothing to keep. DESK_DATA and DATABASE_URL say where it is.")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the last step is a rename; and private from its first byte on.
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".newsdesk-backup-") as room:
            # The database first: an export between the two leaves a manifest that knows more than the database, which
            # harms nothing. The other way round the desk would not know its own files again.
            copy = Path(room) / NAMES[connection.vendor]
            counts = _dump(copy)
            files = list(_kept(settings.DATA_DIR, {target.resolve(), unfinished.resolve()}))
            report = BackupReport(at.isoformat(), connection.vendor, counts, len(files))
            head = {"format": FORMAT, "migrations": _migrations(), **vars(report)}
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                with tarfile.open(fileobj=out, mode=f"w:{kind}") as tar:
                    _add(tar, HEAD, json.dumps(head, indent=1).encode())
                    tar.add(copy, copy.name, recursive=False)
                    for path in files:
                        try:
                            tar.add(path, f"data/{path.relative_to(settings.DATA_DIR).as_posix()}", recursive=False)
                        except FileNotFoundError:
                            continue  # a temporary file that was gone before we came to it
                out.flush()
                os.fsync(out.fileno())
        unfinished.rename(target)
    except OSError as error:
        raise BackupRefused(f"The backup could not be written: {error.strerror or error}. Nothing was left at {target}.") from error
    except sqlite3.Error as error:
        raise BackupRefused(f"The backup could not be written: {error}. Nothing was left at {target}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return report


def compression(path: Path) -> str:
    """How the file is packed, from its name: "gz" or "". Raises BackupRefused for a name of another kind."""
    for suffix, kind in SUFFIXES.items():
        if path.name.endswith(suffix):
            return kind
    raise BackupRefused(f"A backup is named *.tar or *.tar.gz, not {path.name}.")


def _kept(folder: Path, but: set[Path]) -> Iterator[Path]:
    """The files of the data folder that a backup holds, in order. Links are not followed and not kept."""
    database = Path(str(settings.DATABASES["default"]["NAME"])).name if connection.vendor == "sqlite" else ""
    for root, folders, names in os.walk(folder):
        at = Path(root)
        if at == folder:
            folders[:] = [name for name in folders if name not in LEFT_OUT]
            names = [name for name in names if name not in LEFT_OUT and not (database and name.startswith(database))]
        folders[:] = sorted(name for name in folders if not name.startswith(".newsdesk-backup-"))
        yield from (path for path in (at / name for name in sorted(names)) if path.is_file() and not path.is_symlink() and path.resolve() not in but)


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    tar.addfile(entry, io.BytesIO(data))


def _dump(path: Path) -> dict[str, int]:
    """Copy the database as of one moment; its rows by table."""
    if connection.vendor == "sqlite":
        at = f"file:{quote(str(settings.DATABASES['default']['NAME']))}?mode=ro"
        with closing(sqlite3.connect(at, uri=True, timeout=60)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)  # in one step, under one read lock: writers go on, what they write is not in it
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
            _whole(copy)
            return {name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in _tables(copy)}  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={path}")
        return _counts(cursor)


def _tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return [name for (name,) in rows]


def _whole(database: sqlite3.Connection) -> None:
    said = database.execute("PRAGMA quick_check").fetchone()[0]
    if said != "ok":
        raise BackupRefused(f"The copy of the database is damaged: {said}. Nothing was kept.")


def _counts(cursor: Any) -> dict[str, int]:
    counts = {}
    for name in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
        counts[name] = cursor.fetchone()[0]
    return counts


def _migrations() -> list[str]:
    return sorted(".".join(name) for name in MigrationLoader(connection).applied_migrations)


# --- in ---------------------------------------------------------------------------------------------------------------
def restore(source: Path) -> BackupReport:
    """Bring a backup into an empty data folder (and, on PostgreSQL, an empty database).

    Everything is unpacked beside its place first and moved there last, so that one which fails leaves the folder empty.
    Raises BackupRefused.
    """
    if not source.is_file():
        raise BackupRefused(f"There is no file {source}.")
    try:
        with tarfile.open(source, "r:*") as tar:
            head, members = _read_head(tar), _safe(tar)
            _check(head, members)
            _check_empty()
            with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".newsdesk-backup-") as name:
                room = Path(name)
                for member in members.values():
                    _extract(tar, member, room / member.name)
                _move_in(room)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BackupRefused(f"{source} cannot be read as a backup: {error}.") from error
    except OSError as error:
        raise BackupRefused(f"The backup could not be restored: {error.strerror or error}.") from error
    report = BackupReport(head["made_at"], head["database"], head["counts"], head["files"])
    with connection.cursor() as cursor:
        found = _counts(cursor)
    if found != report.counts:
        differing = ", ".join(sorted(name for name in found.keys() | report.counts.keys() if found.get(name) != report.counts.get(name)))
        raise BackupRefused(f"What came in is not what the backup counts: {differing}. Restore another backup.")
    return report


def _read_head(tar: tarfile.TarFile) -> dict[str, Any]:
    try:
        first = tar.next()
        file = tar.extractfile(first) if first is not None and first.name == HEAD else None
        head = json.loads(file.read(10_000_000)) if file else None
        if isinstance(head, dict) and {"format", "migrations", "made_at", "database", "counts", "files"} <= head.keys():
            return head
    except (ValueError, KeyError):
        pass
    raise BackupRefused("This is not a backup that desk backup made.")


def _safe(tar: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    """The members by name. Anything but a plain file below ``data/`` or the database ends it all."""
    members = {}
    for member in tar.getmembers():
        path = PurePosixPath(member.name)
        inside = path.parts[:1] == ("data",) and len(path.parts) > 1 and ".." not in path.parts
        if not member.isreg() or not (inside or member.name in {HEAD, *NAMES.values()}) or member.name in members:
            raise BackupRefused(f"The backup names {member.name!r}, which no backup of a desk does. Nothing was restored.")
        members[member.name] = member
    return members


def _check(head: dict[str, Any], members: dict[str, tarfile.TarInfo]) -> None:
    if head["format"] != FORMAT:
        raise BackupRefused("This backup was made by a newer newsdesk. Restore it with that one.")
    if head["database"] != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        hint = "Set DATABASE_URL to an empty one." if head["database"] == "postgresql" else "Unset DATABASE_URL."
        raise BackupRefused(f"This backup is of a desk on {names.get(head['database'], 'another database')}. {hint}")
    if NAMES[connection.vendor] not in members:
        raise BackupRefused("This backup has lost its database.")
    known = {".".join(name) for name in MigrationLoader(None).disk_migrations}
    newer = sorted(set(head["migrations"]) - known)
    if newer:
        raise BackupRefused(f"This backup was made by a newer newsdesk (it knows {newer[-1]}). Restore it with that one.")


def _check_empty() -> None:
    kept = (path for path in settings.DATA_DIR.iterdir() if path.name not in FRESH)
    there = sorted(path.name for path in kept if not path.is_dir() or any(path.iterdir()))  # an empty folder holds nothing
    if there:
        raise BackupRefused(f"The data folder {settings.DATA_DIR} holds a desk ({there[0]}). Set DESK_DATA to an empty folder.")
    if connection.vendor == "postgresql" and connection.introspection.table_names():
        raise BackupRefused("The database that DATABASE_URL names is not empty. Name one that is.")


def _extract(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    file = tar.extractfile(member)
    assert file is not None  # plain files only, as _safe has seen to
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(file, out)
        out.flush()
        os.fsync(out.fileno())


def _move_in(room: Path) -> None:
    """The database's contents, the folder's files, and at the very end SQLite's file: with it the desk is there."""
    copy = room / NAMES[connection.vendor]
    if connection.vendor == "postgresql":
        words = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-acl", f"--dbname={_place()['dbname']}")
        _run("pg_restore", *words, str(copy))
    else:
        try:
            with closing(sqlite3.connect(copy)) as database:
                _whole(database)
        except sqlite3.DatabaseError as error:
            raise BackupRefused(f"The database in the backup is damaged: {error}.") from error
    for path in sorted((room / "data").iterdir()) if (room / "data").exists() else ():
        os.replace(path, settings.DATA_DIR / path.name)  # the key takes the place of the one that this command made
    (settings.DATA_DIR / "migrated").unlink(missing_ok=True)
    if connection.vendor == "sqlite":
        connection.close()
        os.replace(copy, settings.DATABASES["default"]["NAME"])


# --- PostgreSQL's own programs ----------------------------------------------------------------------------------------
def _place() -> dict[str, str]:
    return {name: str(value) for name, value in connection.get_connection_params().items() if isinstance(value, (str, int))}


def _run(program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs on the desk's database. The password goes by the environment, where nobody sees it."""
    path = shutil.which(program)
    if path is None:
        raise BackupRefused(f"{program} is not on this machine. Install PostgreSQL's client programs (postgresql-client).")
    at = _place()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE", "sslmode": "PGSSLMODE"}
    chosen = os.environ | {names[name]: value for name, value in at.items() if name in names}
    done = subprocess.run([path, *words], env=chosen, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise BackupRefused(f"{program} stopped: {said[-1] if said else done.returncode}")
