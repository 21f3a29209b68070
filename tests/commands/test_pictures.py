"""``desk manage pictures``: what is kept, what was refused, and making room."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from articles.pictures import workshop
from articles.thumbnails.making import thumbnails
from tests.thumbnails.strangers import png

pytestmark = pytest.mark.pure


def told(*words: str) -> list[str]:
    out = StringIO()
    call_command("pictures", *words, stdout=out)
    return out.getvalue().splitlines()


def test_it_tells_prunes_and_forgets(settings: Any, tmp_path: Path) -> None:
    workshop.cache_clear()
    settings.DATA_DIR = tmp_path
    cache = workshop().cache
    for number in range(3):
        cache.store(f"https://ok.example/{number}", thumbnails(png()))
    cache.refuse("https://ok.example/a", "The host answered 404.", lasting=True)
    cache.refuse("https://ok.example/b", "The host took too long.", lasting=False)
    cache.refuse("https://ok.example/c", "The host took too long.", lasting=False)

    assert told() == [
        f"12 thumbnails take 0.0 MB of 500 MB in {tmp_path / 'pictures'}.",
        "  2 refused: The host took too long.",
        "  1 refused: The host answered 404.",
    ]
    cache.limit = 0
    assert told("--prune", "--again") == [
        "12 thumbnails were taken away.",
        "3 refused pictures may be tried again.",
        f"0 thumbnails take 0.0 MB of 500 MB in {tmp_path / 'pictures'}.",
    ]
    workshop.cache_clear()
