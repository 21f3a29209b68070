"""The catalogues: whole, true to their placeholders, and compiled."""
from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import templatize

from articles.management.commands.messages import CALLS, catalogues, compiled, found, in_python, read, updated, written

pytestmark = pytest.mark.pure
ROOT = Path(settings.BASE_DIR)
HELD = re.compile(r"%\(\w+\)[a-z]|%[ds%]|\{\w*\}|</?\w+[^>]*>|\|")  # what a translation must hold as well, each as often
CALL = re.compile(r"""\b(?:gettext|_)\(u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))""")
ADVICE = "Run python3 desk messages, translate what it lists, and run it again."


@pytest.fixture(scope="module")
def said() -> dict[Any, list[str]]:
    return found(ROOT)


def test_there_is_german() -> None:
    assert [path.parent.parent.name for path in catalogues()] == [code for code, _ in settings.LANGUAGES if code in ("de",)]


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parent.parent.name)
def test_a_catalogue_holds_exactly_what_is_said_and_all_of_it_translated(path: Path, said: dict[Any, list[str]]) -> None:
    catalogue = read(path)
    there = {(one.context or "", one.id if isinstance(one.id, tuple) else (one.id,)) for one in catalogue if one.id}

    assert there ^ set(said) == set(), ADVICE
    assert not catalogue.obsolete and not [one.id for one in catalogue if one.id and one.fuzzy], ADVICE
    for one in catalogue:
        strings = one.string if isinstance(one.string, tuple) else (one.string,)
        assert all(strings), f"{one.id} is not translated."
        assert len(strings) == (catalogue.num_plurals if isinstance(one.id, tuple) else 1), one.id


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parent.parent.name)
def test_a_translation_holds_the_placeholders_and_tags_of_its_message(path: Path) -> None:
    for one in read(path):
        if one.id:
            ids, strings = ((side if isinstance(side, tuple) else (side,)) for side in (one.id, one.string))
            for wanted, string in zip(ids, strings, strict=True):
                assert sorted(HELD.findall(string)) == sorted(HELD.findall(wanted)), wanted
                assert (string[:1].isspace(), string[-1:].isspace()) == (wanted[:1].isspace(), wanted[-1:].isspace()), wanted


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: path.parent.parent.name)
def test_a_catalogue_is_written_and_compiled_as_the_command_does(path: Path, said: dict[Any, list[str]]) -> None:
    # Compared as a whole: pytest would look for minutes for what differs between two such files.
    is_written, is_compiled = path.read_bytes() == written(updated(path, said)), path.with_suffix(".mo").read_bytes() == compiled(path)
    assert (is_written, is_compiled) == (True, True), ADVICE


def test_nothing_that_django_finds_in_the_templates_is_missing(said: dict[Any, list[str]]) -> None:
    """Django's own way of reading templates for gettext, which shares nothing with ours."""
    known = {text for _, texts in said for text in texts}
    for path in (path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")):
        for literal in CALL.findall(templatize(path.read_text())):
            assert ast.literal_eval(literal) in known, f"{path.name}: {literal}"


def test_a_message_is_found_in_every_call_that_says_it() -> None:
    source = """
gettext("a") + _("b " "c") + Said("d %(x)s", x=Said("e")) + gettext(name) + gettext(f"{x}")
ngettext("one", "many", n) + pgettext("where", "f") + N_("") + other("g"); NN_("1", "2")
"""
    assert sorted(in_python(source)) == [
        ("", ("1", "2")), ("", ("a",)), ("", ("b c",)), ("", ("d %(x)s",)), ("", ("e",)), ("", ("one", "many")), ("where", ("f",)),
    ]  # fmt: skip


def test_no_text_that_is_said_is_put_together_before_it_is_looked_up() -> None:
    """``gettext(f"…")`` looks up what is in no catalogue, and so does a word that was formatted before."""
    for room in ("articles", "newsdesk"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                    count, has_context = CALLS[node.func.id]
                    texts = node.args[: count + has_context]
                    assert not any(isinstance(text, (ast.JoinedStr, ast.BinOp)) for text in texts), f"{path}:{node.lineno}"


def test_choices_that_people_read_are_translated_when_they_are_read() -> None:
    """``articles.labels.choices`` for the workflow's tables, lazy labels for a model's own."""
    for model in apps.get_app_config("articles").get_models():
        for field in model._meta.local_fields:
            for _, label in field.choices or ():
                assert isinstance(label, Promise), f"{model.__name__}.{field.name}: {label}"
