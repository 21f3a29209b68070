"""Names of articles that have no file yet."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.exporting.naming import LONGEST, new_path
from articles.frontmatter.files import folded, safe_path

pytestmark = pytest.mark.pure
DAY = date(2024, 5, 17)
anything = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Ferry to the Isles", "ferry-to-the-isles"),
        ("Straße über Łódź", "strasse-uber-lodz"),
        ("渡轮", "du-lun"),
        ("../../etc/passwd", "etc-passwd"),
        ("", "article"),
        ("!!! ???", "article"),
        ("con", "con"),
        ("-rf", "rf"),
    ],
)
def test_name_is_the_day_and_the_title(title: str, name: str) -> None:
    assert new_path("_news", DAY, title, set()) == f"_news/2024-05-17-{name}.md"


def test_folder_may_be_empty_and_the_day_a_moment() -> None:
    assert new_path("", datetime(987, 1, 2, 3, tzinfo=UTC), "A", set()) == "0987-01-02-a.md"


def test_taken_names_are_counted_up_whatever_their_case() -> None:
    taken = {folded("_news/2024-05-17-FERRY.md"), folded("_news/2024-05-17-ferry-2.md")}

    assert new_path("_news", DAY, "Ferry", taken) == "_news/2024-05-17-ferry-3.md"


@given(st.lists(st.tuples(st.dates(), anything), max_size=12))
def test_every_name_is_safe_short_and_its_own(articles: list[tuple[date, str]]) -> None:
    taken: set[str] = set()
    for day, title in articles:
        path = new_path("_news", day, title, taken)

        assert safe_path(path) == path
        assert re.fullmatch(r"_news/[0-9]{4}-[0-9]{2}-[0-9]{2}-[a-z0-9][a-z0-9-]*\.md", path)
        assert len(path.removeprefix("_news/").encode()) <= LONGEST
        assert folded(path) not in taken
        taken.add(folded(path))
