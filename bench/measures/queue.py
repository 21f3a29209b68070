"""A page of the queue beside the admin's list, on many articles."""

from __future__ import annotations

from collections.abc import Iterator

from articles.models import Article, Site
from articles.queue import PAGE
from bench.clock import Line, ms, timed, times
from bench.crowd import fill
from bench.desk import Desk


def measure(desk: Desk) -> Iterator[Line]:
    site, there = None, 0
    for count in sorted(desk.crowds):
        site = fill(count, site, there)
        there = count
        yield from _pages(desk, site, count)


def _pages(desk: Desk, site: Site, count: int) -> Iterator[Line]:
    editor, superuser = desk.client("editor"), desk.client("superuser")

    def get(client: object, address: str) -> None:
        answer = client.get(address)  # type: ignore[attr-defined]
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")

    address = f"/queue/?site={site.name}"
    get(editor, address)
    page = timed(lambda: get(editor, address), desk.repeats).cpu
    listing = "/admin/articles/article/?status__exact=pending"
    get(superuser, listing)
    admin = timed(lambda: get(superuser, listing), desk.runs).cpu
    least = 100 if count >= 1_000_000 else 20
    yield Line(
        f"queue page of 50 at {count:,}",
        f"{ms(page)} CPU",
        f"≤ 6 ms CPU; ≥ {least}× the admin's list",
        page <= 0.006 and admin / page >= least,
        f"admin {ms(admin)}: {times(admin, page)}",
    )
    new = iter(_places(site, desk.repeats))
    unseen = timed(lambda: get(editor, f"{address}&after={next(new)}"), desk.repeats).cpu
    yield Line("… a page whose rows nobody has seen", f"{ms(unseen)} CPU", "", None)
    for name, query in (
        ("one topic", "topic=Weather"),
        ("quality 20 to 79", "quality=20..79"),
        ("a word", "q=harbour"),
    ):
        spent = timed(lambda query=query: get(editor, f"{address}&{query}"), desk.runs).cpu
        yield Line(f"… filtered by {name}", f"{ms(spent)} CPU", "", None)


def _places(site: Site, count: int) -> list[str]:
    """As many places of the queue in its usual order, a page apart, from its middle on."""
    waiting = Article.objects.of_site(site).pending().order_by("-sort_quality", "-queued_at", "-id")
    start = waiting.count() // 3
    rows = waiting.values_list("sort_quality", "queued_at", "id")[start : start + PAGE * count]
    found = [f"{quality}_{int(at.timestamp() * 1_000_000)}_{pk}" for quality, at, pk in rows]
    return (found[::PAGE] * count)[:count] if found else [""] * count
