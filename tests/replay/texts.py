"""Files as the oracle reads them: PyYAML's base loader, which makes text, lists and mappings and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

FENCED = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---", re.DOTALL | re.MULTILINE)
KEY = re.compile(r"([A-Za-z_]\w*):")
# Line ends of YAML 1.1 that are letters to everybody who looks at the file.
ODD = str.maketrans("\x85\u2028\u2029", "\ue085\ue028\ue029")
EVEN = str.maketrans("\ue085\ue028\ue029", "\x85\u2028\u2029")


def read(data: bytes) -> dict[str, Any]:
    """The keys of a file with their values, without those that are empty."""
    found = FENCED.match(data.decode())
    assert found, "A file of the history has no front matter."
    values = yaml.load(found[1].translate(ODD), yaml.CBaseLoader)  # noqa: S506 - the base loader makes text only
    return {key: _even(value) for key, value in values.items() if value not in ("", None)}


def _even(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(EVEN)
    if isinstance(value, list):
        return [_even(item) or None for item in value]
    return {key: _even(part) for key, part in value.items()}


def pieces(text: str, without: Iterable[str] = ()) -> list[str]:
    """The text cut before each key at the margin and at each blank line, without the pieces of some keys."""
    left_out, kept, skipping = set(without), [], False
    for line in re.split(r"(?<=\n)", text):
        key = KEY.match(line)
        if key or not line.strip() or line.startswith("---"):
            skipping = bool(key) and key[1] in left_out
        if not skipping:
            kept.append(line)
    return kept


def laid_over(says: Mapping[str, Any], desk: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(says)
    for name, value in desk.items():
        key, _, part = name.partition(".")
        values[key] = {**(values.get(key) or {}), part: value} if part else value
    return {key: value for key, value in values.items() if value is not None}


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with each part of the provider apart."""
    provider = values.get("provider") or {}
    return {**values, "provider": None, **{f"provider.{part}": value for part, value in provider.items()}}


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}
