"""Liquid is told, with its place, wherever in a file it stands."""
from __future__ import annotations

import pytest

from articles.frontmatter import Document, Finding
from articles.frontmatter.liquid import SENTENCE, liquid_findings, liquid_keys

pytestmark = pytest.mark.pure
FILE = '---\ntitle: "A {{ site.secret }}"\nexcerpt: "b"\n\nprovider:\n  name: x\n  images:\n    - url: "https://x.example/{% raw %}"\ntopics:\n  - a\n{extra}---\n{body}'


def found(extra: str = "", body: str = "\n") -> list[Finding]:
    return liquid_findings(Document.parse(FILE.replace("{extra}", extra).replace("{body}", body), path="a.md"))


def test_each_key_is_told_with_its_place() -> None:
    assert found() == [Finding(SENTENCE, 2, 11, "title"), Finding(SENTENCE, 8, 31, "provider")]


def test_escaped_marks_are_found_by_their_value() -> None:
    assert found(extra='note: "\\u007b\\u007b x }}"\n')[-1] == Finding(SENTENCE, 11, 7, "note")


def test_the_body_is_told() -> None:
    assert found(body="\nWords\n{% include x %}\n")[-1] == Finding(SENTENCE, 14, 1, "body")


@pytest.mark.parametrize("text", ["a { b } c", "100 %}", "{ {", "}} %}", ""])
def test_single_braces_are_no_liquid(text: str) -> None:
    assert liquid_keys({"title": text, "topics": [text, None], "quality": 7}, text) == []


def test_keys_come_in_the_files_order() -> None:
    values = {"title": "{{", "related": [{"title": "x", "provider": {"name": "{% y"}}], "topics": ["{{ a }}"]}

    assert liquid_keys(values, "{{ page.x }}") == ["title", "related", "topics", "body"]
