"""Liquid in an article's text: the site's generator may run it when it builds, so people are told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from articles.frontmatter.document import Document
from articles.frontmatter.errors import Finding
from articles.frontmatter.splitting import position

LIQUID = re.compile(r"\{\{|\{%")
SENTENCE = "Holds Liquid, which runs when the site is built."


def liquid_keys(values: Mapping[str, Any], body: str = "") -> list[str]:
    """The keys whose value holds Liquid anywhere inside, in the file's order; "body" at the end where the body does."""
    keys = [key for key, value in values.items() if _holds(value)]
    return [*keys, "body"] if LIQUID.search(body) else keys


def liquid_findings(document: Document) -> list[Finding]:
    """One finding for each key that holds Liquid: at its first mark, or at the value where the mark is escaped there."""
    findings = []
    for key in liquid_keys(document.values, document.body):
        whole = len(document.text)
        start, end = (whole - len(document.body), whole) if key == "body" else document.place(key)
        mark = LIQUID.search(document.text, start, end)
        findings.append(Finding(SENTENCE, *position(document.text, mark.start() if mark else start), key))
    return findings


def _holds(value: Any) -> bool:
    """Whether text with Liquid stands anywhere in the value. Front matter is at most fifty deep."""
    if isinstance(value, str):
        return bool(LIQUID.search(value))
    if isinstance(value, Mapping):
        return any(map(_holds, value.values()))
    return isinstance(value, list) and any(map(_holds, value))
