"""The file's keys and the article's attributes: what is read of a kept text, and what of the desk's stays back."""

from __future__ import annotations

from typing import Any

import pytest

from articles.frontmatter import Document
from articles.mapping import document_changes, exported_text, kept_values
from articles.models import Article
from tests.factories import make_text

pytestmark = pytest.mark.pure

ENTRIES = 'related:\n  - title: "One"\n    webUrl: "https://x.example/"\n\n  - title: "Two"\n\n'
TEXTS = {
    "none": make_text(),
    "entries": make_text().replace("secured:", ENTRIES + "secured:"),
    "at the margin": make_text().replace("secured:", 'related:\n- title: "One"\n  type: article\n\nsecured:'),
    "empty": make_text().replace("secured:", "related:\nsecured:"),
    "flow": make_text().replace("secured:", 'related: [{title: "One"}]\nsecured:'),
    "last": make_text().replace("secured:", "mood:").replace("\n---\n\n", "\n" + ENTRIES.rstrip() + "\n---\n\n"),
    "comment": make_text().replace("secured:", ENTRIES + "# a word\nsecured:"),
    "in the body": make_text() + "related:\n  - no entry\n",
    "in a value": make_text().replace('"A tram learns to wait."', '"A tram\n\nrelated:\n  - learns\n\n  to wait."'),
    "in a block": make_text().replace("type: article", "mood: |\n  one\n  related:\n    - two\ntype: article"),
    "CRLF": make_text().replace("secured:", ENTRIES + "secured:").replace("\n", "\r\n"),
    "CR": make_text().replace("secured:", ENTRIES + "secured:").replace("\n", "\r"),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_a_kept_text_is_read_without_its_entries_and_otherwise_whole(text: str) -> None:
    whole = dict(Document.parse(text).values)
    whole.pop("related", None)

    assert kept_values(text, "x.md") == whole


def test_a_kept_text_that_cannot_be_read_says_nothing() -> None:
    assert kept_values("no article", "x.md") == {}


def touched(**values: Any) -> Article:
    return Article(path="x.md", desk_fields=sorted(values), **values)


def test_what_is_held_back_stays_as_the_file_has_it() -> None:
    text = make_text(title="Theirs", quality=64)
    article = touched(title="Ours", quality=9, provider_name="Mine")

    changes = document_changes(article, Document.parse(text), {"title", "provider"})

    assert changes == {"quality": 9}
    assert exported_text(article, text, {"title", "provider"}) == text.replace("quality: 64", "quality: 9")
    assert exported_text(article, text, {"title", "provider", "quality"}) == text
