"""The laws of the house that no other test keeps, and what the docs promise."""
from __future__ import annotations

import ast
import hashlib
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from articles import shortcuts
from articles.workflow import Reason, Status

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent
DOCS = {path.name: path.read_text() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]}


def test_only_decisions_and_what_follows_the_feed_change_a_status() -> None:
    """No room assigns an article's status or updates it by name; arrivals give the first one. Acts write whatever they
    are given, so only the two doors may hold them."""
    for path in (ROOT / "articles").rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    assert not (isinstance(target, ast.Attribute) and target.attr == "status" and "article" in ast.dump(target.value)), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
                assert "status" not in {word.arg for word in node.keywords}, f"{path}:{node.lineno}"


def test_only_the_two_doors_write_acts() -> None:
    """``acts.write`` gives articles whatever it is told, so nobody else may call it."""
    holders = set()
    for path in (ROOT / "articles").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "articles.acts":
                holders |= {path.name for name in node.names if name.name in ("Act", "write")}
            assert not (isinstance(node, ast.ImportFrom) and node.module == "articles" and "acts" in {name.name for name in node.names}), path
            assert not (isinstance(node, ast.Import) and "articles.acts" in {name.name for name in node.names}), path

    assert holders == {"decisions.py", "following.py"}


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_docs_name_every_key_status_reason_and_setting() -> None:
    assert DOCS["keyboard.md"] == shortcuts.page(), "Write articles.shortcuts.page() into docs/keyboard.md."
    for status in Status:
        assert f"`{status.value}`" in DOCS["architecture.md"]
    for reason in Reason:
        assert reason.label in DOCS["editor-guide.md"]
    source = (ROOT / "newsdesk" / "settings.py").read_text()
    for name in set(re.findall(r'env\.\w+\("([A-Z_]+)"', source)):
        assert f"`{name}`" in DOCS["admin-guide.md"], name


def test_every_case_of_the_matrix_names_tests_that_exist() -> None:
    text = DOCS["reliability.md"]
    rows = re.findall(r"^\| (\d+) \|[^|]+\| (.+) \|$", text, re.M)
    assert [int(number) for number, _ in rows] == list(range(1, 75))
    for number, kept in rows:
        named = re.findall(r"`([\w/]+\.py)::(\w+)`", kept)
        assert named or len(kept) > 60, f"Row {number} names neither a test nor a reason."
        for path, name in named:
            assert re.search(rf"^def {name}\(", (ROOT / "tests" / path).read_text(), re.M), f"Row {number}: {path}::{name}"


def test_architecture_names_every_room() -> None:
    text = DOCS["architecture.md"]
    rooms = [path for path in (ROOT / "articles").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    unnamed = {"__init__.py", "apps.py", "urls.py", "migrations"}
    for path in [*rooms, ROOT / "newsdesk", ROOT / "bench", ROOT / "launcher", ROOT / "tests"]:
        if path.name not in unnamed:
            assert f"{path.name}/`" in text or f"{path.name}`" in text, path.name


def test_docs_link_to_files_that_are_there() -> None:
    for name, text in DOCS.items():
        folder = ROOT / "docs" if (ROOT / "docs" / name).exists() else ROOT
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (folder / target).exists(), f"{name}: {target}"


def test_javascript_knows_no_address() -> None:
    for path in (ROOT / "newsdesk" / "static" / "newsdesk" / "js").glob("*.js"):
        text = re.sub(r"//[^\n]*", "", path.read_text())
        assert not re.search(r"""["'`]/[a-z]""", text), path


def test_templates_hold_no_inline_script_or_style() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert " style=" not in text and "<style" not in text and " onclick" not in text, path
        assert not re.search(r"<script(?![^>]* src=)", text), path


@pytest.mark.parametrize("folder", ["newsdesk/static/newsdesk/vendor", "tests/vendor"])
def test_vendored_files_are_what_they_were(folder: str) -> None:
    for entry in json.loads((ROOT / folder / "vendor.json").read_text()):
        for name, digest in entry["files"].items():
            assert hashlib.sha256((ROOT / folder / name).read_bytes()).hexdigest() == digest, name


def test_stylesheets_and_scripts_stay_small() -> None:
    import gzip

    own = ROOT / "newsdesk" / "static" / "newsdesk"
    assert sum(len(gzip.compress(path.read_bytes())) for path in (own / "js").glob("*.js")) <= 20_000
    assert len(gzip.compress(b"".join(path.read_bytes() for path in (own / "css").glob("*.css")))) <= 45_000


def test_settings_are_safe(tmp_path: Path) -> None:
    assert settings.TIME_ZONE == "UTC" and settings.SESSION_COOKIE_HTTPONLY
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")
    key = settings.DATA_DIR / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600


def test_deploy_check_is_clean_behind_https() -> None:
    import os
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--fail-level", "WARNING"],
        env={name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"} | {"DESK_HTTPS": "1"},
        capture_output=True, text=True,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
