"""The linters, as tests: each fails with what the tool itself says. pyproject.toml says what is asked of the code.

Their caches lie in the temporary folder, one for each checkout, so that nothing is left beside the source.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
CACHE = Path(tempfile.gettempdir()) / f"newsdesk-lint-{os.getuid()}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"


def passes(program: str, *words: str) -> None:
    """Run one of the environment's programs in the checkout; fail with all that it printed."""
    done = subprocess.run(
        [str(PROGRAMS / program), *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, env=os.environ | {"NO_COLOR": "1", "COLUMNS": "160"}, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"{program} {' '.join(words)}\n\n{done.stdout}", pytrace=False)


def test_ruff_finds_nothing() -> None:
    passes("ruff", "check", "--cache-dir", str(CACHE / "ruff"), ".")


def test_types_are_right() -> None:
    passes("mypy", "--cache-dir", str(CACHE / "mypy"))


def test_templates_are_well_formed() -> None:
    passes("djlint", "--lint", "--quiet", "templates")


def test_rooms_import_downwards_only() -> None:
    passes("lint-imports", "--cache-dir", str(CACHE / "imports"))


def test_a_finding_fails_with_the_words_of_the_tool(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("import os\n")

    with pytest.raises(pytest.fail.Exception, match="F401"):
        passes("ruff", "check", "--no-cache", "--isolated", str(tmp_path))
