"""The document's laws, on files that hypothesis makes and on those of two real sites."""
from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from articles.frontmatter import FIELDS, REMOVE, Document, FrontMatterError
from articles.frontmatter.scalars import scalar
from tests import corpus

pytestmark = pytest.mark.pure
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

words = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\ufeff\ufffe\uffff", exclude_categories=["Cs"]), max_size=40
)
line_words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=30)
moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)).map(lambda one: one.replace(microsecond=0, tzinfo=UTC))
urls = st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9/?=&#%-]{0,30}", fullmatch=True)
images = st.lists(
    st.fixed_dictionaries(
        {"url": urls, "width": st.integers(0, 5000)},
        optional={"height": st.integers(0, 5000), "isCached": st.booleans(), "title": words},
    ),
    max_size=3,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "category": line_words, "title": words, "excerpt": words, "publishedDateTime": moments, "originalUrl": urls,
    "webUrl": urls, "type": st.sampled_from(["article", "video", "no"]), "quality": st.integers(0, 2**63 - 1),
    "heat": st.integers(-1, 4000), "published": st.booleans(), "removed": st.booleans(), "featuredContent": words,
    "provider": st.fixed_dictionaries({"name": words.filter(bool)}, optional={"domain": words.filter(bool), "images": images}),
    "topics": st.lists(words.filter(bool) | st.just("No") | st.just("12:30"), min_size=1, max_size=5),
    "images": images.filter(bool), "secured": st.just("YWJj;ZGVm"),
}  # fmt: skip
documents = st.fixed_dictionaries({}, optional=VALUES).filter(bool)
changes = st.fixed_dictionaries({}, optional={key: value | st.just(REMOVE) for key, value in VALUES.items()})


def lines_of(value: Any, shape: Any, indent: int, flow: bool) -> str:
    """One way to write a value behind its colon."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = ""
        for item in value:
            inner = "".join(
                " " * (indent + 4) + f"{key}:{lines_of(one, shape.parts[key], indent + 4, flow)}" for key, one in item.items()
            )
            rows += " " * (indent + 2) + "- " + inner[indent + 4 :]
        return "\n" + rows
    if isinstance(value, list) and flow:
        return " [" + ", ".join(scalar(item, shape.__class__("text", quoted=True)) for item in value) + "]\n"
    if isinstance(value, list):
        text = shape.__class__("text")
        return "\n" + "".join(" " * (indent + 2) + f"- {scalar(item, text)}\n" for item in value) if value else " []\n"
    if isinstance(value, dict):
        return "\n" + "".join(
            " " * (indent + 2) + f"{key}:{lines_of(one, shape.parts[key], indent + 2, flow)}" for key, one in value.items()
        )
    return f" {scalar(value, shape)}\n"


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file with the values in some order, with blank lines, comments, unknown keys, a body, and some line end."""
    values = draw(documents)
    keys = list(values) if draw(st.booleans()) else draw(st.permutations(list(values)))
    flow, text = draw(st.booleans()), ""
    for key in keys:
        if draw(st.integers(0, 5)) == 0:
            text += draw(st.sampled_from(["\n", "# a comment\n", f"x{len(text)}: kept # why\n", f"y{len(text)}:\n  - a\n  - {{b: c}}\n"]))
        text += f"{key}:{lines_of(values[key], FIELDS[key].shape, 0, flow)}"
    body = draw(st.sampled_from(["", "\n", "\nbody\n---\nmore", "text without end"]))
    whole = f"---\n{text}---\n{body}"
    whole = draw(st.sampled_from(["", "\ufeff"])) + whole
    return whole.replace("\n", "\r\n") if draw(st.booleans()) else whole


@RELAXED
@given(files())
def test_parsing_keeps_the_text(text: str) -> None:
    document = Document.parse(text.encode())

    assert document.text == text
    assert document.replace({}) is document
    assert document.replace(dict(document.values)) is document


@RELAXED
@given(files(), changes)
def test_replacing_gives_exactly_the_values_asked_for(text: str, wanted: dict[str, Any]) -> None:
    document = Document.parse(text)
    expected = {key: value for key, value in (document.values | wanted).items() if value is not REMOVE}
    assume(expected)

    try:
        changed = document.replace(wanted)
    except FrontMatterError as error:
        # What cannot be written safely is refused by name; nothing of the kind may happen to plain values.
        assert error.key in wanted
        assert isinstance(wanted[error.key], dict | list) or wanted[error.key] is REMOVE, error
        return

    assert changed.values == expected
    assert Document.parse(changed.text).values == expected
    assert changed.body == document.body


@RELAXED
@given(files(), changes)
def test_replacing_touches_only_the_lines_of_the_named_keys(text: str, wanted: dict[str, Any]) -> None:
    document = Document.parse(text)
    try:
        changed = document.replace(wanted)
    except FrontMatterError:
        return

    def others(one: Document) -> list[str]:
        lines = one.text.splitlines(keepends=True)
        spans = {key.value: (key.line, value) for key, value in one._nodes(FIELDS).pairs}
        gone: set[int] = set()
        for name, (line, value) in spans.items():
            if name in wanted:
                gone |= set(range(line, one.text.count("\n", 0, value.end) + 2 if value.end else line + 1))
        kept = [content for number, content in enumerate(lines, 1) if number not in gone]
        return [content for content in kept if content.strip()]

    assert others(changed) == others(document)


def test_words_beyond_the_basic_plane_are_written_as_they_are() -> None:
    document = Document.parse("---\ntitle: x\n---\n").replace({"title": "🤖/a\\b\"c\u2028\x85"})

    assert document.text == '---\ntitle: "🤖/a\\\\b\\"c\\u2028\\u0085"\n---\n'


STYLES = [
    ("title: x", {"title": "z"}, "title: z"),
    ("title: x", {"title": "y"}, 'title: "y"'),
    ("title: x", {"title": "No"}, 'title: "No"'),
    ("title: x", {"title": "12:30"}, 'title: "12:30"'),
    ("title: x # why", {"title": "z"}, "title: z # why"),
    ("title: 'x'", {"title": "it's"}, "title: 'it''s'"),
    ("title: 'x'", {"title": "a\nb"}, 'title: "a\\nb"'),
    ("title: |\n  a\n  b\ntype: article", {"title": "c"}, 'title: "c"\ntype: article'),
    ("title: >-\n  a\n\ntype: article", {"title": "c"}, 'title: "c"\n\ntype: article'),
    ("title:\ntype: article", {"title": "c"}, 'title: "c"\ntype: article'),
    ("title: # none\ntype: article", {"title": "c"}, 'title: "c" # none\ntype: article'),
    ('title: "a\n  b"\ntype: x', {"title": "c"}, 'title: "c"\ntype: x'),
    ("topics: [a, b]", {"topics": ["a", "c"]}, "topics: [a, c]"),
    ("topics: [a, b] # why", {"topics": ["a"]}, "topics: [a] # why"),
    ("topics: []", {"topics": ["a"]}, "topics: [a]"),
    ("topics:\n  - a\n  - b", {"topics": ["b", "c"]}, "topics:\n  - b\n  - c"),
    ("topics:\n- a # why\n- b", {"topics": ["a", "x", "b"]}, "topics:\n- a # why\n- x\n- b"),
    ("topics:\n  - a\n  -\n  - b", {"topics": ["a", None, "No"]}, 'topics:\n  - a\n  -\n  - "No"'),
    ("topics:\n  - a", {"topics": []}, "topics: []"),
    ("title: x\nheat: 3", {"quality": 7}, "title: x\nquality: 7\nheat: 3"),
    ("type: x\n\nprovider:\n  name: y", {"quality": 7, "published": True}, "type: x\nquality: 7\npublished: true\n\nprovider:\n  name: y"),
    ("type: x\n\nprovider:\n  name: y", {"topics": ["A"]}, "type: x\n\nprovider:\n  name: y\n\ntopics:\n  - A"),
    ("provider:\n  name: y\n  domain: d", {"provider": {"name": "z", "domain": "d"}}, "provider:\n  name: z\n  domain: d"),
    ("provider:\n  name: y", {"provider": {"name": "y", "domain": "d.example"}}, "provider:\n  name: y\n  domain: d.example"),
    ("provider: {name: y}", {"provider": {"name": "z"}}, "provider: {name: z}"),
    ("quality: 3\nheat: 4", {"quality": REMOVE}, "heat: 4"),
    ("images:\n  - url: a\n    width: 1", {"images": [{"url": "a", "width": 2}]}, "images:\n  - url: a\n    width: 2"),
    (
        "images:\n  - url: a\n    width: 1",
        {"images": [{"url": "a", "width": 1}, {"url": "b", "width": 2}]},
        'images:\n  - url: a\n    width: 1\n  - url: "b"\n    width: 2',
    ),
    ("images:\n  - url: a\n    width: 1", {"images": [{"width": 1}]}, "images:\n  - width: 1"),
]


@pytest.mark.parametrize(("before", "wanted", "after"), STYLES)
def test_values_are_written_in_the_style_of_the_file(before: str, wanted: dict[str, Any], after: str) -> None:
    for end in ("\n", "\r\n"):
        text = f"---\n{before}\n---\n".replace("\n", end)

        assert Document.parse(text).replace(wanted).text == f"---\n{after}\n---\n".replace("\n", end)


REFUSED_CHANGES = [
    ("quality: 1", {"quality": -1}, "quality"),
    ("quality: 1", {"quality": "7"}, "quality"),
    ("quality: 1", {"quality": True}, "quality"),
    ("quality: 1", {"heat": 2**63}, "heat"),
    ("published: true", {"published": "no"}, "published"),
    ("title: x", {"title": 3}, "title"),
    ("title: x", {"title": "a\0b"}, "title"),
    ("title: x", {"title": "a\ud800"}, "title"),
    ("title: x", {"publishedDateTime": datetime(2021, 1, 1)}, "publishedDateTime"),
    ("title: x", {"publishedDateTime": datetime(2021, 1, 1, microsecond=1, tzinfo=UTC)}, "publishedDateTime"),
    ("title: x", {"topics": "A"}, "topics"),
    ("topics: [a, # why\n  b]", {"topics": ["c"]}, "topics"),
    ("provider: {name: y}", {"provider": {"name": "y", "domain": "z"}}, "provider"),
]


@pytest.mark.parametrize(("before", "wanted", "key"), REFUSED_CHANGES)
def test_what_cannot_be_written_is_refused_by_name(before: str, wanted: dict[str, Any], key: str) -> None:
    document = Document.parse(f"---\n{before}\n---\n")

    with pytest.raises(FrontMatterError) as caught:
        document.replace(wanted)

    assert caught.value.key == key
    assert document.text == f"---\n{before}\n---\n"


def test_front_matter_between_braces_is_refused() -> None:
    with pytest.raises(FrontMatterError):
        Document.parse("---\n{title: x}\n---\n").replace({"title": "y"})


@pytest.mark.parametrize("name", ["powerapps", "diablo4"])
def test_every_real_file_keeps_its_bytes_and_takes_changes(name: str) -> None:
    for path, data in corpus.texts(name):
        document = Document.parse(data, path=path)
        assert document.text.encode() == data
        topics = document.values["topics"]
        wanted = {"quality": 1000, "published": not document.values.get("published"), "topics": [*topics, "No"]}
        changed = document.replace(wanted)
        assert changed.values == document.values | wanted
        before, after = document.text.splitlines(), changed.text.splitlines()
        assert len(set(after) - set(before)) <= 3
        missing = sum(key not in document.values for key in ("quality", "published"))
        assert len(after) - len(before) == 1 + missing


@pytest.mark.parametrize("name", ["powerapps", "diablo4"])
def test_old_versions_of_real_files_are_read(name: str) -> None:
    for data in corpus.versions(name, 700):
        assert Document.parse(data).text.encode() == data


def test_importing_the_core_loads_no_django() -> None:
    code = "import sys, articles.frontmatter, articles.importing.sources, articles.exporting.sinks, articles.workflow; " \
           "print([name for name in sys.modules if name.split('.')[0] == 'django'])"  # fmt: skip

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
