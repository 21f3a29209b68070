"""The days that are looked at, and how a database says to which day or hour a moment belongs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import CharField
from django.db.models.expressions import Func

WINDOWS = (14, 28, 90)  # days


@dataclass(frozen=True)
class Window:
    """So many whole days of UTC, of which the one of ``at`` is the last."""

    days: int
    at: datetime

    @property
    def today(self) -> date:
        return self.at.astimezone(UTC).date()

    @property
    def start(self) -> datetime:
        return midnight(self.today - timedelta(days=self.days - 1))

    @property
    def end(self) -> datetime:
        return midnight(self.today + timedelta(days=1))

    @property
    def before(self) -> Window:
        """As many days, which end where these begin."""
        return Window(self.days, self.at - timedelta(days=self.days))

    @property
    def dates(self) -> tuple[date, ...]:
        """Oldest first."""
        return tuple(self.today - timedelta(days=back) for back in reversed(range(self.days)))


def midnight(day: date) -> datetime:
    """The moment at which the day begins."""
    return datetime.combine(day, time(), tzinfo=UTC)


class MomentText(Func):
    """The first so many characters of ``2026-11-20 14`` (UTC): 10 for the day, 13 for the hour.

    Django's own truncation calls back into Python for every row on SQLite, which made a quarter's decisions take seconds.
    """

    output_field = CharField()

    def __init__(self, moment: str, length: int) -> None:
        super().__init__(moment)
        self.length = length

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"SUBSTR({sql}, 1, {self.length})", list(params)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        shape = "YYYY-MM-DD HH24" if self.length > len("YYYY-MM-DD") else "YYYY-MM-DD"
        return f"TO_CHAR({sql} AT TIME ZONE 'UTC', '{shape}')", list(params)
