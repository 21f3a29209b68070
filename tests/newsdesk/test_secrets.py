"""The secret key: random, private, made once, and refused when it is weak."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsdesk.secrets import SHORTEST_KEY, secret_key

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent.parent


def test_it_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first, elsewhere = secret_key(tmp_path / "desk"), secret_key(tmp_path / "other")

    assert secret_key(tmp_path / "desk") == first != elsewhere
    assert len(first) >= SHORTEST_KEY
    assert (tmp_path / "desk" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "desk").iterdir()] == ["secret-key"]


@pytest.mark.parametrize("given", ["short", "a" * 60, "django-insecure-" + "x1y2z3a4b5c6d7e8" * 4, "abcabcabc" * 8])
def test_a_weak_key_ends_the_start(tmp_path: Path, given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="The secret key is too weak: it needs 40 random characters"):
        secret_key(tmp_path, given)


def test_a_key_of_ones_own_is_taken_and_nothing_is_written(tmp_path: Path) -> None:
    given = "kX9-2mQ_vB7tR4wZ8pL1nY6cF3hJ5gD0sA-eU_iO"

    assert secret_key(tmp_path, given) == given
    assert not list(tmp_path.iterdir())


def test_two_first_starts_at_once_agree(tmp_path: Path) -> None:
    script = "import pathlib, sys; from newsdesk.secrets import secret_key; print(secret_key(pathlib.Path(sys.argv[1])))"
    starts = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    said = {start.communicate(timeout=60)[0] for start in starts}

    assert len(said) == 1 and len(said.pop().strip()) >= SHORTEST_KEY


def test_the_source_holds_no_key_and_no_password() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.suffix not in {".py", ".toml", ".html", ".md"} or name.startswith("tests/"):
            continue
        text = path.read_text()
        assert "SECRET_KEY = \"" not in text and "django-insecure-" not in text.replace('startswith("django-insecure-")', ""), name
        assert "BEGIN PRIVATE KEY" not in text and "BEGIN RSA" not in text, name
    assert not {"secret-key", ".env"} & {os.path.basename(name) for name in listed}
