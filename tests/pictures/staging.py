"""A desk in the middle of its day, of the sample articles: what the pictures of the docs show. Needs Django set up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone

from articles import claims, saved_views
from articles.decisions import decide, edit
from articles.frontmatter.files import blob_id
from articles.models import Article, Conflict, Provider, QuarantinedFile, Rule, Site, SourceFile, Topic, Twin
from articles.people.invitations import invite
from articles.people.roles import Manager
from articles.queue import Queue
from articles.rules import keeping
from articles.rules.backtest import back_test
from articles.tokens import make_token
from articles.webhooks.managing import make_webhook
from articles.workflow import Action, Reason, Status
from tests.conflicting import follow
from tests.conftest import signed_in

PASSWORD = "quiet-harbour-morning-4"


@dataclass
class Stage:
    """The sample site with people who work on it. ``articles``: name -> the article, provider, topic or rule that a page shows."""

    site: Site
    people: dict[str, User]
    articles: dict[str, Any] = field(default_factory=dict)

    def cookie(self, name: str) -> str:
        return signed_in(self.people[name]).cookies["sessionid"].value


def stage() -> Stage:
    """Import the samples and let three people work for a while."""
    call_command("migrate", verbosity=0)
    call_command("firstrun", no_input=True, verbosity=0)
    site = Site.objects.get()
    people = {name: _person(name, role) for name, role in (("ida", "editor"), ("tove", "senior editor"), ("sam", "admin"))}
    people["admin"] = User.objects.get(username="admin")
    ready = Stage(site, people)
    _decide(ready)
    _contest(ready)
    _rest(ready)
    _manage(ready)
    return ready


def _person(name: str, role: str) -> User:
    person = User.objects.create_user(name, f"{name}@harbour.example", PASSWORD)
    person.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=person.pk)


def _waiting(site: Site) -> list[Article]:
    return list(Article.objects.filter(site=site).pending().order_by("-quality", "pk"))


def _decide(ready: Stage) -> None:
    now = timezone.now()
    acts = [(Action.APPROVE, {}), (Action.APPROVE, {}), (Action.REJECT, {"reason": Reason.THIN}), (Action.APPROVE, {}),
            (Action.REJECT, {"reason": Reason.ADVERTISING}), (Action.HOLD, {"until": now + timedelta(hours=4)})]  # fmt: skip
    names = ("ida", "tove", "sam")
    for place, article in enumerate(_waiting(ready.site)[12:30]):
        action, words = acts[place % len(acts)]
        at = now - timedelta(days=place % 13, minutes=7 * place)
        decide([article], action, editor=ready.people[names[place % 3]], at=at, **words)


def _contest(ready: Stage) -> None:
    """One article whose headline and quality the feed and an editor both changed, one with another source, as import leaves them."""
    ida, now = ready.people["ida"], timezone.now()
    first, second = _waiting(ready.site)[6:8]
    base = {"title": first.title or "", "quality": first.quality}
    theirs = {"title": f"Update: {first.title}", "quality": (first.quality or 0) + 9}
    ours = {"title": f"{first.title}, explained", "quality": (first.quality or 0) + 4}
    edit([first], ours, editor=ida, at=now - timedelta(hours=5))
    decide([Article.objects.get(pk=first.pk)], Action.APPROVE, editor=ida, at=now - timedelta(hours=5))
    file = SourceFile.objects.get(article=first)
    text = file.text.replace(f"quality: {base['quality']}\n", f"quality: {theirs['quality']}\n", 1).replace(base["title"], theirs["title"], 1)
    SourceFile.objects.filter(pk=file.pk).update(text=text, blob_id=blob_id(text.encode()))
    for key in ("title", "quality"):
        Conflict.objects.create(article=first, field=key, base=base[key], theirs=theirs[key], ours=ours[key], found_at=now - timedelta(hours=1))
    follow(first, now - timedelta(hours=1), unheeded={key: [base[key], theirs[key]] for key in base})
    decide([second], Action.APPROVE, editor=ida, at=now - timedelta(hours=3))
    second = Article.objects.get(pk=second.pk)
    since = now - timedelta(hours=2)
    follow(
        second, since,
        before={"original_url": second.original_url, "recheck": "", "recheck_since": None},
        after={"original_url": "https://herald.example/the-same-story", "recheck": "swapped", "recheck_since": since.isoformat()},
    )  # fmt: skip
    ready.articles |= {"contested": first, "changed": second}


def _rest(ready: Stage) -> None:
    waiting = _waiting(ready.site)
    ready.articles["next"] = waiting[0]
    ready.articles["open"] = waiting[2]
    claims.claim(waiting[2], ready.people["tove"])
    claims.be_present(ready.site, ready.people["tove"])
    for name, query in (("Nearly there", "quality=60..69"), ("Rail", "topic=Rail")):
        saved_views.save_view(Queue.stored(ready.site, query), ready.people["ida"], name=name, shared=True)


def _manage(ready: Stage) -> None:
    """What admins have set up: two rules that were tried on the past, somebody who is invited, a webhook and a token."""
    site, admin, now = ready.site, ready.people["admin"], timezone.now()
    provider = Article.objects.filter(site=site, status=Status.REJECTED).values_list("provider__name", "provider__domain").first()
    name, domain = provider or ("", "")
    written = (
        (f"{name} is thin", [{"kind": "provider", "value": {"name": name, "domain": domain}}], {"decide": "reject", "reason": "thin"}),
        ("Good enough", [{"kind": "quality", "value": [80, None]}], {"decide": "approve"}),
    )
    for title, when, then in written:
        rule = Rule(site=site)
        keeping.save(rule, name=title, when=when, then=then, actor=admin)
        back_test(rule, at=now, actor=admin)
        ready.articles.setdefault("rule", rule)
    keeping.switch(rule, True, actor=admin)
    editors = Group.objects.get(name="editor")
    invite("noor@harbour.example", editors, [site], manager=Manager.of(admin), at=now)
    make_webhook(site, "https://ears.example/newsdesk", ["decision", "export"], at=now)
    make_token(admin, "Nightly report", ["read"], at=now)
    ready.articles["provider"] = Provider.objects.filter(site=site).order_by("pk").first()
    ready.articles["topic"] = Topic.objects.filter(site=site, name="Rail").get()


def facts(ready: Stage) -> dict[str, int]:
    """What addresses are made of: name -> key."""
    found = {name: one.pk for name, one in ready.articles.items()}
    pair = Twin.objects.filter(article__in=_waiting(ready.site)).order_by("-score", "pk").first()
    bad = QuarantinedFile.objects.filter(site=ready.site).order_by("pk").first()
    if pair and bad:
        found |= {"twin": pair.article_id, "other": pair.other_id, "bad": bad.pk}
    return found
