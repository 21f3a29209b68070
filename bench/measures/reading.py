"""Reading one file of 21 KB: our reader beside the ones that everybody has."""

from __future__ import annotations

from collections.abc import Iterator

import frontmatter
import yaml

from articles.frontmatter import Document
from bench import site
from bench.clock import Line, timed, times
from bench.desk import Desk


def measure(desk: Desk) -> Iterator[Line]:
    texts = [site.article(number, desk.count) for number in range(200)]

    def ours() -> None:
        for text in texts:
            _ = Document.parse(text).values["related"]

    def c_loader() -> None:
        for text in texts:
            yaml.load(text.split("\n---", 1)[0], yaml.CSafeLoader)

    def library() -> None:
        for text in texts[:50]:
            frontmatter.loads(text)

    mine, loader, naive = timed(ours, desk.runs).cpu, timed(c_loader, desk.runs).cpu, timed(library, desk.runs).cpu * 4
    yield Line(
        "read a file of 21 KB, everything resolved",
        f"{len(texts) / mine:,.0f} files/s",
        "≥ 6× CSafeLoader",
        loader / mine >= 6,
        f"CSafeLoader {times(loader, mine)}, python-frontmatter {times(naive, mine)}",
    )
    documents = [Document.parse(text) for text in texts]
    edit = timed(lambda: [document.replace({"quality": 72, "published": True}) for document in documents], desk.runs)
    yield Line("put two values into a file of 21 KB", f"{edit.cpu / len(texts) * 1e6:.0f} µs a file", "", None)
