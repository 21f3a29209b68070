"""What the tests of importing may ask for."""
from __future__ import annotations

from pathlib import Path

import pytest

from articles.models import Site
from tests.importing.feeding import Feed


@pytest.fixture
def feed(tmp_path: Path, site: Site) -> Feed:
    return Feed(tmp_path, site)
