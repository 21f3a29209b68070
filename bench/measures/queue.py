"""A page of the queue beside the admin's list, on many articles."""

from __future__ import annotations

from collections.abc import Iterator

from articles.models import Article
from bench.clock import Line, ms, timed, times
from bench.crowd import fill
from bench.desk import Desk


def measure(desk: Desk) -> Iterator[Line]:
    site = fill(desk.crowd)
    editor, superuser = desk.client("editor"), desk.client("superuser")

    def get(client: object, address: str) -> None:
        answer = client.get(address)  # type: ignore[attr-defined]
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")

    address = f"/queue/?site={site.name}"
    get(editor, address)
    page = timed(lambda: get(editor, address), runs=max(desk.runs, 15)).cpu
    listing = "/admin/articles/article/?status__exact=pending"
    admin = timed(lambda: get(superuser, listing), runs=desk.runs).cpu
    yield Line(
        f"queue page of 50 at {desk.crowd:,}",
        f"{ms(page)} CPU",
        "≤ 6 ms CPU; ≥ 20× the admin's list",
        page <= 0.006 and admin / page >= 20,
        f"admin {ms(admin)}: {times(admin, page)}",
    )
    middle = Article.objects.of_site(site).pending().order_by("-sort_quality")[desk.crowd // 3]
    deep = f"{address}&after={middle.sort_quality}_{int(middle.queued_at.timestamp() * 1_000_000)}_{middle.pk}"
    yield Line("… a page from the middle", f"{ms(timed(lambda: get(editor, deep), desk.runs).cpu)} CPU", "", None)
    for name, query in (
        ("one topic", "topic=Weather"),
        ("quality 20 to 79", "quality=20..79"),
        ("a word", "q=harbour"),
    ):
        spent = timed(lambda query=query: get(editor, f"{address}&{query}"), desk.runs).cpu
        yield Line(f"… filtered by {name}", f"{ms(spent)} CPU", "", None)
