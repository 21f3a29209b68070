"""Zips and tars: every entry is read into memory, nothing is unpacked, and what is hostile is named."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.importing.sources import Source, SourceError, open_source

pytestmark = pytest.mark.pure
ARTICLE = b'---\ntitle: "Ferry"\n---\n\n'
SITE = {
    "_config.yml": b"title: x\n",
    "_news/a.md": ARTICLE,
    "_news/2021/b.md": ARTICLE * 2,
    "_data/topics/1-a.yml": b"name: A\n",
}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".tar": bytes, ".tar.gz": gzip.compress, ".tar.bz2": bz2.compress, ".tar.xz": lzma.compress,
}  # fmt: skip


def make_zip(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return path


def make_tar(path: Path, files: dict[str, bytes]) -> Path:
    """A tar, packed as its name tells."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    path.write_bytes(PACKERS["".join(path.suffixes)](packed.getvalue()))
    return path


def contents(source: Source) -> dict[str, bytes]:
    with source:
        return {entry.path: source.read(entry) for entry in source.entries()}


def problems(source: Source) -> dict[str, str]:
    source.entries()
    return {problem.path: problem.message for problem in source.problems}


# --- what is a site's
@pytest.mark.parametrize("prefix", ["", "site-main/", "./"])
@pytest.mark.parametrize("ending", [".zip", *PACKERS])
def test_archive_gives_the_sites_files(tmp_path: Path, ending: str, prefix: str) -> None:
    prefix = "" if ending == ".zip" and prefix == "./" else prefix
    files = {prefix + name: data for name, data in (SITE | {"README.md": b"x", "assets/x.md": b"y"}).items()}
    path = (make_zip if ending == ".zip" else make_tar)(tmp_path / f"s{ending}", files)

    source = open_source(path)

    assert (source.kind, source.label, source.revision) == ("archive", path.name, None)
    assert contents(source) == SITE
    assert source.problems == source.notices == []


def test_kind_is_told_by_the_bytes_and_not_by_the_name(tmp_path: Path) -> None:
    inner = make_zip(tmp_path / "inner.zip", {"_news/wrong.md": ARTICLE}, zipfile.ZIP_STORED).read_bytes()
    tar = make_tar(tmp_path / "s.tar", {"_news/right.md": ARTICLE, "inner.zip": inner})
    tar.rename(tmp_path / "named.zip")
    with_stub = tmp_path / "stub.bin"
    with_stub.write_bytes(b"#!/bin/sh\nexit\n" + make_zip(tmp_path / "x.zip", SITE).read_bytes())

    assert list(contents(open_source(tmp_path / "named.zip"))) == ["_news/right.md"]
    assert contents(open_source(with_stub)) == SITE


@pytest.mark.parametrize("around", ["", "folder/"])
def test_loose_articles_are_read_from_an_archive(tmp_path: Path, around: str) -> None:
    files = {around + "a.md": ARTICLE, around + "README.md": b"# x"}

    assert contents(open_source(make_zip(tmp_path / "s.zip", files))) == {"a.md": ARTICLE}


@pytest.mark.parametrize("files", [{}, {"a.txt": b"x"}, {"notes.md": b"no fence"}])
@pytest.mark.parametrize(
    "make", [lambda path, files: make_zip(path / "s.zip", files), lambda path, files: make_tar(path / "s.tar", files)]
)
def test_archive_without_articles_is_refused(
    tmp_path: Path, make: Callable[..., Path], files: dict[str, bytes]
) -> None:
    with pytest.raises(SourceError, match="holds no articles"):
        open_source(make(tmp_path, files)).entries()


# --- hostile names and kinds
HOSTILE = [
    "../evil.md",
    "_news/../../evil.md",
    "/etc/evil.md",
    "C:\\evil.md",
    "..\\evil.md",
    "_news\\evil.md",
    "a/../_news/evil.md",
    "/evil.sh",
]


@pytest.mark.parametrize("ending", [".zip", ".tar"])
def test_names_that_lead_out_are_named_kept_and_harm_nothing(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "canary" / "inner"
    folder.mkdir(parents=True)
    files = {"_news/good.md": ARTICLE} | dict.fromkeys(HOSTILE, b"---\ntitle: evil\n---\n")
    path = (make_zip if ending == ".zip" else make_tar)(folder / f"s{ending}", files)
    before = sorted(tmp_path.rglob("*"))

    source = open_source(path)

    assert contents(source) == {"_news/good.md": ARTICLE}
    assert sorted(problem.path for problem in source.problems) == sorted(HOSTILE)
    assert all(problem.data for problem in source.problems if problem.path.endswith(".md"))
    assert sorted(tmp_path.rglob("*")) == before


def test_nul_in_a_name_does_not_cut_it(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "s.zip", {"_news/good.md": ARTICLE, "_news/x.md_.txt": b"evil"})
    path.write_bytes(path.read_bytes().replace(b"_news/x.md_.txt", b"_news/x.md\0.txt"))

    source = open_source(path)

    assert [entry.path for entry in source.entries()] == ["_news/good.md"]
    assert [problem.path for problem in source.problems] == ["_news/x.md\\x00.txt"]


def test_one_bad_entry_among_good_ones_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("site/_news/good.md", ARTICLE)
        archive.writestr("site/_news/twice.md", ARTICLE)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("site/_news/twice.md", b"second")
        for name, kind in (("link", stat.S_IFLNK), ("device", stat.S_IFCHR), ("pipe", stat.S_IFIFO)):
            info = zipfile.ZipInfo(f"site/_news/{name}.md")
            info.external_attr = (kind | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
        archive.writestr("site/_news/crc.md", b"stored bytes")
        for name, method in (("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)):
            archive.writestr(f"site/_news/{name}.md", ARTICLE, method)
        archive.writestr("site/_news/secret.md", ARTICLE)
    data = bytearray(path.read_bytes().replace(b"stored bytes", b"stored bytfs"))
    for at in (data.find(b"PK\x03\x04", data.find(b"lzma.md")), data.rfind(b"PK\x01\x02")):
        data[at + (6 if data[at + 2] == 3 else 8)] |= 1
    path.write_bytes(data)

    with open_source(path) as source:
        read = dict(source.read_all(source.entries()))

    assert {entry.path: answer for entry, answer in read.items() if isinstance(answer, bytes)} == {
        "_news/good.md": ARTICLE, "_news/twice.md": ARTICLE,
    }  # fmt: skip
    (broken,) = (answer for answer in read.values() if not isinstance(answer, bytes))
    assert (broken.path, broken.data) == ("_news/crc.md", b"stored bytfs")
    assert {problem.path: (problem.message.split(".")[0], problem.data) for problem in source.problems} == {
        "_news/twice.md": ("The source holds this name twice; the first one is read", b"second"),
        "_news/link.md": ("It is a link or no plain file; only plain files are read", b"/etc/passwd"),
        "_news/device.md": ("It is a link or no plain file; only plain files are read", b"/etc/passwd"),
        "_news/pipe.md": ("It is a link or no plain file; only plain files are read", b"/etc/passwd"),
        "_news/bzip2.md": ("It is packed in a way that is not read here", None),
        "_news/lzma.md": ("It is packed in a way that is not read here", None),
        "_news/secret.md": ("It is encrypted", None),
    }


def test_tars_links_devices_and_sparse_files_are_refused_alone(tmp_path: Path) -> None:
    packed = io.BytesIO()
    kinds = {
        "soft": tarfile.SYMTYPE,
        "hard": tarfile.LNKTYPE,
        "device": tarfile.CHRTYPE,
        "pipe": tarfile.FIFOTYPE,
        "odd": b"V",
    }
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind in kinds.items():
            member = tarfile.TarInfo(f"s/_news/{name}.md")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
        for name, data in (("good", ARTICLE), ("good", b"second")):
            member = tarfile.TarInfo(f"s/_news/{name}.md")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        sparse = tarfile.TarInfo("s/_news/sparse.md")
        sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "1000000000"}
        archive.addfile(sparse)
    (tmp_path / "s.tar").write_bytes(packed.getvalue())

    source = open_source(tmp_path / "s.tar")

    assert contents(source) == {"_news/good.md": ARTICLE}
    assert sorted(problem.path for problem in source.problems) == sorted(
        [*(f"_news/{name}.md" for name in kinds), "_news/good.md", "_news/sparse.md"]
    )


def test_old_sparse_file_of_gnu_tar_does_not_shift_what_follows(tmp_path: Path) -> None:
    (tmp_path / "_news").mkdir()
    with open(tmp_path / "_news/sparse.md", "wb") as file:
        for place in range(0, 40_000_000, 1_000_000):
            file.seek(place)
            file.write(b"x" * 10)
    (tmp_path / "_news/z.md").write_bytes(ARTICLE)
    subprocess.run(
        ["tar", "--format=gnu", "--sparse", "-cf", "s.tar", "_news/sparse.md", "_news/z.md"], cwd=tmp_path, check=True
    )

    source = open_source(tmp_path / "s.tar")

    assert contents(source) == {"_news/z.md": ARTICLE}
    assert list(problems(source)) == ["_news/sparse.md"]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["_news/" + "long-" * 15 + "/" + "name-" * 15 + ".md", "_news/caf\u00e9.md"])
def test_tars_of_every_format_keep_long_and_foreign_names(tmp_path: Path, form: int, name: str) -> None:
    with tarfile.open(tmp_path / "s.tar", "w", format=form) as archive:
        for path in (name, "_news/after.md"):
            member = tarfile.TarInfo(path)
            member.size = len(ARTICLE)
            archive.addfile(member, io.BytesIO(ARTICLE))

    assert contents(open_source(tmp_path / "s.tar")) == {name: ARTICLE, "_news/after.md": ARTICLE}
