"""The fast reader beside the general one: the same values, places and refusals, or it keeps out."""
from __future__ import annotations

import copy
import json
import pickle
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.frontmatter import REMOVE, Document, FrontMatterError, feedtemplate
from articles.frontmatter.nodes import Mapping, Sequence
from articles.frontmatter.splitting import decoded
from articles.frontmatter.values import same
from bench import site
from tests import corpus
from tests.frontmatter.test_document import files
from tests.frontmatter.test_mutants import mutant

pytestmark = pytest.mark.pure
WHOLE = ("related", "images", "provider")  # of these the fast reader's nodes have no parts
SAMPLES = sorted((Path(__file__).resolve().parents[2] / "samples" / "site" / "_news").glob("*.md"))
CHANGES: tuple[dict[str, Any], ...] = (
    {"quality": 77, "published": True, "heat": 78},
    {"published": False, "topics": ["A", "No"]},
    {"heat": REMOVE, "title": 'Say "when"', "removed": True},
)


def check(text: str) -> bool:
    """Compare the readers on one text; whether the fast one took it."""
    found = feedtemplate.read(text)
    if found is None:
        return False
    general = Document._read_generally(text, "x.md")  # raises what the fast reader must not accept
    quick = Document.parse(text, path="x.md")
    assert quick._found is not None and quick.text == general.text
    assert quick._split == general._split and quick.body == general.body
    assert quick.warnings == general.warnings == ()
    assert quick.related_urls == [entry.get("webUrl") for entry in general.values.get("related") or ()]
    assert list(quick.values) == list(general.values)
    for key, value in general.values.items():
        assert same(quick.values[key], value), key
    assert json.dumps(quick.values, default=str) == json.dumps(general.values, default=str)  # the order of parts, too
    assert shape(found.tree()) == shape(general._tree)
    return True


def shape(node: Any, key: str = "") -> Any:
    """A node as plain values: its place, and its parts as far as the fast reader knows them."""
    place = (type(node).__name__, node.start, node.end, node.line, node.column)
    if isinstance(node, Mapping | Sequence):
        place += (node.flow,)
    if key in WHOLE:
        return place
    if isinstance(node, Mapping):
        assert list(node.keys) == [name.value for name, _ in node.pairs]
        return place, [(shape(name), shape(value, name.value)) for name, value in node.pairs]
    if isinstance(node, Sequence):
        return place, [shape(item) for item in node.items]
    return *place, node.value, node.style


def check_replacing(text: str) -> None:
    """Both readers write the same."""
    for changes in CHANGES:
        results = []
        for document in (Document.parse(text, path="x.md"), Document._read_generally(text, "x.md")):
            try:
                results.append(document.replace(changes).text)
            except FrontMatterError as error:
                results.append(str(error))
        assert results[0] == results[1]


# --- equal, or it keeps out -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "least"), [("powerapps", 0.95), ("diablo4", 0.9)])
def test_it_equals_the_general_reader_on_real_files(name: str, least: float) -> None:
    texts = [decoded(data, "", 10**7) for data in corpus.versions(name, 500)]

    taken = [check(text) for text in texts]

    assert sum(taken) > least * len(texts)
    for text in texts[::25]:
        check_replacing(text)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_it_takes_the_invented_site_whole(line_end: str) -> None:
    for number in range(40):
        text = site.article(number, 400, related=number % 7).replace("\n", line_end)

        assert check(text)
        check_replacing(text)


@given(files())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_it_equals_the_general_reader_on_any_file(text: str) -> None:
    check(text)


@given(st.text(st.characters(exclude_categories=[]), max_size=60), st.sampled_from(["title", "name", "topic", "related"]))
@settings(max_examples=400, deadline=None)
def test_it_equals_the_general_reader_on_any_word(word: str, where: str) -> None:
    text = site.article(3, 40, related=2)
    old = {"title": text.split('title: "')[1].split('"')[0], "name": "Provider 3", "topic": "Machines"}.get(where)
    old = old or text.split('  - title: "')[1].split('"')[0]

    check(text.replace(old, word))


@pytest.mark.parametrize("part", range(4))
def test_it_accepts_no_mutant_that_the_general_reader_reads_otherwise(part: int) -> None:
    dice = random.Random(1994 + part)
    texts = [path.read_bytes().decode() for path in SAMPLES]
    texts += [site.article(number, 40, related=number % 3) for number in range(12)]
    texts += [text.replace("\n", "\r\n") for text in texts[-4:]]
    taken = 0

    for _ in range(5_500):
        taken += check(mutant(dice, dice.choice(texts)))

    assert 300 < taken < 5_000  # else the mutants test nothing


REFUSED = [
    ("quality: 3", "quality: -1"), ("quality: 3", "quality: 007"), ("heat: -1", "heat: -2"),
    ("quality: 3", 'quality: "3"'), ("quality: 3", "quality: 9223372036854775808"), ("quality: 3", "quality: ３"),
    ("-01-01T01", "-02-30T01"), ("-01-01T01", "-01-01T24"), ("2024-01", "0000-01"), ("published: false", "published: no"),
    ("category: news", "category: No"), ("category: news", "category: ne: ws"), ("category: news", "category: news #"),
    ("category: news", "category: &a news"), ("category: news", "category:  news"), ("category: news", "category: news "),
    ("category: news", "category: news\ncategory: news"), ("category: news", "Category: news"), ('title: "', 'title: "\x85'),
    ('title: "', 'title: "\u2028'), ('title: "', 'title: "\ud800'), ('title: "', 'title: "\\0'), ('title: "', 'title: "\\u0000'),
    ('title: "', 'title: "\\ud800'), ('title: "', 'title: "\\/'), ('title: "', 'title: "\t'), ('title: "', 'title: "\x7f'),
    ("  - Machines", "  - yes"), ("  - Machines", "  - "), ("  - Machines", " - Machines"), ("  - Machines", "  - - Machines"),
    ("  name: Prov", "  name: *Prov"), ("  name: Prov", "   name: Prov"), ("topics:", "topics: "), ("---\n\n", "----\n\n"),
    ("---\n\n", "---\n\x00"), ("---\n\n", "---\n\ufeff"), ("---\ncat", "\ufeff---\ncat"), ("---\ncat", "--- \ncat"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), REFUSED)
def test_it_keeps_out_of_what_is_not_certain(old: str, new: str) -> None:
    text = site.article(3, 40, related=1)
    assert old in text

    for place in (1, text.count(old)):  # also within the entry of ``related``
        head, tail = text.split(old, 1) if place == 1 else text.rsplit(old, 1)
        assert feedtemplate.read(head + new + tail) is None


def test_a_leap_day_is_taken_and_a_missing_one_is_not() -> None:
    text = site.article(3, 40, related=0)

    assert check(text.replace("2024-01-01T01", "2024-02-29T01"))
    assert feedtemplate.read(text.replace("2024-01-01T01", "2023-02-29T01")) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title: "', 'title: "' + "\\n" * 110_000),
        ("  - Machines", "  - " + "a " * 110_000 + "b"),
        ("  - Machines", "  - a\n" * 36_000 + "  - Machines"),
        ("provider:", "\n" * 220_000 + "provider:"),
        ('images:\n  -', "images:\n" + '  - url: ""\n' * 17_000 + "  -"),
        ("related:\n", "related:\n" + '  - title: ""\n' * 14_000),
        ("", ""),
    ],
)
def test_a_long_hostile_file_costs_little_time(old: str, new: str) -> None:
    text = site.article(3, 5000, related=30).replace(old, new, 1)
    assert len(text) < feedtemplate.LONGEST
    slowest = 0.0

    for end in ("\n---\n\n", "\nx: 1\n---\n", ""):
        times = []
        for _ in range(2):  # what is slow is slow twice, what was interrupted is not
            started = time.process_time()
            feedtemplate.read(text[:-6] + end)
            times.append(time.process_time() - started)
        slowest = max(slowest, min(times))

    assert slowest < 0.25


def test_a_file_longer_than_any_of_the_feeds_is_left_to_the_general_reader() -> None:
    assert feedtemplate.read(site.article(3, 5000, related=400)) is None


# --- values that wait -------------------------------------------------------------------------------------------------
def unread() -> Any:
    document = Document.parse(site.article(3, 40, related=3))
    assert document.values.unread("related")
    return document.values


def test_keys_length_and_order_read_nothing() -> None:
    values = unread()

    assert "related" in values and len(values) == 16 and list(values)[-2:] == ["related", "secured"]
    assert values["title"] and values.get("quality") == 3 and values.get("missing", 5) == 5
    assert values.unread("related")


@pytest.mark.parametrize(
    "taken",
    [
        lambda values: values["related"],
        lambda values: values.get("related"),
        lambda values: dict(values)["related"],
        lambda values: {**values}["related"],
        lambda values: (values | {"x": 1})["related"],
        lambda values: ({"x": 1} | values)["related"],
        lambda values: dict(values.items())["related"],
        lambda values: list(values.values())[-2],
        lambda values: values.copy()["related"],
        lambda values: copy.deepcopy(values)["related"],
        lambda values: pickle.loads(pickle.dumps(values))["related"],
        lambda values: values.pop("related"),
        lambda values: values.setdefault("related", []),
        lambda values: (lambda **given: given["related"])(**values),
    ],
)
def test_every_way_to_a_value_gives_the_read_one(taken: Any) -> None:
    expected = Document._read_generally(site.article(3, 40, related=3), "").values["related"]

    found = taken(unread())

    assert found == expected and isinstance(found, list) and len(found) == 3


def test_values_are_equal_whether_read_or_not() -> None:
    general = Document._read_generally(site.article(3, 40, related=3), "").values

    assert unread() == general and general == unread() and unread() == dict(general) and dict(general) == unread()
    assert unread() != general | {"quality": 4} and unread() != {}
    assert repr(unread()) == repr(general)


def test_replacing_a_decided_key_reads_no_entries() -> None:
    document = Document.parse(site.article(3, 40, related=3))

    changed = document.replace({"quality": 90, "topics": ["Weather"]})

    assert document.values.unread("related") and changed.values.unread("related")
    assert changed.values == document.values | {"quality": 90, "topics": ["Weather"]}


def test_replacing_entries_goes_by_the_general_reader() -> None:
    document = Document.parse(site.article(3, 40, related=3))
    entries = document.values["related"]

    changed = document.replace({"related": [entries[2], entries[0] | {"quality": 5}]})

    assert changed.values["related"] == [entries[2], entries[0] | {"quality": 5}]
