"""Commits one file after the other into a repository, beside others that do the same.

``python -m tests.exporting.committing REPOSITORY NAME COUNT``
"""
from __future__ import annotations

import sys
from pathlib import Path

from articles.exporting.sinks.git import GitSink
from articles.exporting.sinks.kinds import SinkMoved
from articles.exporting.sinks.targets import Target


def main(folder: str, name: str, count: int) -> None:
    moved = 0
    for number in range(count):
        while True:
            try:
                with GitSink(Target(Path(folder), folder)) as sink:
                    sink.message = f"newsdesk: {name} {number}\n"
                    sink.write(f"_news/{name}-{number}.md", f"{name} {number}\n".encode())
                break
            except SinkMoved:
                moved += 1
    print(moved)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
