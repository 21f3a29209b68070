"""What is told at the start: a network drive under SQLite, a PyYAML without its fast reader."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.core.checks import run_checks

from newsdesk import checks

pytestmark = pytest.mark.pure
MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw,relatime - nfs4 server:/srv rw,vers=4.2
31 30 8:2 / /srv/fast rw - xfs /dev/sdb1 rw
32 22 0:41 / /mnt/my\\040drive rw - cifs //server/share rw
broken line
"""


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    monkeypatch.setattr(checks, "MOUNTS", path)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/desk", "ext4"), ("/srv", "nfs4"), ("/srv/desk/data", "nfs4"), ("/srv/fast/desk", "xfs"), ("/srvx", "ext4"),
        ("/mnt/my drive/desk", "cifs"),
    ],
)  # fmt: skip
def test_a_folder_lies_on_the_nearest_mount(mounts: Path, folder: str, kind: str) -> None:
    assert checks.file_system(Path(folder), mounts) == kind


def test_where_the_kernel_tells_nothing_nothing_is_claimed(tmp_path: Path) -> None:
    assert checks.file_system(Path("/srv"), tmp_path / "missing") == ""


@pytest.mark.parametrize(("folder", "found"), [("/srv/desk", ["newsdesk.W001"]), ("/srv/fast/desk", [])])
def test_sqlite_on_a_network_drive_is_told(mounts: Path, settings: Any, folder: str, found: list[str]) -> None:
    settings.DATA_DIR = Path(folder)

    messages = [message for message in run_checks() if message.id == "newsdesk.W001"]

    assert [message.id for message in messages] == found
    assert all("/srv/desk" in message.msg and "(nfs4)" in message.msg and "DATABASE_URL" in message.hint for message in messages)


def test_postgresql_may_keep_its_files_where_it_likes(mounts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATA_DIR=Path("/srv/desk"), DATABASES=database))

    assert checks.check_disk() == []


def test_a_pyyaml_without_libyaml_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "newsdesk.E001" not in {message.id for message in run_checks()}

    monkeypatch.setattr(yaml, "__with_libyaml__", False)

    assert "newsdesk.E001" in {message.id for message in run_checks()}
    assert any("without libyaml" in sentence for sentence in checks.sentences())
