"""A pip to install with where this Python has none: from the index that pip would use, and never one that is not locked."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from launcher import pip_wheels

pytestmark = pytest.mark.pure
NAME, WHEEL = "pip-99.0-py3-none-any.whl", b"a wheel"


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """A package index on this machine that wants a name and a password; what it was asked for, with whose."""
    asked: list[tuple[str, str]] = []

    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = self.headers.get("Authorization", "")
            asked.append((self.path, base64.b64decode(given.removeprefix("Basic ")).decode()))
            page = f'<a href="pip-1-py3-none-any.whl">x</a> <a href="../../files/{NAME}#sha256=0">x</a>'.encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(WHEEL if self.path.endswith(".whl") else page)

        def log_message(self, *_: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://ida:pass%20word@127.0.0.1:{server.server_port}/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    for name in ("PIP_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield asked
    server.shutdown()
    server.server_close()


def lock(folder: Path, data: bytes) -> Path:
    path = folder / "lock.txt"
    path.write_text(f"{NAME} {hashlib.sha256(data).hexdigest()}\n")
    return path


def test_the_locked_one_is_fetched_with_the_indexs_own_login(index: list[tuple[str, str]], tmp_path: Path) -> None:
    found = pip_wheels.download(tmp_path, lock(tmp_path, WHEEL))

    assert found == tmp_path / NAME and found.read_bytes() == WHEEL
    assert index == [("/simple/pip/", "ida:pass word"), (f"/files/{NAME}", "ida:pass word")]


def test_one_that_is_not_locked_is_not_kept(index: list[tuple[str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        pip_wheels.download(tmp_path, lock(tmp_path, b"another"))

    assert end.value.code == 1 and not (tmp_path / NAME).exists()
    assert "The pip that was downloaded is not the one that is locked; nothing of it was run." in capsys.readouterr().err


def test_without_an_index_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")

    with pytest.raises(SystemExit) as end:
        pip_wheels.download(tmp_path, lock(tmp_path, WHEEL))

    assert end.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("This Python has no pip, and none could be downloaded: ") and "install python3-venv" in said


@pytest.mark.parametrize(
    ("address", "index", "becomes"),
    [
        ("https://a.example/f.whl", "https://ida:x@a.example/simple", "https://ida:x@a.example/f.whl"),
        ("https://b.example/f.whl", "https://ida:x@a.example/simple", "https://b.example/f.whl"),
        ("http://a.example/f.whl", "https://ida:x@a.example/simple", "http://a.example/f.whl"),
        ("https://o:y@a.example/f.whl", "https://ida:x@a.example/simple", "https://o:y@a.example/f.whl"),
        ("https://a.example/f.whl", "https://a.example/simple", "https://a.example/f.whl"),
    ],
)
def test_a_login_goes_to_its_own_host_alone(address: str, index: str, becomes: str) -> None:
    assert pip_wheels.with_login(address, index) == becomes


def test_settings_come_from_the_variable_and_else_from_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = https://file.example/simple\n[install]\nproxy = http://proxy.example\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.delenv("PIP_PROXY", raising=False)

    assert pip_wheels.setting("index-url") == "https://file.example/simple"
    assert pip_wheels.setting("proxy") == "http://proxy.example"
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable.example/simple")
    assert pip_wheels.setting("index-url") == "https://variable.example/simple"
