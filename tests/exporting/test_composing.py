"""The file of an article that was made on the desk."""
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.exporting.composing import compose
from articles.frontmatter import Document, FrontMatterError
from articles.mapping import article_values
from articles.models import Article
from tests.factories import NOON

pytestmark = pytest.mark.pure
FULL: dict[str, Any] = {
    "category": "news",
    "title": 'The "quiet" tram: 12:30',
    "excerpt": "One line.\r\nAnother.",
    "published_at": NOON,
    "original_url": "https://tribune.example/x",
    "web_url": "https://tribune.example/x",
    "amp_web_url": "https://tribune.example/x/amp",
    "cdn_amp_web_url": "https://cdn.example/x",
    "type": "video",
    "quality": 0,
    "heat": -1,
    "published": False,
    "removed": False,
    "featured_content": '<iframe src="https://www.youtube.com/embed/x"></iframe>',
    "provider_name": "No",
    "provider_domain": "tribune.example",
    "provider_images": [{"url": "https://tribune.example/logo.png", "width": 50, "height": 50}],
    "topics": ["Machines", None, "12:30", "No"],
    "images": [{"url": "https://tribune.example/x.jpg", "width": 3, "height": 2, "isCached": True, "title": "A: b"}],
}


def test_a_composed_file_stands_in_the_feeds_blocks() -> None:
    article = Article(
        category="news", title="A tram", published_at=NOON, type="article", published=True,
        provider_name="Tribune", provider_domain="tribune.example", topics=["Rail"],
        images=[{"url": "https://tribune.example/x.jpg", "width": 3, "height": 2}],
    )  # fmt: skip

    assert compose(article) == (
        '---\ncategory: news\ntitle: "A tram"\npublishedDateTime: 2026-11-20T12:00:00Z\ntype: article\npublished: true\n\n'
        "provider:\n  name: Tribune\n  domain: tribune.example\n\n"
        "topics:\n  - Rail\n\n"
        'images:\n  - url: "https://tribune.example/x.jpg"\n    width: 3\n    height: 2\n---\n\n'
    )


def test_a_composed_file_says_every_value_of_the_article() -> None:
    text = compose(Article(**FULL))

    assert article_values(Document.parse(text).values) == FULL


def test_an_article_without_a_title_has_no_file() -> None:
    with pytest.raises(FrontMatterError) as raised:
        compose(Article(path="_news/x.md", excerpt="No title."))

    assert (raised.value.key, raised.value.path) == ("title", "_news/x.md")


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@given(title=TEXT.filter(bool), excerpt=TEXT, name=TEXT, topics=st.lists(TEXT, max_size=3))
def test_any_text_comes_back_as_it_was(title: str, excerpt: str, name: str, topics: list[str]) -> None:
    article = Article(title=title, excerpt=excerpt, provider_name=name, topics=topics)

    values = article_values(Document.parse(compose(article)).values)

    assert (values["title"], values["excerpt"]) == (title, excerpt)
    assert values["provider_name"] == name
    assert (values["topics"] or []) == topics
