"""Files on the disk: the only room of the core that meets it. Every name is a stranger's until it has been checked."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

LONGEST_PART = 240  # bytes of one name, with room for the suffix of a temporary file
LONGEST_PATH = 1000  # characters
TEMPORARY = ".newsdesk-tmp"
MANY = 64  # files from which one sync of the disk is cheaper than one for each
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(\..*)?", re.DOTALL)
FEEDS = re.compile(r"(?:_[a-z]{1,40}/){0,3}[0-9][A-Za-z0-9_-]{0,200}\.md")  # how the feed names files: nothing to look into
UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f\\\\:*?"<>|\u2028\u2029]')


class UnsafePath(ValueError):
    """A name that must not be used. The text is a sentence."""


class Unreadable(OSError):
    """A file that is there but is not read. The text is a sentence."""


def blob_id(data: bytes) -> str:
    """Git's name for exactly these bytes: the SHA-1 of ``blob <length>\\0`` and the bytes."""
    hashed = hashlib.sha1(b"blob %d\0" % len(data), usedforsecurity=False)
    hashed.update(data)
    return hashed.hexdigest()


def safe_path(path: str) -> str:
    """``path`` if it is one that may be read from or written to below any folder. Raises UnsafePath."""
    if FEEDS.fullmatch(path):
        return path
    if not path or len(path) > LONGEST_PATH:
        raise UnsafePath(f"The path is empty or longer than {LONGEST_PATH} characters. Rename the file.")
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        raise UnsafePath("Its name is not UTF-8. Rename the file.") from None
    if UNSAFE.search(path):
        raise UnsafePath("Its name holds a character that not every disk can write (\\ : * ? \" < > | or a control character). Rename the file.")
    if path.startswith("/"):
        raise UnsafePath("The path is absolute. Give it a name within its folder.")
    for part in path.split("/"):
        if part in ("", ".", ".."):
            raise UnsafePath("The path leaves its folder or has an empty part. Rename the file.")
        if part.casefold() == ".git" or RESERVED.fullmatch(part):
            raise UnsafePath(f"The name {part} is reserved. Rename the file.")
        if part.startswith("-") or part.endswith((" ", ".")):
            raise UnsafePath("A name begins with a dash, or ends with a space or a dot. Rename the file.")
        if len(part.encode()) > LONGEST_PART:
            raise UnsafePath(f"A name is longer than {LONGEST_PART} bytes. Shorten it.")
    return path


def folded(path: str) -> str:
    """A path as the least careful file system compares it: without case, and composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


@contextlib.contextmanager
def folder_of(root: Path, path: str, make: bool = False) -> Iterator[tuple[int, str]]:
    """The folder of ``path`` below ``root``, opened step by step so that no link leads out, and the last name.

    Raises FileNotFoundError when a folder is missing (``make`` creates them), Unreadable when one is a link, UnsafePath
    for a name that must not be used.
    """
    *folders, name = safe_path(path).split("/")
    at = _descended(root, folders, make)
    try:
        yield at, name
    finally:
        os.close(at)


def _descended(root: Path, folders: Sequence[str], make: bool = False) -> int:
    """The handle of a folder below ``root``, for the caller to close."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    at = os.open(root, flags)
    try:
        for folder in folders:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(folder, dir_fd=at)
                    os.fsync(at)
            try:
                step = os.open(folder, flags | os.O_NOFOLLOW, dir_fd=at)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise Unreadable(f"{folder} is a link or no folder; links are not followed.") from None
                raise
            os.close(at)
            at = step
    except BaseException:
        os.close(at)
        raise
    return at


def read_bytes(root: Path, path: str, limit: int) -> bytes:
    """The bytes of a regular file below ``root``. Links, pipes, devices and files over ``limit`` bytes are not opened
    for reading: Unreadable says why."""
    return read_listed(root, safe_path(path), limit)


def read_listed(root: Path, path: str, limit: int) -> bytes:
    """As ``read_bytes``, for a path that ``walk`` gave: its name may be one that is not written here."""
    with Reader(root) as reader:
        return reader.read(path, limit)


class Reader:
    """Reads files below ``root`` as ``read_listed`` does. The folder of the last one stays open, which halves the cost of
    reading all files of a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder, self._handle = "", -1

    def read(self, path: str, limit: int) -> bytes:
        folder, _, name = path.rpartition("/")
        if self._handle < 0 or folder != self._folder:
            self.close()
            self._handle, self._folder = _descended(self.root, folder.split("/") if folder else ()), folder
        return _read(self._handle, name, limit)

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *rest: object) -> None:
        self.close()


def _read(folder: int, name: str, limit: int) -> bytes:
    # Looked at before it is opened, since opening alone can wake a device up, and again after, since it may have changed.
    _check(os.stat(name, dir_fd=folder, follow_symlinks=False), limit)
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):
            raise Unreadable("It is a link or a device; only plain files are read.") from None
        raise
    try:
        size = _check(os.fstat(handle), limit)
        data = os.read(handle, size + 1)
        while len(data) < size or len(data) > size:
            more = os.read(handle, limit + 1)
            if not more:
                break
            data += more
            if len(data) > limit:
                raise Unreadable(f"The file is larger than the limit of {limit:,} bytes.")
        return data
    finally:
        os.close(handle)


def _check(found: os.stat_result, limit: int) -> int:
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("It is a link or no plain file; only plain files are read.")
    if found.st_size > limit:
        raise Unreadable(f"The file has {found.st_size:,} bytes; the limit is {limit:,}.")
    return found.st_size


def walk(root: Path, folder: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Every entry below ``root/folder`` that is not a folder: its path from ``root`` and what ``lstat`` says of it.

    Links are entries, never followed. A missing folder has no entries; one that cannot be read raises OSError.
    """
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            handle = _descended(root, here.split("/") if here else ())
        except FileNotFoundError:
            continue
        try:
            with os.scandir(handle) as entries:
                listed = sorted((entry.name, entry.stat(follow_symlinks=False)) for entry in entries)
        finally:
            os.close(handle)
        for name, info in listed:
            path = f"{here}/{name}" if here else name
            if stat.S_ISDIR(info.st_mode):
                waiting.append(path)
            else:
                yield path, info


def write_atomic(root: Path, path: str, data: bytes) -> None:
    """Put ``data`` in place of the file in one step: a reader sees the old bytes or the new ones, whatever happens."""
    with Batch(root) as batch:
        batch.write(path, data)


class Batch:
    """Files that are written together: all temporary files, then their bytes to the disk, then all renames.

    As a context manager it publishes on leaving, or leaves nothing behind when an exception passes.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.staged: list[str] = []
        self._folder, self._handle = "", -1  # of the last file that was staged

    def write(self, path: str, data: bytes) -> None:
        """Stage a file. Raises OSError, and stages nothing, when the disk is full or a part of the path is a link."""
        where, _, name = safe_path(path).rpartition("/")
        if self._handle < 0 or where != self._folder:
            self._let_go()
            self._handle, self._folder = _descended(self.root, where.split("/") if where else (), make=True), where
        folder, temporary = self._handle, name + TEMPORARY
        _refuse_link(folder, name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            handle = os.open(temporary, flags, 0o644, dir_fd=folder)
        except FileExistsError:  # of a run that was killed
            os.unlink(temporary, dir_fd=folder)
            handle = os.open(temporary, flags, 0o644, dir_fd=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        self.staged.append(path)

    def _let_go(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def publish(self) -> None:
        """Bring the bytes to the disk, rename every file into place, and bring the folders to the disk."""
        self._let_go()
        many, synced = len(self.staged) >= MANY, set()
        for folder, names in self._folders():
            device = os.fstat(folder).st_dev
            if many and (device in synced or _sync_disk(folder)):
                synced.add(device)
                continue
            for name in names:
                handle = os.open(name + TEMPORARY, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
        for folder, names in self._folders():
            for name in names:
                os.replace(name + TEMPORARY, name, src_dir_fd=folder, dst_dir_fd=folder)
            os.fsync(folder)
        self.staged.clear()

    def _folders(self) -> Iterator[tuple[int, list[str]]]:
        """Each folder that holds staged files, open, with their names."""
        groups: dict[str, list[str]] = {}
        for path in self.staged:
            groups.setdefault(path.rpartition("/")[0], []).append(path)
        for paths in groups.values():
            with folder_of(self.root, paths[0]) as (folder, _):
                yield folder, [path.rpartition("/")[2] for path in paths]

    def abort(self) -> None:
        self._let_go()
        for path in self.staged:
            with contextlib.suppress(OSError), folder_of(self.root, path) as (folder, name):
                os.unlink(name + TEMPORARY, dir_fd=folder)
        self.staged.clear()

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None:
                self.publish()
        finally:
            self.abort()


def _sync_disk(folder: int) -> bool:
    """Bring all that is written on the folder's disk to it in one go, and say whether this system can.

    Measured: one syncfs for 5,000 files takes 0.1 s, 5,000 fsyncs take 1 to 9 s. Raises OSError when the disk fails.
    """
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if sys.platform == "linux" else None
    if syncfs is None:
        return False
    if syncfs(folder):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return True


def remove(root: Path, path: str) -> None:
    """Remove a plain file below ``root``; a missing one is fine."""
    with contextlib.suppress(FileNotFoundError), folder_of(root, path) as (folder, name):
        _refuse_link(folder, name)
        os.unlink(name, dir_fd=folder)


def _refuse_link(folder: int, name: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise Unreadable(f"{name} is a link or no plain file; it is left alone.")
