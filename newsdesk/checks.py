"""What would go wrong later and can be told at the start: the disk under the database, the reader of front matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

MOUNTS = Path("/proc/self/mountinfo")
# SQLite's WAL needs memory that all its processes share, which these do not give across machines.
NETWORK = {
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse.ceph", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "gfs2",
    "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb2", "smb3", "smbfs", "virtiofs",
}  # fmt: skip


@register()
def check_disk(app_configs: Any = None, **kwargs: Any) -> Sequence[CheckMessage]:
    """A warning where SQLite's file lies on a network drive. Linux alone tells what a folder lies on."""
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        return []
    kind = file_system(settings.DATA_DIR, MOUNTS)
    if kind not in NETWORK:
        return []
    return [
        Warning(
            f"The data folder {settings.DATA_DIR} is on a network drive ({kind}), where SQLite can lose what it was told.",
            hint="Set DESK_DATA to a folder on a disk of this machine, or DATABASE_URL to a PostgreSQL.",
            id="newsdesk.W001",
        )
    ]


@register()
def check_yaml(app_configs: Any = None, **kwargs: Any) -> Sequence[CheckMessage]:
    """An error where PyYAML came without libyaml: no article could be read."""
    if yaml.__with_libyaml__:
        return []
    return [
        Error(
            "PyYAML was installed without libyaml, which reads the front matter.",
            hint="Remove the environment's folder (.desk) and start again: the locked PyYAML brings it along.",
            id="newsdesk.E001",
        )
    ]


def sentences() -> list[str]:
    """The findings of this module, for the terminal."""
    found = [*check_disk(), *check_yaml()]
    return [f"{message.msg} {message.hint}" for message in found]


def file_system(folder: Path, mounts: Path) -> str:
    """The kind of file system that a folder lies on, as the kernel names it; "" where it does not say."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        left, _, right = line.partition(" - ")
        parts = left.split()
        if len(parts) < 5 or not right:
            continue
        # The kernel writes a space in a path as \040.
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), parts[4]))
        if (folder == point or point in folder.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), right.split()[0]
    return kind
