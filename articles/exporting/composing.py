"""The file of an article that was made on the desk: the feed's own template, filled in."""

from __future__ import annotations

import re

from django.utils.translation import gettext

from articles.frontmatter import FIELDS, Document, FrontMatterError
from articles.mapping import ATTRIBUTES, PROVIDER_PARTS
from articles.models import Article

KEY = re.compile(r"([A-Za-z]+):")
SEED = '---\ntitle: "seed"\n---\n\n'  # in quotes, which the title keeps


def compose(article: Article) -> str:
    """The whole text of the article's file: what is None or empty is left out, blocks stand apart as in the feed's files.

    Raises FrontMatterError where a value cannot be written, and for an article without a title.
    """
    if not article.title:
        raise FrontMatterError(gettext("It has no title. Give it one, then export again."), article.path, key="title")
    provider = {part: getattr(article, attribute) for part, attribute in PROVIDER_PARTS.items()}
    values = {key: getattr(article, attribute) for key, attribute in ATTRIBUTES.items()}
    values["provider"] = {part: value for part, value in provider.items() if value not in (None, [])}
    filled = {key: value for key, value in values.items() if value not in (None, [], {})}
    seed = Document.parse(SEED, path=article.path)
    return _apart(seed.replace(filled).text)


def _apart(text: str) -> str:
    """A blank line between the blocks of the schema. Every value is on one line, so a key at the margin is a key."""
    lines: list[str] = []
    last = None
    for line in text.split("\n"):
        key = KEY.match(line)
        if key and key[1] in FIELDS:
            block = FIELDS[key[1]].block
            if last is not None and block != last:
                lines.append("")
            last = block
        lines.append(line)
    return "\n".join(lines)
