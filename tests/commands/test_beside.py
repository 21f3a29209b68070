"""Processes beside the server: what dies is started again, later and later when it dies at once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from articles.management.commands._beside import LAST_WAIT, WELL, Kept

pytestmark = pytest.mark.pure


class Stub:
    """A process that ends when told."""

    def __init__(self) -> None:
        self.code: int | None = None

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.code = -15

    def kill(self) -> None:
        self.code = -9

    def wait(self, timeout: float | None = None) -> int:
        return self.code or 0


def kept() -> tuple[Kept, list[Stub]]:
    made: list[Stub] = []

    def start(words: Sequence[str]) -> Stub:
        made.append(Stub())
        return made[-1]

    return Kept(["desk_work"], start), made


def test_what_lives_is_left_alone() -> None:
    one, made = kept()

    for now in (0, 1, 500):
        one.look(now)

    assert len(made) == 1


def test_what_dies_at_once_is_started_again_later_and_later() -> None:
    one, made = kept()
    now, starts = 0.0, []
    while len(starts) < 10:
        before = len(made)
        one.look(now)
        if len(made) > before:
            starts.append(now)
            made[-1].kill()
        now += 1

    waits = [later - earlier for earlier, later in zip(starts, starts[1:], strict=False)]
    assert waits == [2, 3, 5, 9, 17, 33, LAST_WAIT + 1, LAST_WAIT + 1, LAST_WAIT + 1]  # a second until it is seen, and the wait


def test_what_lived_well_starts_soon_after_its_death() -> None:
    one, made = kept()
    one.look(0)
    made[-1].kill()
    one.look(1)
    one.look(2)
    made[-1].kill()
    one.look(3)
    one.look(5)
    assert (len(made), one.wait) == (3, 2)

    made[-1].kill()
    one.look(5 + WELL)

    assert one.wait == 1
