"""What admins are told of sources that can be read and are not well all the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from articles.importing.alarms import AGAIN, tell_of_trouble
from articles.importing.watching import Watch
from articles.models import ImportRun, Site, Source
from articles.tasks import LONG, take_up
from tests.factories import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def source(site: Site, desk_admin: Any) -> Source:
    """One that has brought twenty files a day for four weeks, and none since, though it was looked at."""
    desk_admin.email = "ida@example.org"
    desk_admin.save()
    made = Source.objects.create(site=site, location="/srv/site.git", every=3600, looked_at=NOON)
    runs = [run(made, NOON - timedelta(days=day, hours=1), created=20) for day in range(1, 29)]
    ImportRun.objects.bulk_create(runs)
    return made


def run(source: Source, at: datetime, **counts: int) -> ImportRun:
    return ImportRun(site=source.site, source=source, started_at=at, state="finished", **counts)


def looked(at: datetime) -> list[str]:
    """What the mails say that a look at this moment sends."""
    Source.objects.update(looked_at=at)
    before = len(mail.outbox)
    tell_of_trouble(at)
    return [str(one.body) for one in mail.outbox[before:]]


def test_a_drop_is_mailed_once_until_it_is_over(source: Source) -> None:
    (said,) = looked(NOON)
    assert "/srv/site.git" in said and "0 files came in the last day; 20 are usual." in said
    assert mail.outbox[0].to == ["ida@example.org"] and "look at a source" in mail.outbox[0].subject

    assert looked(NOON + AGAIN / 2) == looked(NOON + AGAIN) == looked(NOON + 2 * HOUR) == []
    run(source, NOON + 3 * HOUR, created=11).save()  # over the half, and not yet what is usual
    assert looked(NOON + 4 * HOUR) == []
    assert Source.objects.get().told_of == "drop"
    run(source, NOON + 5 * HOUR, updated=9).save()
    assert looked(NOON + 6 * HOUR) == []
    assert Source.objects.get().told_of == ""
    assert len(looked(NOON + 40 * HOUR)) == 1  # silent again


def test_a_source_is_compared_only_now_and_then_and_by_one_worker(source: Source, django_assert_num_queries: Any) -> None:
    assert tell_of_trouble(NOON) == 1
    with django_assert_num_queries(1):
        assert tell_of_trouble(NOON) == 0


def test_whoever_looks_by_the_clock_tells(source: Source) -> None:
    """The worker, and ``desk watch`` where there is none."""
    at = timezone.now()
    ImportRun.objects.all().delete()
    ImportRun.objects.bulk_create(run(source, at - timedelta(days=day, hours=1), created=20) for day in range(1, 29))
    Source.objects.update(looked_at=at)

    take_up(at, queue=LONG)
    assert len(mail.outbox) == 1
    Source.objects.update(told_of="", checked_at=None)
    Watch().round()
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    "values",
    [{"looked_at": NOON - 3 * HOUR}, {"looked_at": None}, {"failure": "There is nothing at /srv/site.git."}, {"kind": "upload"}],
)
def test_what_the_desk_has_not_looked_at_or_has_told_of_is_no_drop(source: Source, values: dict[str, Any]) -> None:
    Source.objects.update(**values)

    assert tell_of_trouble(NOON) == 0
    assert mail.outbox == []


def test_a_source_without_an_interval_may_fall_silent_as_well(source: Source) -> None:
    Source.objects.update(every=None, looked_at=NOON - timedelta(days=2))

    assert tell_of_trouble(NOON) == 1


def test_files_that_cannot_be_read_are_told_of_when_they_are_many(source: Source) -> None:
    run(source, NOON - HOUR, created=15, refused=14).save()
    assert looked(NOON) == []  # fewer than half
    run(source, NOON - HOUR, refused=1).save()

    (said,) = looked(NOON + AGAIN)

    assert "15 of the last day's 30 files could not be read." in said
    assert looked(NOON + 2 * AGAIN) == []


def test_articles_that_were_left_are_told_of_until_somebody_says_what_they_are(source: Source) -> None:
    run(source, NOON - HOUR, updated=20, left=29).save()
    (said,) = looked(NOON)
    assert "29 articles are missing there" in said

    run(source, NOON, withdrawn=29).save()
    assert looked(NOON + HOUR) == []
    assert Source.objects.get().told_of == ""


def test_a_mail_that_did_not_go_out_is_tried_again(source: Source, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.importing.test_alarms.Broken"
    assert looked(NOON) == []
    assert Source.objects.get().told_of == ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert len(looked(NOON + AGAIN)) == 1


class Broken:
    def __init__(self, **words: Any) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        raise OSError("no mail server")
