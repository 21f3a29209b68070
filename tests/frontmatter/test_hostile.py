"""Files that must be refused, each with the place and the key; and odd ones that must go in."""
from __future__ import annotations

import os
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from articles.frontmatter import Document, FrontMatterError

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parents[2]


def fm(*lines: str, body: str = "\n") -> str:
    return "---\n" + "\n".join(lines) + "\n---\n" + body


REFUSED: list[tuple[str, str | bytes, int | None, int | None, str]] = [
    # fences and kinds
    ("empty", "", 1, 1, ""),
    ("blank", "\n  \n", 1, 1, ""),
    ("no fence", "title: x\n", 1, 1, ""),
    ("fence with text", "--- title: x\n---\n", 1, 1, ""),
    ("not closed", "---\ntitle: x\n", 1, 1, ""),
    ("nothing between", "---\n---\n", 2, 1, ""),
    ("only comments", "---\n# nothing\n---\n", 2, 1, ""),
    ("a list", fm("- a", "- b"), 2, 1, ""),
    ("a scalar", fm("just words"), 2, 1, ""),
    ("a number", fm("42"), 2, 1, ""),
    ("directive", fm("%YAML 1.1", "title: x"), 2, None, ""),
    # keys
    ("duplicate key", fm("title: a", "quality: 1", "title: b"), 4, 1, "title"),
    ("duplicate nested", fm("provider:", "  name: a", "  name: b"), 4, 3, "name"),
    ("duplicate quoted", fm("title: a", '"title": b'), 3, 1, "title"),
    ("complex key", fm("? [a, b]", ": c"), 2, 3, ""),
    ("merge key", fm("<<: {a: 1}"), 2, 1, "<<"),
    # references and tags
    ("anchor", fm("title: &a x"), 2, 8, ""),
    ("alias", fm("title: &a x", "excerpt: *a"), 2, 8, ""),
    ("undefined alias", fm("title: *a"), 2, 8, ""),
    ("cycle in list", fm("a: &a [*a]"), 2, 4, ""),
    ("cycle in mapping", fm("a: &a {self: *a}"), 2, 4, ""),
    ("python object", fm("title: !!python/object/apply:os.system ['touch PWNED']"), 2, 8, ""),
    ("int tag", fm("title: !!int abc"), 2, 8, ""),
    ("bool tag", fm("title: !!bool x"), 2, 8, ""),
    ("own tag", fm("title: !mine x"), 2, 8, ""),
    ("timestamp tag", fm("title: !!timestamp x"), 2, 8, ""),
    # YAML itself
    ("unterminated double", fm('title: "x', "type: article"), 2, 8, ""),
    ("unterminated single", fm("title: 'x", "type: article"), 2, 8, ""),
    ("quote closed by the next", fm('title: "x', 'excerpt: "y"'), 2, 8, ""),
    ("tab indentation", fm("provider:", "\tname: x"), 3, None, ""),
    ("colon too many", fm("title: a: b"), 2, None, ""),
    ("bare at sign", fm("title: @x"), 2, 8, ""),
    ("bare backtick", fm("title: `x"), 2, 8, ""),
    ("bad escape", fm('title: "\\q"'), 2, None, ""),
    ("surrogate escape", fm('title: "\\ud800"'), 2, None, ""),
    ("flow not closed", fm("topics: [a, b", "type: article"), 3, None, ""),
    ("bad indent", fm("title: x", "  excerpt: y"), 3, None, ""),
    ("list item at top", fm("title: x", "- y"), 3, None, ""),
    ("very long key", fm("k" * 1100 + ": x"), 2, None, ""),
    # characters
    ("NUL", fm("title: a\0b"), 2, 9, ""),
    ("NUL in body", fm("title: a", body="x\0"), 4, 2, ""),
    ("NUL escaped", fm('title: "a\\0b"'), 2, 8, "title"),
    ("escape character", fm("title: a\x1bb"), 2, 9, ""),
    ("bell", fm("title: x", "excerpt: \x07"), 3, 10, ""),
    ("DEL", fm("title: a\x7f"), 2, 9, ""),
    ("C1", fm("title: a\x9b"), 2, 9, ""),
    ("noncharacter", fm("title: a\ufffe"), 2, 9, ""),
    ("lone surrogate", fm("title: a\ud800"), 2, 9, ""),
    ("latin-1", b"---\ntitle: caf\xe9\n---\n", 2, 11, ""),
    ("overlong", b"---\ntitle: \xc0\xaf\n---\n", 2, 8, ""),
    ("cut in the middle", "---\ntitle: é".encode()[:-1], 2, 8, ""),
    ("UTF-16 LE", "---\ntitle: x\n---\n".encode("utf-16"), 1, 1, ""),
    ("UTF-16 BE", b"\xfe\xff" + "---\ntitle: x\n---\n".encode("utf-16-be"), 1, 1, ""),
    ("two marks", "\ufeff\ufeff" + fm("title: x"), 1, 2, ""),
    ("mark on line 2", "---\n\ufefftitle: x\n---\n", 2, 1, ""),
    # values
    ("quality a word", fm("title: x", "quality: high"), 3, 10, "quality"),
    ("quality negative", fm("quality: -1"), 2, 10, "quality"),
    ("quality float", fm("quality: 3.7"), 2, 10, "quality"),
    ("quality exponent", fm("quality: 1e3"), 2, 10, "quality"),
    ("quality octal", fm("quality: 010"), 2, 10, "quality"),
    ("quality octal 8", fm("quality: 08"), 2, 10, "quality"),
    ("quality hex", fm("quality: 0x1F"), 2, 10, "quality"),
    ("quality underscore", fm("quality: 1_000"), 2, 10, "quality"),
    ("quality base 60", fm("quality: 1:30"), 2, 10, "quality"),
    ("quality true", fm("quality: true"), 2, 10, "quality"),
    ("quality list", fm("quality: [1]"), 2, 10, "quality"),
    ("quality plus", fm("quality: +5"), 2, 10, "quality"),
    ("quality nan", fm("quality: .nan"), 2, 10, "quality"),
    ("quality inf", fm("quality: .inf"), 2, 10, "quality"),
    ("quality 2^63", fm("quality: 9223372036854775808"), 2, 10, "quality"),
    ("quality 5,000 digits", fm("quality: " + "9" * 5000), 2, 10, "quality"),
    ("heat below -1", fm("heat: -2"), 2, 7, "heat"),
    ("heat 10^30", fm("heat: 1" + "0" * 30), 2, 7, "heat"),
    ("heat nan", fm("heat: nan"), 2, 7, "heat"),
    ("published yes", fm("published: yes"), 2, 12, "published"),
    ("published quoted", fm('published: "false"'), 2, 12, "published"),
    ("published 1", fm("published: 1"), 2, 12, "published"),
    ("published mapping", fm("published: {a: b}"), 2, 12, "published"),
    ("removed off", fm("removed: off"), 2, 10, "removed"),
    ("title a list", fm("title:", "  - a"), 3, 3, "title"),
    ("title a mapping", fm("title:", "  a: b"), 3, 3, "title"),
    ("topics a word", fm("topics: x"), 2, 9, "topics"),
    ("topics of mappings", fm("topics:", "  - a: b"), 3, 5, "topics"),
    ("provider a word", fm("provider: x"), 2, 11, "provider"),
    ("provider a list", fm("provider:", "  - x"), 3, 3, "provider"),
    ("provider name a list", fm("provider:", "  name: [a]"), 3, 9, "provider.name"),
    ("images of words", fm("images:", "  - x"), 3, 5, "images[0]"),
    ("image width a word", fm("images:", "  - url: x", "    width: wide"), 4, 12, "images[0].width"),
    ("related quality", fm("related:", "  - title: a", "    quality: b"), 4, 14, "related[0].quality"),
    ("secured a mapping", fm("secured: {a: b}"), 2, 10, "secured"),
    # moments
    ("month 13", fm("publishedDateTime: 2021-13-45T00:00:00Z"), 2, 20, "publishedDateTime"),
    ("30 February", fm("publishedDateTime: 2021-02-30T00:00:00Z"), 2, 20, "publishedDateTime"),
    ("hour 25", fm("publishedDateTime: 2021-02-01T25:00:00Z"), 2, 20, "publishedDateTime"),
    ("minute 60", fm("publishedDateTime: 2021-02-01T00:60:00Z"), 2, 20, "publishedDateTime"),
    ("second 61", fm("publishedDateTime: 2021-02-01T00:00:61Z"), 2, 20, "publishedDateTime"),
    ("offset 25", fm("publishedDateTime: 2021-02-01T00:00:00+25:00"), 2, 20, "publishedDateTime"),
    ("year 0", fm("publishedDateTime: 0000-01-01T00:00:00Z"), 2, 20, "publishedDateTime"),
    ("past the last year", fm("publishedDateTime: 9999-12-31T23:59:59-12:00"), 2, 20, "publishedDateTime"),
    ("before the first", fm("publishedDateTime: 0001-01-01T00:00:00+14:00"), 2, 20, "publishedDateTime"),
    ("short date", fm("publishedDateTime: 2021-1-5"), 2, 20, "publishedDateTime"),
    ("no seconds or date", fm("publishedDateTime: 10:00Z"), 2, 20, "publishedDateTime"),
    ("words", fm("publishedDateTime: yesterday"), 2, 20, "publishedDateTime"),
    ("an integer", fm("publishedDateTime: 1612152720"), 2, 20, "publishedDateTime"),
    # shapes that cost
    ("deep lists", fm("a: " + "[" * 60 + "]" * 60), 2, None, ""),
    ("deep mappings", fm("a: " + "{b: " * 60 + "c" + "}" * 60), 2, None, ""),
    ("deep dashes", fm("a:", "  " + "- " * 60 + "x"), 3, None, ""),
    ("laughs", fm('a: &a ["x"]', "b: &b [*a,*a]"), 2, 4, ""),
]


@pytest.mark.parametrize(("text", "line", "column", "key"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_hostile_file_is_refused_with_its_place(text: str | bytes, line: int | None, column: int | None, key: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        Document.parse(text, path="_news/x.md")

    error = caught.value
    assert error.path == "_news/x.md"
    assert error.message.endswith(".") and error.message.isprintable()
    assert line is None or error.line == line, error
    assert column is None or error.column == column, (error, error.column)
    assert key == "" or error.key == key


MOMENT = datetime(2021, 2, 1, 4, 12, tzinfo=UTC)
TAKEN: list[tuple[str, str, str, Any]] = [
    ("no", "title: no", "title", "no"),
    ("off", "title: Off", "title", "Off"),
    ("base 60", "title: 1:30", "title", "1:30"),
    ("octal", "title: 010", "title", "010"),
    ("year", "title: 2024", "title", "2024"),
    ("float", "title: 1.10", "title", "1.10"),
    ("exponent", "title: 1e3", "title", "1e3"),
    ("date", "title: 2021-02-30", "title", "2021-02-30"),
    ("null word", "title: null", "title", "null"),
    ("tilde", "title: ~", "title", "~"),
    ("empty", "title:", "title", None),
    ("empty quoted", 'title: ""', "title", ""),
    ("quoted number", 'title: "42"', "title", "42"),
    ("hash behind a word", "title: C# and F#", "title", "C# and F#"),
    ("topics words", "topics: [no, 1:30, 010, ~, y]", "topics", ["no", "1:30", "010", "~", "y"]),
    ("null topic", "topics:\n  - A\n  -\n  - B", "topics", ["A", None, "B"]),
    ("indentless list", "topics:\n- A\n- B", "topics", ["A", "B"]),
    ("zero-width", 'title: "a\u200bb"', "title", "a\u200bb"),
    ("emoji", "title: 🤖 rises", "title", "🤖 rises"),
    ("heat -1", "heat: -1", "heat", -1),
    ("heat 3694", "heat: 3694", "heat", 3694),
    ("quality 189", "quality: 189", "quality", 189),
    ("64 bits", "heat: 9223372036854775807", "heat", 2**63 - 1),
    ("quoted integer", 'quality: "64"', "quality", 64),
    ("true", "published: true", "published", True),
    ("False", "published: False", "published", False),
    ("moment", "publishedDateTime: 2021-02-01T04:12:00Z", "publishedDateTime", MOMENT),
    ("moment quoted", 'publishedDateTime: "2021-02-01T04:12:00Z"', "publishedDateTime", MOMENT),
    ("moment offset", "publishedDateTime: 2021-02-01T05:12:00+01:00", "publishedDateTime", MOMENT),
    ("moment naive", "publishedDateTime: 2021-02-01 04:12:00", "publishedDateTime", MOMENT),
    ("day", "publishedDateTime: 2021-02-01", "publishedDateTime", MOMENT.replace(hour=0, minute=0)),
    ("name for title", "name: A person", "name", "A person"),
    ("unknown nested", "x: {a: [1, no]}", "x", {"a": ["1", "no"]}),
    ("block", "excerpt: |\n  a\n  b", "excerpt", "a\nb\n"),
    ("folded", "excerpt: >-\n  a\n  b", "excerpt", "a b"),
    ("dotted key", "a.b: c", "a.b", "c"),
    ("numeric keys", "1: a\n0x1: b\n1.0: c\ntrue: d", "0x1", "b"),
    ("javascript", 'webUrl: "javascript:alert(1)"', "webUrl", "javascript:alert(1)"),
    ("NEL is text", "excerpt: a\x85b", "excerpt", "a\x85b"),
    ("LS is text", "excerpt: a\u2028b", "excerpt", "a\u2028b"),
    ("private use", "excerpt: \ue000\x85\ue001", "excerpt", "\ue000\x85\ue001"),
]


@pytest.mark.parametrize(("line", "key", "value"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN])
def test_odd_file_is_taken_as_it_is_written(line: str, key: str, value: Any) -> None:
    text = fm(line)

    document = Document.parse(text)

    assert document.values[key] == value and type(document.values[key]) is type(value)
    assert document.text == text


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029"])
def test_line_separator_smuggles_no_field(mark: str) -> None:
    assert "heat" not in Document.parse(fm(f'excerpt: "a{mark}heat: 99"')).values
    with pytest.raises(FrontMatterError):
        Document.parse(fm(f"excerpt: a{mark}heat: 99"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_kept_and_places_are_right(end: str) -> None:
    text = fm("title: x", "quality: 3", body="body\n").replace("\n", end)
    wrong = fm("title: x", "quality: no").replace("\n", end)

    assert Document.parse(text.encode()).text.encode() == text.encode()
    with pytest.raises(FrontMatterError) as caught:
        Document.parse(wrong)
    assert (caught.value.line, caught.value.column) == (3, 10)


def test_byte_order_mark_is_told_and_kept() -> None:
    data = b"\xef\xbb\xbf" + fm("title: x").encode()

    document = Document.parse(data)

    assert document.text.encode() == data
    assert [one.line for one in document.warnings] == [1]
    assert document.replace({"quality": 3}).text.encode().startswith(b"\xef\xbb\xbf---\ntitle: x\nquality: 3")


@pytest.mark.parametrize(
    "body", ["", "\n", "text\n---\nmore\n...\n", "  ---\n", "---\n", "{{ liquid }}\n<script>x</script>"]
)
def test_body_is_whole_whatever_stands_in_it(body: str) -> None:
    text = fm("title: x", body=body)

    assert Document.parse(text).body == body
    assert Document.parse(text).replace({"title": "y"}).body == body


def test_dots_close_the_front_matter() -> None:
    assert Document.parse("---\ntitle: x\n...\nbody").body == "body"


def test_file_over_the_limit_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(FrontMatterError, match="limit"):
        Document.parse(b"\xff" * 101, limit=100)
    with pytest.raises(FrontMatterError, match="limit"):
        Document.parse("x" * 101, limit=100)


def test_naive_moment_is_told() -> None:
    document = Document.parse(fm("publishedDateTime: 2021-02-01 04:12:00"))

    assert [(one.key, one.line) for one in document.warnings] == [("publishedDateTime", 2)]


DEEP = {
    "lists": "---\na: " + "[" * 40_000 + "\n---\n",
    "closed lists": "---\na: " + "[" * 40_000 + "]" * 40_000 + "\n---\n",
    "mappings": "---\na: " + "{a: " * 30_000 + "\n---\n",
    "dashes": "---\n" + "- " * 40_000 + "x\n---\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_does_not_kill_the_process(name: str, tmp_path: Path) -> None:
    file = tmp_path / "deep.md"
    file.write_text(DEEP[name])
    code = (
        "import sys; from articles.frontmatter import Document, FrontMatterError\n"
        "try: Document.parse(open(sys.argv[1]).read())\n"
        "except FrontMatterError as error: print(error.line, 'deeper' in error.message)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        capture_output=True, text=True, timeout=60, env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (1_000_000, 1_000_000)),
    )  # fmt: skip

    assert (done.returncode, done.stdout.split()) == (0, ["2", "True"])


def test_bombs_are_refused_at_once() -> None:
    laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
    )
    merges = "a: &a {x: 1}\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)}\n  <<: [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(7)
    )
    for bomb in (laughs, merges):
        before = resource.getrusage(resource.RUSAGE_SELF)
        with pytest.raises(FrontMatterError, match="anchor"):
            Document.parse(f"---\n{bomb}---\n")
        after = resource.getrusage(resource.RUSAGE_SELF)
        assert after.ru_utime - before.ru_utime < 0.1
        assert after.ru_maxrss - before.ru_maxrss < 20_000


def test_base_60_number_of_200_000_parts_costs_nothing() -> None:
    text = fm("title: " + "1:" * 200_000 + "1")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime

    assert str(Document.parse(text).values["title"]).startswith("1:1:1")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 2


def test_no_yaml_is_loaded_but_through_the_guarded_events() -> None:
    for path in (ROOT / "articles").rglob("*.py"):
        source = path.read_text()
        for word in ("yaml.load(", "safe_load", "full_load", "unsafe_load", "yaml.dump", "yaml.compose("):
            assert word not in source, f"{path} uses {word}"
