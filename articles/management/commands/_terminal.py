"""What the commands share at the terminal: escaped text, a bar of progress, one JSON object, exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from articles.importing.report import Problem
from newsdesk.database import bring_up_to_date

LISTED = 20  # problems that the summary names
PARTLY, WRONG = 1, 2  # exit codes: some files had problems; the call was wrong


def escaped(text: str) -> str:
    """Text of strangers as a terminal may see it."""
    return "".join(
        char if char.isprintable() or char == " " else char.encode("unicode_escape", "replace").decode()
        for char in text.encode("utf-8", "replace").decode()
    )


class DeskCommand(BaseCommand):
    """A command whose report is for people, or one JSON object on stdout with ``--json``."""

    requires_system_checks: list[str] = []
    needs_database = True

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        name = f"desk {subcommand.removeprefix('desk_')}"
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.prog = name
        return parser

    def add_output(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the report as one JSON object on stdout.")
        parser.add_argument("--quiet", action="store_true", help="Show no progress.")

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            if self.needs_database and "DESK_MIGRATE" in os.environ:
                bring_up_to_date()
            super().run_from_argv(argv)
        except DatabaseError as error:
            self.refuse(f"The database refused: {escaped(str(error).splitlines()[0])}", PARTLY)
        except KeyboardInterrupt:
            self.refuse("Stopped. Run the same command again to finish.", 130)

    def refuse(self, sentence: str, code: int = WRONG) -> NoReturn:
        """End the command with a sentence on stderr."""
        sys.stderr.write(f"{sentence}\n")
        sys.exit(code)

    def finish(
        self, report: dict[str, Any], summary: str, problems: Sequence[Problem], *, as_json: bool, more: str = ""
    ) -> None:
        """Print the report and end with 0, or with 1 when some files had problems. ``more`` says where the rest is."""
        if as_json:
            sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
        else:
            self.stdout.write(summary)
            for problem in problems[:LISTED]:
                self.stdout.write(f"  {escaped(str(problem))}")
            if len(problems) > LISTED:
                self.stdout.write(f"  and {len(problems) - LISTED:,} more{more and f', {more}'}")
        if problems:
            sys.stdout.flush()
            sys.exit(PARTLY)


@contextmanager
def progress(what: str, *, hidden: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while something runs, where stderr is a terminal; the block tells it (done, of)."""
    console = Console(stderr=True)
    if hidden or not console.is_terminal:
        yield lambda done, of: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def counted(number: int, one: str, many: str = "") -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
