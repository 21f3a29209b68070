"""A desk goes into one file while it runs, and comes back out of it as it was: on both databases, in real processes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from newsdesk.backup import BackupRefused, backup, restore
from tests.databases import own_database
from tests.factories import NOON, make_text
from tests.importing.folders import news, put

pytestmark = pytest.mark.xdist_group("backup")  # they share one desk, so one worker takes them all
ROOT = Path(__file__).resolve().parent.parent.parent
LOOK = (
    "import json, django; django.setup()\n"
    "from django.apps import apps\n"
    "rows = {m._meta.label: [str(r) for r in m._default_manager.order_by('pk').values_list()] for m in apps.get_models()}\n"
    "print(json.dumps(rows))"
)


class Answer(NamedTuple):
    code: int
    out: str
    err: str


class Desk(NamedTuple):
    """A desk with a data folder of its own."""

    folder: Path
    environment: dict[str, str]

    def call(self, *words: Any, **variables: str) -> Answer:
        done = subprocess.run(
            [sys.executable, *map(str, words)], cwd=ROOT, env=self.environment | variables, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    def manage(self, *words: Any, **variables: str) -> Answer:
        return self.call("manage.py", *words, **variables)

    def everything(self) -> dict[str, list[str]]:
        answer = self.call("-c", LOOK)
        assert answer.code == 0, answer.err
        rows: dict[str, list[str]] = json.loads(answer.out)
        return rows


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Desk]:
    """One with articles, a file in quarantine, an export that it remembers, and a key."""
    folder = tmp_path_factory.mktemp("desk")
    files = {news(number): make_text() for number in range(1, 31)} | {"_news/bad.md": "bad"}
    source = put(folder / "source", files)
    with own_database(folder / "data") as environment:
        made = Desk(folder / "data", environment)
        assert made.manage("desk_import", source, "--site", "quay", DESK_MIGRATE="1").code == 1
        assert made.manage("desk_export", folder / "site", "--all").code == 0
        (folder / "data" / "uploads" / "kept.archive").write_bytes(b"an upload")
        yield made


@pytest.fixture
def empty(tmp_path: Path, django_db_setup: None) -> Iterator[Desk]:
    with own_database(tmp_path / "new", migrated=False) as environment:
        yield Desk(tmp_path / "new", environment)


@pytest.fixture(scope="module")
def kept(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("kept") / "desk.tar.gz"
    answer = desk.manage("desk_backup", path)
    assert answer.code == 0, answer.err
    assert answer.out.startswith(f"{path}: ") and "It holds the secret key: keep it safe." in answer.out
    return path


def test_a_backup_comes_back_as_it_was(desk: Desk, kept: Path, empty: Desk) -> None:
    answer = empty.manage("desk_restore", kept)

    assert answer.code == 0, answer.err
    assert "Start it with desk run." in answer.out
    found = empty.everything()
    assert found == desk.everything()
    assert len(found["articles.Article"]) == 30
    for name in ("secret-key", "uploads/kept.archive", *sorted(str(path.relative_to(desk.folder)) for path in desk.folder.glob("exports/manifests/*"))):
        assert (empty.folder / name).read_bytes() == (desk.folder / name).read_bytes(), name
    assert (empty.folder / "secret-key").stat().st_mode & 0o777 == 0o600
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not list(empty.folder.glob(".*"))
    # It goes on: the export finds nothing new and takes no file of its own for somebody else's.
    again = empty.manage("desk_export", desk.folder.parent / "site", "--all", "--json", DESK_MIGRATE="1")
    assert json.loads(again.out) | {"problems": 0} == {**json.loads(again.out), "written": 0, "problems": 0}


def test_what_is_written_meanwhile_is_whole_or_not_there(desk: Desk, tmp_path: Path, empty: Desk) -> None:
    """An import runs while the backup is made: the copy is of one moment, as its own counts say."""
    files = {f"_news/2026-12-01-new-{number}.md": make_text() for number in range(300)}
    source = put(tmp_path / "more", files)
    said: list[Answer] = []
    busy = threading.Thread(target=lambda: said.append(desk.manage("desk_import", source, "--site", "busy")))
    busy.start()
    backup = desk.manage("desk_backup", tmp_path / "busy.tar")
    busy.join()

    assert (said[0].code, backup.code) == (0, 0), (said, backup)
    answer = empty.manage("desk_restore", tmp_path / "busy.tar", "--json")
    assert answer.code == 0, answer.err
    counts, rows = json.loads(answer.out)["counts"], empty.everything()
    assert counts["articles_article"] == len(rows["articles.Article"]) >= 30
    assert len(rows["articles.SourceFile"]) >= len(rows["articles.Article"])


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "sentence"),
    [("desk.zip", "A backup is named .* not desk.zip."), ("there.tar", "is there already. Choose another name")],
)
def test_a_backup_replaces_nothing_and_says_its_kinds(db: None, tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "there.tar").write_text("mine")

    with pytest.raises(BackupRefused, match=sentence):
        backup(tmp_path / name, at=NOON)

    assert (tmp_path / "there.tar").read_text() == "mine"


def test_a_desk_is_not_restored_over(desk: Desk, kept: Path) -> None:
    before = (desk.folder / "secret-key").read_bytes()

    answer = desk.manage("desk_restore", kept)

    assert (answer.code, answer.out) == (2, "")
    assert "holds a desk" in answer.err and "Set DESK_DATA to an empty folder." in answer.err
    assert (desk.folder / "secret-key").read_bytes() == before


@pytest.mark.once
def test_a_full_disk_leaves_no_half_backup(desk: Desk, tmp_path: Path) -> None:
    script = (
        "import resource, signal, runpy, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "sys.argv = ['manage.py', 'desk_backup', sys.argv[1]]; runpy.run_path('manage.py', run_name='__main__')"
    )

    answer = desk.call("-c", script, tmp_path / "desk.tar")

    assert answer.code == 2 and answer.err.startswith("The backup could not be written: "), answer
    assert "Traceback" not in answer.err and list(tmp_path.iterdir()) == []


@pytest.fixture
def nowhere(settings: Any, tmp_path: Path) -> None:
    """An empty data folder."""
    settings.DATA_DIR = tmp_path / "nowhere"
    settings.DATA_DIR.mkdir()


def forged(kept: Path, target: Path, change: Any) -> Path:
    """The backup with its members as ``change`` leaves them: a list of (name, bytes, type)."""
    with tarfile.open(kept) as tar:
        members = [(one.name, tar.extractfile(one).read(), tarfile.REGTYPE) for one in tar.getmembers()]
    with tarfile.open(target, "w") as tar:
        for name, data, kind in change(members):
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname = len(data) if kind == tarfile.REGTYPE else 0, kind, "/etc/passwd"
            tar.addfile(entry, io.BytesIO(data))
    return target


def headed(**changes: Any) -> Any:
    """A change of what the backup says of itself."""
    return lambda members: [(members[0][0], json.dumps(json.loads(members[0][1]) | changes).encode(), members[0][2]), *members[1:]]


@pytest.mark.once
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda members: [*members, ("data/../../evil", b"x", tarfile.REGTYPE)], "names 'data/../../evil'"),
        (lambda members: [*members, ("/etc/evil", b"x", tarfile.REGTYPE)], "names '/etc/evil'"),
        (lambda members: [*members, ("data/link", b"", tarfile.SYMTYPE)], "names 'data/link'"),
        (lambda members: [*members, members[-1]], "which no backup of a desk does"),
        (lambda members: members[1:], "This is not a backup that desk backup made."),
        (lambda members: [one for one in members if "sqlite3" not in one[0]], "This backup has lost its database."),
        (
            lambda members: [(name, data[: len(data) // 2] if "sqlite3" in name else data, kind) for name, data, kind in members],
            "damaged",
        ),
        (headed(format=9), "made by a newer newsdesk"),
        (headed(migrations=["articles.9999_later"]), "it knows articles.9999_later"),
        (headed(database="postgresql"), "This backup is of a desk on PostgreSQL. Set DATABASE_URL to an empty one."),
    ],
)
def test_what_is_no_backup_is_refused_and_leaves_the_folder_empty(
    db: None, kept: Path, tmp_path: Path, nowhere: None, settings: Any, change: Any, sentence: str
) -> None:
    with pytest.raises(BackupRefused) as refused:
        restore(forged(kept, tmp_path / "forged.tar", change))

    assert sentence in str(refused.value)
    assert list(settings.DATA_DIR.iterdir()) == []
    assert not (tmp_path / "evil").exists() and not Path("/etc/evil").exists()


@pytest.mark.once
@pytest.mark.parametrize("text", [b"", b"no tar", b"\x1f\x8b\x08\x00"])
def test_another_file_is_refused(db: None, tmp_path: Path, nowhere: None, text: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(text)

    with pytest.raises(BackupRefused, match="cannot be read as a backup"):
        restore(tmp_path / "x.tar")


def test_an_empty_desk_has_nothing_to_keep(empty: Desk, tmp_path: Path) -> None:
    answer = empty.manage("desk_backup", tmp_path / "none.tar")

    assert answer.code == 2 and "There is no desk here yet" in answer.err
    assert not (tmp_path / "none.tar").exists()
