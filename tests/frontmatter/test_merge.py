"""Three versions into one: nothing of either side is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.frontmatter import MISSING, OWNERS, merge

pytestmark = pytest.mark.pure
names = st.sampled_from(["A", "B", "C", "D", "E"])
topics = st.lists(names, unique=True, max_size=4)
image = st.fixed_dictionaries({"url": names, "width": st.integers(1, 3)})
images = st.lists(image, max_size=3, unique_by=lambda one: one["url"])
provider = st.fixed_dictionaries({"name": names}, optional={"domain": names})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": names, "quality": st.integers(0, 3), "published": st.booleans(), "topics": topics, "images": images,
    "related": st.lists(st.fixed_dictionaries({"webUrl": names, "quality": st.integers(0, 2)}), max_size=3, unique_by=lambda one: one["webUrl"]),
    "provider": provider,
}  # fmt: skip
versions = st.fixed_dictionaries({}, optional=VALUES)
MANY = settings(max_examples=400, deadline=None)


@MANY
@given(versions, versions)
def test_silent_side_gives_way(base: dict[str, Any], changed: dict[str, Any]) -> None:
    assert merge(base, base, changed).values == changed
    assert merge(base, changed, base).values == changed
    assert merge(base, changed, changed).values == changed
    assert not merge(base, base, changed).conflicts


@MANY
@given(versions, versions, versions)
def test_conflict_keeps_all_three_sides_and_ours_in_the_values(base: Any, ours: Any, theirs: Any) -> None:
    merged = merge(base, ours, theirs)

    for conflict in merged.conflicts:
        assert conflict.base == base.get(conflict.key, MISSING)
        assert conflict.ours == ours.get(conflict.key, MISSING)
        assert conflict.theirs == theirs.get(conflict.key, MISSING)
        assert merged.values.get(conflict.key, MISSING) == conflict.ours
    assert {one.key for one in merged.conflicts} == {one.key for one in merge(base, theirs, ours).conflicts}


@settings(max_examples=1000, deadline=None)
@given(versions, versions, versions)
def test_no_value_that_the_desk_set_is_lost(base: Any, ours: Any, theirs: Any) -> None:
    merged = merge(base, ours, theirs, dict.fromkeys(VALUES, "desk"))

    assert not merged.conflicts
    for key in ("title", "quality", "published"):
        if ours.get(key, MISSING) != base.get(key, MISSING):
            assert merged.values.get(key, MISSING) == ours.get(key, MISSING)
    if all("topics" in side for side in (base, ours, theirs)) and ours["topics"] != base["topics"]:
        added = [name for name in ours["topics"] if name not in base["topics"]]
        removed = [name for name in base["topics"] if name not in ours["topics"]]
        result = merged.values.get("topics")
        assert result is not None and set(added) <= set(result)
        assert not set(removed) & set(result)
        assert len(result) == len(set(result))
    for key, address in (("images", "url"), ("related", "webUrl")):
        if key in ours and key in base and key in theirs:
            was, result = ({one[address]: one for one in side[key]} for side in (base, merged.values))
            for one in ours[key]:
                edits = one.items() - was.get(one[address], {}).items()
                assert not edits or edits <= result[one[address]].items()
            assert not (was.keys() - {one[address] for one in ours[key]}) & result.keys()


TOPICS = [
    (["A", "B"], ["A", "B", "C"], ["A", "B", "D"], {"A", "B", "C", "D"}),
    (["A", "B"], ["A"], ["A", "B", "D"], {"A", "D"}),
    (["A", "B", "C"], ["B", "C"], ["A", "C"], {"C"}),
    (["A"], ["A", "B"], ["A", "B"], {"A", "B"}),
]


@pytest.mark.parametrize(("base", "ours", "theirs", "expected"), TOPICS)
def test_topics_combine_as_a_set(base: list[str], ours: list[str], theirs: list[str], expected: set[str]) -> None:
    merged = merge({"topics": base}, {"topics": ours}, {"topics": theirs})

    assert set(merged.values["topics"]) == expected
    assert len(merged.values["topics"]) == len(expected)
    assert not merged.conflicts


def test_order_of_topics_follows_the_side_that_changed_it() -> None:
    assert merge({"topics": ["A", "B"]}, {"topics": ["B", "A"]}, {"topics": ["A", "B", "C"]}).values["topics"] == [
        "B",
        "C",
        "A",
    ]
    assert merge({"topics": ["A", "B"]}, {"topics": ["A", "B", "C"]}, {"topics": ["B", "A"]}).values["topics"] == [
        "B",
        "C",
        "A",
    ]


def test_owner_decides_where_both_changed() -> None:
    sides = ({"title": "a"}, {"title": "b"}, {"title": "c"})

    assert merge(*sides, {"title": "feed"}).values == {"title": "c"}
    assert merge(*sides, {"title": "desk"}).values == {"title": "b"}
    assert [one.key for one in merge(*sides, {"title": "ask"}).conflicts] == ["title"]


def test_default_owners_are_those_of_the_house() -> None:
    assert {key for key, owner in OWNERS.items() if owner == "feed"} == {"secured", "related", "removed"}
    assert {key for key, owner in OWNERS.items() if owner == "desk"} == {"quality", "published", "topics", "heat"}


def test_pictures_merge_by_address() -> None:
    a, b, c = ({"url": name, "width": 1} for name in "abc")

    merged = merge({"images": [a]}, {"images": [a, b]}, {"images": [c, a]})

    assert merged.values["images"] == [c, a, b]


def test_order_of_pictures_is_the_editors_where_the_feed_left_it() -> None:
    a, b, c = ({"url": name, "width": 1} for name in "abc")

    merged = merge({"images": [a, b]}, {"images": [b, a]}, {"images": [a | {"width": 2}, b, c]})

    assert merged.values["images"] == [b, c, a | {"width": 2}]
    assert not merged.conflicts


def test_two_new_orders_are_a_conflict_that_the_owner_settles() -> None:
    sides = ({"topics": ["A", "B", "C"]}, {"topics": ["C", "B", "A", "D"]}, {"topics": ["B", "A", "C", "E"]})

    assert [one.key for one in merge(*sides).conflicts] == ["topics"]
    assert merge(*sides, {"topics": "desk"}).values["topics"] == ["C", "E", "B", "A", "D"]
    assert merge(*sides, {"topics": "feed"}).values["topics"] == ["B", "A", "D", "C", "E"]


def entry(url: str, **values: Any) -> dict[str, Any]:
    return {"webUrl": url, "title": url.upper(), "quality": 1} | values


RELATED = [
    # base, ours, theirs, merged, in conflict when nobody decides
    ([entry("a"), entry("b")], [entry("a", title="Edited"), entry("b")], [entry("b", quality=9), entry("a", quality=5)],
     [entry("b", quality=9), entry("a", title="Edited", quality=5)], False),
    ([entry("a"), entry("b")], [entry("a")], [entry("a"), entry("b"), entry("c")], [entry("a"), entry("c")], False),
    ([entry("a"), entry("b")], [entry("a", title="Mine"), entry("b", title="Mine")], [entry("a", title="Theirs"), entry("b")],
     [entry("a", title="Theirs"), entry("b", title="Mine")], True),
    ([entry("a")], [entry("a", title="Mine")], [entry("b")], [entry("b")], True),
    ([{"title": "x"}], [{"title": "x", "quality": 1}], [{"title": "x", "type": "video"}], [{"title": "x", "quality": 1, "type": "video"}], False),
    ([{"originalUrl": "x"}], [{"originalUrl": "x", "quality": 1}], [{"originalUrl": "x"}, entry("a")],
     [{"originalUrl": "x", "quality": 1}, entry("a")], False),
]  # fmt: skip


@pytest.mark.parametrize(("base", "ours", "theirs", "expected", "clash"), RELATED)
def test_related_entries_merge_by_address_and_part(
    base: Any, ours: Any, theirs: Any, expected: Any, clash: bool
) -> None:
    sides = ({"related": base}, {"related": ours}, {"related": theirs})

    assert merge(*sides, {"related": "feed"}).values["related"] == expected
    assert bool(merge(*sides).conflicts) == clash


@pytest.mark.parametrize(
    "items", [[{"width": 1}], [{"url": "a"}, {"url": "a", "width": 2}], [{"url": ["a"]}], ["a"], [None]]
)
def test_items_that_cannot_be_told_apart_are_left_to_the_owner(items: list[Any]) -> None:
    sides = ({"images": []}, {"images": items}, {"images": [{"url": "b"}]})

    assert [one.key for one in merge(*sides).conflicts] == ["images"]
    assert merge(*sides, {"images": "desk"}).values["images"] == items
    assert merge(*sides, {"images": "feed"}).values["images"] == [{"url": "b"}]


def test_provider_merges_by_its_parts() -> None:
    base = {"provider": {"name": "Harbour Post", "domain": "harbour.example"}}
    ours = {"provider": {"name": "The Harbour Post", "domain": "harbour.example"}}
    theirs = {"provider": {"name": "HARBOUR", "domain": "post.example", "images": [{"url": "logo"}]}}

    (conflict,) = merge(base, ours, theirs).conflicts
    assert (conflict.key, conflict.ours, conflict.theirs) == ("provider", ours["provider"], theirs["provider"])
    assert merge(base, ours, theirs, {"provider": "desk"}).values["provider"] == theirs["provider"] | {
        "name": "The Harbour Post"
    }
    assert merge(base, ours, theirs | {"provider": theirs["provider"] | {"name": "Harbour Post"}}).values["provider"] == {
        "name": "The Harbour Post", "domain": "post.example", "images": [{"url": "logo"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged", "conflicts"),
    [
        ({"heat": 1}, {}, {"heat": 1}, {}, 0),
        ({"heat": 1}, {}, {"heat": 2}, {}, 1),
        ({"heat": 1}, {"heat": 2}, {}, {"heat": 2}, 1),
        ({}, {"heat": 1}, {"heat": 2}, {"heat": 1}, 1),
        ({}, {"heat": 1}, {}, {"heat": 1}, 0),
        ({"heat": 1}, {}, {}, {}, 0),
        ({"topics": ["A"]}, {"topics": None}, {"topics": ["A", "B"]}, {"topics": None}, 1),
        ({"topics": [None]}, {"topics": [None, "A"]}, {"topics": ["B", None]}, {"topics": ["B", None, "A"]}, 0),
        ({"published": True}, {"published": 1}, {"published": True}, {"published": 1}, 0),
    ],
)
def test_missing_and_empty_are_values_like_others(
    base: Any, ours: Any, theirs: Any, merged: Any, conflicts: int
) -> None:
    result = merge(base, ours, theirs)

    assert result.values == merged
    assert len(result.conflicts) == conflicts


@settings(max_examples=200, deadline=None)
@given(versions, st.lists(st.tuples(versions, versions), min_size=1, max_size=6))
def test_long_history_of_two_writers_loses_nothing_of_either(first: Any, turns: list[tuple[Any, Any]]) -> None:
    """Between two imports an editor sets some keys and the feed rewrites the file. Asked about nothing else, each side
    finds its value, or both are in a conflict."""
    base = ours = first
    for edits, theirs in turns:
        ours = ours | edits
        merged = merge(base, ours, theirs)
        asked = {one.key for one in merged.conflicts}
        for key in {*ours, *theirs} - asked:
            was, mine, now = (version.get(key, MISSING) for version in (base, ours, theirs))
            if mine == was:
                assert merged.values.get(key, MISSING) == now
            elif now == was:
                assert merged.values.get(key, MISSING) == mine
            elif key in ("title", "quality", "published"):
                assert mine == now
        assert all(merged.values.get(one.key, MISSING) == one.ours for one in merged.conflicts)
        base, ours = theirs, merged.values
