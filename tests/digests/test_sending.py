"""When digests go out: once a period, nothing when there is nothing, and later where the mail server is away."""

from __future__ import annotations

import logging
import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import digests, tasks
from articles.digests import sending
from articles.digests.sending import choose, is_due, next_due, send_due
from articles.models import Article, Mention, Preferences, Site
from articles.notes import write_note
from articles.workflow import Digest
from tests.conftest import signed_in
from tests.factories import NOON, make_article

pytestmark = pytest.mark.django_db
SIX = datetime(2026, 11, 21, 6, tzinfo=UTC)  # a Saturday; NOON is on the Friday before
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def asked(site: Site, editor: User, settings: Any) -> User:
    """Somebody who asked for a daily digest, and has something to hear of."""
    settings.DESK_URL = "https://desk.example"
    User.objects.filter(pk=editor.pk).update(email="ida@desk.example")
    Article.objects.filter(pk=make_article(site, title="Late tram").pk).update(assigned_to=editor)
    choose(editor, Digest.DAILY, at=NOON)
    return editor


def due_of(person: User) -> datetime | None:
    return Preferences.objects.get(user=person).digest_due_at


@pytest.mark.pure
@pytest.mark.parametrize(
    ("digest", "after", "due"),
    [
        (Digest.DAILY, NOON, SIX),
        (Digest.DAILY, SIX, SIX + timedelta(days=1)),
        (Digest.DAILY, SIX - timedelta(seconds=1), SIX),
        (Digest.WEEKLY, NOON, MONDAY),
        (Digest.WEEKLY, MONDAY, MONDAY + timedelta(days=7)),
        (Digest.WEEKLY, MONDAY - timedelta(hours=1), MONDAY),
    ],
)
def test_when_one_is_due(digest: Digest, after: datetime, due: datetime) -> None:
    assert next_due(digest, after) == due


def test_one_mail_a_period(asked: User) -> None:
    assert not is_due(SIX - timedelta(seconds=1)) and is_due(SIX)

    assert send_due(SIX) == digests.Sent(sent=1)
    assert send_due(SIX + timedelta(hours=23)) == digests.Sent()

    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ida@desk.example"], "What waits for you on newsdesk")
    assert "1 article is assigned to you and waits:\n\n- Late tram\n  https://desk.example/review/" in letter.body
    assert letter.body.endswith("https://desk.example/me/\n") and "c2VjcmV0" not in letter.body and "&quot;" not in letter.body
    assert due_of(asked) == SIX + timedelta(days=1)


def test_two_workers_send_one(asked: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has found the same row before the first moved its moment."""
    row = Preferences.objects.select_related("user").get(user=asked)
    first, second = digests.Sent(), digests.Sent()

    sending._send_one(row, SIX, first)
    sending._send_one(row, SIX, second)

    assert (first.sent, second.sent, len(mail.outbox)) == (1, 0, 1)


def test_a_late_one_is_not_followed_at_once(asked: User) -> None:
    late = SIX + timedelta(hours=23, minutes=50)

    send_due(late)

    assert due_of(asked) == SIX + timedelta(days=2)


def test_nothing_when_there_is_nothing(asked: User) -> None:
    Article.objects.update(assigned_to=None)

    assert send_due(SIX) == digests.Sent(empty=1)
    assert mail.outbox == [] and due_of(asked) == SIX + timedelta(days=1)


@pytest.mark.parametrize("change", ["off", "no address", "closed"])
def test_who_is_sent_none(asked: User, change: str) -> None:
    if change == "off":
        choose(asked, Digest.OFF, at=NOON)
    User.objects.filter(pk=asked.pk).update(email="" if change == "no address" else "ida@desk.example", is_active=change != "closed")

    assert send_due(SIX).sent == 0 and mail.outbox == []


def test_a_mention_is_told_once(asked: User, site: Site, second_editor: User) -> None:
    Article.objects.update(assigned_to=None)
    write_note(make_article(site), "Look, @ida", author=second_editor, at=NOON)

    send_due(SIX)
    assert "1 note mentions you:" in mail.outbox[0].body and "  milo: Look, @ida\n" in mail.outbox[0].body
    assert Mention.objects.get().told_at == SIX
    assert send_due(SIX + timedelta(days=1)) == digests.Sent(empty=1)


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("de", "Was in newsdesk auf dich wartet", "1 Artikel ist dir zugewiesen und wartet:"),
        ("", "What waits for you on newsdesk", "1 article is assigned to you and waits:"),
        ("xx", "What waits for you on newsdesk", "1 article is assigned to you and waits:"),  # no longer offered
    ],
)
def test_it_speaks_the_language_of_the_person(asked: User, language: str, subject: str, words: str) -> None:
    Preferences.objects.update(language=language)

    send_due(SIX)

    assert mail.outbox[0].subject == subject and mail.outbox[0].body.startswith(words)


def test_a_server_that_is_away_is_tried_later_and_told_once(
    asked: User, site: Site, second_editor: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.filter(pk=second_editor.pk).update(email="milo@desk.example")
    write_note(make_article(site), "Look, @milo", author=asked, at=NOON)
    choose(second_editor, Digest.DAILY, at=NOON)
    tries = []

    def away(letter: EmailMessage) -> int:
        tries.append(letter.to)
        raise ConnectionRefusedError("Nobody answers")

    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING, "articles.digests.sending"):
        broken.setattr(EmailMessage, "send", away)
        at = SIX
        for _ in range(4):
            assert send_due(at) == digests.Sent(refused=1)  # one try for both of them
            assert not is_due(at)
            at = due_of(asked) or at
    assert tries == [["ida@desk.example"]] * 4 and at == SIX + timedelta(minutes=5 + 10 + 20 + 40)
    assert [record.getMessage() for record in caplog.records] == [
        "The mail server refused a digest: Nobody answers. It is tried again, later each time."
    ]
    assert Mention.objects.get().told_at is None

    assert send_due(at) == digests.Sent(sent=2)
    assert set(Preferences.objects.values_list("digest_tries", flat=True)) == {0}


def test_an_address_that_is_refused_holds_up_nobody(asked: User, second_editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.filter(pk=second_editor.pk).update(email="milo@desk.example")
    Article.objects.filter(pk=make_article(Article.objects.get().site).pk).update(assigned_to=second_editor)
    choose(second_editor, Digest.DAILY, at=NOON)
    send = EmailMessage.send

    def picky(letter: EmailMessage) -> int:
        if letter.to == ["ida@desk.example"]:
            raise smtplib.SMTPRecipientsRefused({})
        return send(letter)

    monkeypatch.setattr(EmailMessage, "send", picky)

    assert send_due(SIX) == digests.Sent(sent=1, refused=1)
    assert (due_of(asked), due_of(second_editor)) == (SIX + timedelta(minutes=5), SIX + timedelta(days=1))


def test_it_is_chosen_under_me(site: Site, editor: User) -> None:
    client = signed_in(editor)

    client.post("/me/choose/", {"digest": "weekly"})
    first = due_of(editor)
    assert first is not None and first.weekday() == 0 and first.hour == 6
    client.post("/me/choose/", {"digest": "weekly", "theme": "dark"})
    assert due_of(editor) == first
    assert 'name="digest" value="weekly" checked' in client.get("/me/").content.decode()
    client.post("/me/choose/", {"digest": "off"})
    assert due_of(editor) is None
    client.post("/me/choose/", {"digest": "hourly"})
    assert Preferences.objects.get().digest == "off"


def test_the_worker_sends_what_is_due(asked: User) -> None:
    Preferences.objects.update(digest_due_at=timezone.now() - timedelta(days=1))

    tasks.take_up(timezone.now())

    assert len(mail.outbox) == 1


def test_the_command_says_what_it_did(asked: User, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    Preferences.objects.update(digest_due_at=timezone.now() - timedelta(days=1))

    call_command("desk_digest")
    assert capsys.readouterr().out == "Sent 1. Nothing to tell: 0. Refused by the mail server: 0.\n"

    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert not is_due(SIX + timedelta(days=30))
    with pytest.raises((CommandError, SystemExit)):
        call_command("desk_digest")


def test_a_long_round_pauses(asked: User) -> None:
    assert send_due(SIX, seconds=-1) == digests.Sent(more=True) and mail.outbox == []
