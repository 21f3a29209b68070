"""A feed that works against the desk, in a repository of its own making: seeded, and the same every time.

Its files are invented. It rewrites what the desk exported or keeps it, swaps the source under a headline, deletes files and
brings them back, throws commits away, flips ``published`` and ``removed``.
"""

from __future__ import annotations

import base64
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from tests.importing.test_git_source import run

WORDS = "tram ferry lamp crane market tower lock barge signal quay".split()
PROVIDERS = (("Harbour Tribune", "tribune.example"), ("The Crane", "crane.example"), ("Quay Letters", "letters.example"))
BRANCH = "refs/heads/main"
FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class HostileFeed:
    """``own`` is every file as the feed alone would have it; what stands in the repository may hold the desk's values."""

    place: Path
    dice: Random
    own: dict[str, str] = field(default_factory=dict)
    buried: dict[str, str] = field(default_factory=dict)  # deleted files, which may come back
    deeds: Counter[str] = field(default_factory=Counter)
    count: int = 0

    def begin(self, files: int) -> str:
        """The first commit; its name."""
        self.place.mkdir(parents=True)
        run(self.place, "init", "-q", "--bare", "-b", "main")
        return self._commit({path: self._new() for path in (self._path() for _ in range(files))}, parent="")

    def turn(self) -> str:
        """One more commit, sometimes in place of earlier ones; the tip of the branch."""
        tip = run(self.place, "rev-parse", BRANCH)
        changes: dict[str, str | None] = {}
        for path in self.dice.sample(sorted(self.own), min(len(self.own), 6)):
            deed = self.dice.choices(
                ("keep", "revert", "swap", "flip", "remove", "delete", "retitle"), (24, 24, 16, 14, 6, 6, 10)
            )[0]
            self.deeds[deed] += 1
            changes[path] = getattr(self, f"_{deed}")(path, tip)
        if self.buried and self.dice.random() < 0.5:
            path = self.dice.choice(sorted(self.buried))
            changes[path] = self.own[path] = self.buried.pop(path)
            self.deeds["restore"] += 1
        if self.dice.random() < 0.3:
            changes[self._path()] = self._new()
        if self.dice.random() < 0.12:
            older = run(self.place, "rev-list", "--first-parent", "--max-count=6", BRANCH).split()[-1]
            self.deeds["force-push"] += 1
            return self._commit({}, parent=older, whole=True)
        return self._commit(changes, parent=tip)

    # --- deeds: each gives the file's next text, None where it goes
    def _keep(self, path: str, tip: str) -> str:
        """Only what drifts; everything else as it stands in the repository, the desk's values too."""
        there = subprocess.run(
            ["git", "-C", str(self.place), "show", f"{tip}:{path}"], check=False, capture_output=True
        ).stdout.decode()
        self.own[path] = self._drifted(self.own[path])
        drift = re.findall(r"^(?:heat|secured): .*$", self.own[path], re.MULTILINE)
        text = there or self.own[path]
        for line in drift:
            text = _set(text, line.partition(":")[0], line.partition(": ")[2])
        return text

    def _revert(self, path: str, tip: str) -> str:
        self.own[path] = self._drifted(self.own[path])
        return self.own[path]

    def _swap(self, path: str, tip: str) -> str:
        text = self.own[path]
        self.count += 1
        name, domain = self.dice.choice(PROVIDERS)
        for key in ("originalUrl", "webUrl"):
            text = _set(text, key, f'"https://{domain}/{self.count}"')
        text = _set(text, "excerpt", f'"{self._sentence(8)}"')
        text = _set(text, "quality", str(self.dice.randrange(120)))
        text = re.sub(r"  name: .*\n  domain: .*\n", f"  name: {name}\n  domain: {domain}\n", text)
        self.own[path] = self._drifted(text)
        return self.own[path]

    def _flip(self, path: str, tip: str) -> str:
        now = "false" if "\npublished: true\n" in self.own[path] else "true"
        self.own[path] = _set(self.own[path], "published", now)
        return self.own[path]

    def _remove(self, path: str, tip: str) -> str:
        text = self.own[path]
        marked = "\nremoved: true\n" in text
        self.own[path] = text.replace("removed: true\n", "") if marked else text.replace("\nheat:", "\nremoved: true\nheat:")
        return self.own[path]

    def _delete(self, path: str, tip: str) -> None:
        self.buried[path] = self.own.pop(path)

    def _retitle(self, path: str, tip: str) -> str:
        self.own[path] = _set(self.own[path], "title", f'"{self._sentence(5)}"')
        return self.own[path]

    # --- texts
    def _path(self) -> str:
        self.count += 1
        return f"_news/2026-03-{1 + self.count % 28:02}-{WORDS[self.count % len(WORDS)]}-{self.count}.md"

    def _new(self) -> str:
        self.count += 1
        name, domain = self.dice.choice(PROVIDERS)
        quality = self.dice.randrange(120)
        published = "true" if quality >= 70 else "false"
        moment = FIRST + timedelta(minutes=self.count)
        return (
            f'---\ncategory: news\ntitle: "{self._sentence(5)}"\nexcerpt: "{self._sentence(9)}"\n'
            f"publishedDateTime: {moment:%Y-%m-%dT%H:%M:%SZ}\n"
            f'originalUrl: "https://{domain}/{self.count}"\nwebUrl: "https://{domain}/{self.count}"\ntype: article\n'
            f"quality: {quality}\nheat: {quality if published == 'true' else -1}\npublished: {published}\n\n"
            f"provider:\n  name: {name}\n  domain: {domain}\n\ntopics:\n  - Harbour\n  - {self.dice.choice(WORDS)}\n\n"
            f'secured: "{self._blob()}"\n---\n\n'
        )

    def _drifted(self, text: str) -> str:
        return _set(_set(text, "secured", f'"{self._blob()}"'), "heat", str(self.dice.randrange(-1, 200)))

    def _sentence(self, words: int) -> str:
        return " ".join(self.dice.choices(WORDS, k=words)).capitalize()

    def _blob(self) -> str:
        return f"{base64.b64encode(self.dice.randbytes(24)).decode()};{base64.b64encode(self.dice.randbytes(16)).decode()}"

    # --- commits
    def _commit(self, changes: dict[str, str | None], *, parent: str, whole: bool = False) -> str:
        """A commit on ``parent``; ``whole``: of the feed's own files and nothing else. The branch is moved to it."""
        files = dict(self.own) if whole else changes
        if not parent:
            self.own = {path: text for path, text in changes.items() if text is not None}
        for path, text in changes.items():
            if text is not None:
                self.own.setdefault(path, text)
        lines = [f"commit {BRANCH}\ncommitter Feed <feed@tribune.example> {int(FIRST.timestamp()) + self.count} +0000\n"
                 "data 4\nFeed\n".encode()]  # fmt: skip
        lines += [f"from {parent}\n".encode()] if parent else []
        lines += [b"deleteall\n"] if whole else []
        for path, text in files.items():
            data = (text or "").encode()
            lines.append(
                f"D {path}\n".encode()
                if text is None
                else b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)
            )
        run(self.place, "fast-import", "--quiet", "--force", data=b"".join(lines) + b"\n")
        return run(self.place, "rev-parse", BRANCH)


def _set(text: str, key: str, value: str) -> str:
    """The text with another value on the key's line."""
    return re.sub(rf"^{key}: .*$", lambda _: f"{key}: {value}", text, count=1, flags=re.MULTILINE)
