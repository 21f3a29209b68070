"""Archives that want too much, lie about themselves, or are damaged."""

from __future__ import annotations

import bz2
import contextlib
import io
import lzma
import os
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from articles.importing.sources import SourceError, open_source
from articles.importing.sources.unpacking import BrokenStream, Stream, unpacker
from tests.importing.test_archive_source import ARTICLE, PACKERS, SITE, contents, make_tar, make_zip, problems

pytestmark = pytest.mark.pure


@contextlib.contextmanager
def frugal() -> Iterator[None]:
    """Less than five seconds and 64 MB, whatever the archive wants."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew
    before, started = memory("VmRSS"), time.monotonic()
    yield
    assert time.monotonic() - started < 5
    assert memory("VmHWM") - before < 64_000


def memory(name: str) -> int:
    """Kilobytes of this process, as Linux counts them."""
    return int(Path("/proc/self/status").read_text().partition(f"{name}:")[2].split()[0])


def test_entry_over_the_limit_is_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    files = {"_news/a.md": ARTICLE, "_news/huge.md": b"x" * 2001, "_news/edge.md": b"x" * 2000}
    for path in (make_zip(tmp_path / "s.zip", files), make_tar(tmp_path / "s.tar.gz", files)):
        source = open_source(path, limit=2000)

        assert list(contents(source)) == ["_news/a.md", "_news/edge.md"]
        assert problems(source) == {"_news/huge.md": "It has 2,001 bytes; the limit is 2,000. Make it smaller, or raise DESK_FILE_LIMIT."}


def test_zip_of_zeros_is_refused(tmp_path: Path) -> None:
    archive = zipfile.ZipFile(tmp_path / "s.zip", "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("_news/a.md", "w") as file:
        for _ in range(200):
            file.write(bytes(1_000_000))

    with frugal(), pytest.raises(SourceError, match="too much for its size"):
        open_source(tmp_path / "s.zip")


def test_zip_of_seventy_thousand_entries_is_refused_before_they_are_made(tmp_path: Path) -> None:
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    for claimed in (0xFFFF, 3):
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, claimed, claimed, len(entry) * 70_000, len(local), 0)
        (tmp_path / "s.zip").write_bytes(local + entry * 70_000 + end)

        with frugal(), pytest.raises(SourceError, match="more than 60,000 entries"):
            open_source(tmp_path / "s.zip")


def overlapping(count: int, size: int) -> bytes:
    """A zip whose entries each quote the headers of the next and end in one and the same block of data."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packer.compress(bytes(size)) + packer.flush()
    body, entries, length, crc = kernel, [], size, zlib.crc32(bytes(size))
    plain = bytes(size)
    for number in reversed(range(count)):
        name = f"_news/{number}.md".encode()
        local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(body), length, len(name), 0) + name
        entries.append((name, crc, len(body), length, local))
        plain = local + plain
        body = b"\0" + struct.pack("<HH", len(local), len(local) ^ 0xFFFF) + local + body
        crc, length = zlib.crc32(plain), len(plain)
    entries.reverse()
    data, directory, at = body[5:], b"", 0
    for name, crc, packed, length, local in entries:
        directory += (
            struct.pack(
                "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, packed, length, len(name), 0, 0, 0, 0, 0, at
            )
            + name
        )
        at += len(local) + 5
    return data + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(data), 0)


def test_zip_whose_entries_overlap_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.zip").write_bytes(overlapping(40, 1_000_000))

    with frugal(), pytest.raises(SourceError, match="its entries overlap"):
        open_source(tmp_path / "s.zip")


@pytest.mark.parametrize("claimed", [10, 4_000_000_000])
def test_zip_that_lies_about_a_size_is_refused_or_loses_that_entry(tmp_path: Path, claimed: int) -> None:
    path = make_zip(tmp_path / "s.zip", {"_news/a.md": ARTICLE, "_news/liar.md": bytes(50_000_000)})
    data = path.read_bytes().replace(struct.pack("<L", 50_000_000), struct.pack("<L", claimed))
    path.write_bytes(data)
    if claimed > 10:
        with frugal(), pytest.raises(SourceError, match="too much for its size"):
            open_source(path)
        return

    with frugal(), open_source(path) as source:
        read = {entry.path: answer for entry, answer in source.read_all(source.entries())}

    assert read["_news/a.md"] == ARTICLE
    assert not isinstance(read["_news/liar.md"], bytes)


@pytest.mark.parametrize("ending", [".tar.gz", ".tar.bz2", ".tar.xz"])
@pytest.mark.parametrize("inside", ["entry", "header", "nothing"])
def test_packed_tar_of_zeros_is_refused(tmp_path: Path, ending: str, inside: str) -> None:
    member = tarfile.TarInfo("_news/a.md" if inside == "entry" else "././@PaxHeader")
    member.size, member.type = 400_000_000, tarfile.REGTYPE if inside == "entry" else tarfile.XHDTYPE
    head = member.tobuf() if inside != "nothing" else b"\1" * 512
    packer = {".tar.gz": lambda: zlib.compressobj(1, wbits=31), ".tar.bz2": lambda: bz2.BZ2Compressor(1),
              ".tar.xz": lambda: lzma.LZMACompressor(preset=0)}[ending]()  # fmt: skip
    with open(tmp_path / f"s{ending}", "wb") as file:
        file.write(packer.compress(head))
        for _ in range(200):
            file.write(packer.compress(bytes(1_000_000)))
        file.write(packer.flush())

    with frugal(), pytest.raises(SourceError):
        open_source(tmp_path / f"s{ending}").entries()


def test_xz_that_asks_for_gigabytes_is_no_archive(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 2**30}]
    data = make_tar(tmp_path / "s.tar", SITE).read_bytes()
    code = (
        "import lzma, sys; sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read(), filters="
        + repr(filters)
        + "))"
    )
    packed = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True).stdout
    (tmp_path / "s.tar.xz").write_bytes(packed)

    with frugal(), pytest.raises(SourceError):
        open_source(tmp_path / "s.tar.xz").entries()


@pytest.mark.parametrize("ending", [".zip", *PACKERS])
def test_archive_that_is_cut_off_is_refused_as_a_whole(tmp_path: Path, ending: str) -> None:
    path = (make_zip if ending == ".zip" else make_tar)(
        tmp_path / f"s{ending}", SITE | {"_news/noise.md": os.urandom(20_000)}
    )
    data = path.read_bytes()
    for keep in (len(data) // 2, len(data) - 12_000):
        path.write_bytes(data[:keep])

        with frugal(), pytest.raises(SourceError):
            open_source(path).entries()


@settings(max_examples=150, deadline=None)
@given(data=st.data(), ending=st.sampled_from([".zip", *PACKERS]))
def test_damaged_archive_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, ending: str
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    path = (make_zip if ending == ".zip" else make_tar)(folder / f"s{ending}", SITE)
    bytes_ = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        bytes_[data.draw(st.integers(0, len(bytes_) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes_)

    try:
        with open_source(path) as source:
            answers = list(source.read_all(source.entries()))
    except SourceError:
        return
    assert len(answers) <= len(SITE)


@given(st.binary(max_size=200_000), st.integers(1, 70_000), st.sampled_from(list(PACKERS)))
@settings(max_examples=60, deadline=None)
def test_stream_gives_what_was_packed(data: bytes, step: int, ending: str) -> None:
    assume(ending != ".tar" or unpacker(data) is None)
    packed = PACKERS[ending](data) + (PACKERS[ending](b"more") if ending != ".tar" else b"more")
    stream, parts = Stream(io.BytesIO(packed), len(packed)), []
    while part := stream.read(step):
        parts.append(part)

    assert b"".join(parts) == data + b"more"


def test_stream_stops_at_its_limit() -> None:
    stream = Stream(io.BytesIO(bytes(3000)), 3000)
    stream.most = 2000

    with pytest.raises(BrokenStream, match="more than 2,000 bytes"):
        stream.skip(3000)
