from __future__ import annotations

import pytest

from articles.frontmatter import FrontMatterError
from articles.frontmatter.sitefiles import read_config, read_provider, read_topic
from tests import corpus

pytestmark = pytest.mark.pure


def test_provider_is_read() -> None:
    found = read_provider("---\nname: Tribune\ndomain: tribune.example\nimages:\n  - url: /a.png\n    width: 50\n---\n")

    assert (found.name, found.domain, found.images) == ("Tribune", "tribune.example", [{"url": "/a.png", "width": 50}])


def test_topic_is_read_as_written() -> None:
    found = read_topic('name: "No"\nparent: Rail\nkeywords:\n  - yes\n  - 12:30\nservices:\n  a: b\nimages:\n  - https://x.example\n')

    assert (found.name, found.parent, found.keywords, found.services) == ("No", "Rail", ["yes", "12:30"], {"a": "b"})


@pytest.mark.parametrize(("text", "line"), [("keywords: [a]\n", 1), ("name: [a]\n", 1), ("name: x\nname: y\n", 2), ("a: &x b\n", 1)])
def test_bad_topic_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(FrontMatterError) as caught:
        read_topic(text, "t.yaml")
    assert caught.value.line == line


def test_config_passes_over_anchors_and_merge_keys() -> None:
    text = "title: A site\nbase: &base\n  title: not this\n  x: 1\nnews:\n  <<: *base\nother: *base\nlocale: en-us\n"

    assert read_config(text) == {"title": "A site", "locale": "en-us"}


def test_config_that_is_deep_or_broken_is_refused() -> None:
    for text in ("a: " + "[" * 5000, "a: [b", "a: \x00"):
        with pytest.raises(FrontMatterError):
            read_config(text)


@pytest.mark.parametrize("name", ["powerapps", "diablo4"])
def test_real_site_files_are_read(name: str) -> None:
    root = corpus.checkout(name)
    for path in (root / "_data" / "organizations").glob("*.md"):
        assert read_provider(path.read_bytes()).name
    for path in (root / "_data" / "topics").glob("*.y*ml"):
        assert read_topic(path.read_bytes()).name
    assert read_config((root / "_config.yml").read_bytes())["title"]
