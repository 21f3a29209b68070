"""A desk in the middle of its day, of the sample articles: what the pictures of the docs show. Needs Django set up."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone

from articles import bulk, claims, saved_views
from articles.decisions import decide, edit, undo
from articles.exporting import running as exporting
from articles.frontmatter.files import blob_id
from articles.guessing.learning import learn
from articles.importing import running as importing
from articles.models import (
    Article,
    Conflict,
    DeskSession,
    ExportRun,
    ImportRun,
    Place,
    Preferences,
    Provider,
    QuarantinedFile,
    Review,
    Rule,
    Site,
    Source,
    SourceFile,
    Topic,
    Twin,
    Webhook,
)
from articles.people.invitations import invite
from articles.people.roles import Manager
from articles.providers import change
from articles.queue import Queue
from articles.rules import keeping
from articles.rules.backtest import back_test
from articles.tokens import make_token
from articles.webhooks import looking
from articles.webhooks.managing import make_webhook
from articles.workflow import Action, By, Reason, Trust
from tests.conflicting import follow
from tests.conftest import signed_in
from tests.pictures.past import THIN, live_through, write_past
from tests.pictures.reputations import reputations
from tests.pictures.weeks import moments, weeks

PASSWORD = "quiet-harbour-morning-4"
# Samples that are there for their oddity, and letters that machines without many fonts cannot show.
ODD = ("bare", "body", "bom", "comments", "crlf", "emoji", "empty-excerpt", "entities", "japanese", "no-newline", "no-topic",
       "null-topic", "order", "quoted-title", "separator", "styles", "two-names")  # fmt: skip
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of nobody


@dataclass
class Stage:
    """The sample site with people who work on it. ``keys``: what addresses are made of, name -> key."""

    site: Site
    people: dict[str, User]
    folder: Path
    keys: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    last: int = 0

    def cookie(self, name: str) -> str:
        """The session that the person has in all pictures: one a person, or the log would show nothing else."""
        if name not in self.cookies:
            self.cookies[name] = key = signed_in(self.people[name]).cookies["sessionid"].value
            DeskSession.objects.filter(key=key).update(agent=BROWSER, address="192.0.2.14")
        return self.cookies[name]

    def like(self, name: str, theme: str, language: str) -> None:
        """Give the person the theme and the language of the next picture."""
        for person in [self.people[name]] if name else []:
            Preferences.objects.update_or_create(user=person, defaults={"theme": theme, "language": language, "goal": 40})

    def restore(self) -> None:
        """Take back what was decided for a picture."""
        for review in Review.objects.filter(pk__gt=self.last, by=By.EDITOR).order_by("-pk"):
            undo(review, editor=self.people["admin"], at=timezone.now())
        self.last = _last_act()


def stage(folder: Path) -> Stage:
    """Import the samples and let three people work for a while. ``folder`` is where the site's files lie as well."""
    call_command("migrate", verbosity=0)
    home = folder / "machines-at-work"
    shutil.copytree(settings.BASE_DIR / "samples" / "site", home)
    for name in ODD:
        (home / "_news" / f"2026-11-15-{name}.md").unlink()
    write_past(home, timezone.now())
    call_command("firstrun", str(home), site="sample", no_input=True, verbosity=0)
    site = Site.objects.get()
    people = {name: _person(name, role) for name, role in (("ida", "editor"), ("tove", "senior editor"), ("sam", "admin"))}
    people["admin"] = User.objects.get(username="admin")
    ready = Stage(site, people, folder)
    live_through(site, [people[name] for name in ("admin", "ida", "tove", "sam")], timezone.now())
    learn(site, at=timezone.now())
    _bring(ready)
    _trust(ready)
    _decide(ready)
    _contest(ready)
    _rest(ready)
    _manage(ready)
    _arrive(ready)
    _send(ready)
    _many(ready)
    reputations(ready)
    ready.last = _last_act()
    return ready


def emptied(ready: Stage) -> None:
    """A site that nothing has come to yet."""
    bare(ready)
    ready.site = Site.objects.create(name="quiet-valley", title="Quiet Valley")


def bare(ready: Stage) -> None:
    """A desk that is new: an administrator, and no site at all."""
    call_command("flush", interactive=False, verbosity=0)
    ready.people = {"admin": User.objects.create_superuser("admin", password=PASSWORD)}
    ready.cookies.clear()
    ready.last = 0


def _last_act() -> int:
    return Review.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _person(name: str, role: str) -> User:
    person = User.objects.create_user(name, f"{name}@harbour.example", PASSWORD)
    person.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=person.pk)


def _waiting(site: Site) -> list[Article]:
    """What waits, the best first, without the article that two rules want: nobody takes that one."""
    return list(Article.objects.filter(site=site).pending().exclude(path__endswith="-late.md").order_by("-quality", "pk"))


def _decide(ready: Stage) -> None:
    now = timezone.now()
    acts = [(Action.APPROVE, {}), (Action.APPROVE, {}), (Action.REJECT, {"reason": Reason.THIN}), (Action.APPROVE, {}),
            (Action.REJECT, {"reason": Reason.ADVERTISING}), (Action.HOLD, {"until": now + timedelta(hours=4)})]  # fmt: skip
    names = ("ida", "tove", "sam")
    for place, article in enumerate(_waiting(ready.site)[10:21]):
        action, words = acts[place % len(acts)]
        at = now - timedelta(minutes=9 * place + 3)
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
    ready.keys |= {"contested": first.pk, "changed": second.pk}


def _rest(ready: Stage) -> None:
    waiting = _waiting(ready.site)
    ready.keys |= {"next": waiting[0].pk, "open": waiting[2].pk}
    pair = Twin.objects.filter(article__in=waiting).order_by("-score", "pk").first()
    bad = QuarantinedFile.objects.filter(site=ready.site).order_by("pk").first()
    if pair and bad:
        ready.keys |= {"twin": pair.article_id, "other": pair.other_id, "bad": bad.pk}
    claims.claim(waiting[2], ready.people["tove"])
    claims.be_present(ready.site, ready.people["tove"])
    for name, query in (("Nearly there", "quality=60..69"), ("Rail", "topic=Rail")):
        saved_views.save_view(Queue.stored(ready.site, query), ready.people["ida"], name=name, shared=True)


def _manage(ready: Stage) -> None:
    """What admins have set up: two rules that were tried on the past, somebody who is invited, a webhook and a token."""
    site, admin, now = ready.site, ready.people["admin"], timezone.now()
    name, domain = THIN[0]
    written = (
        (f"{name} is thin", [{"kind": "provider", "value": {"name": name, "domain": domain}}], {"decide": "reject", "reason": "thin"}),
        ("Good enough", [{"kind": "quality", "value": [60, None]}], {"decide": "approve"}),
    )
    for title, when, then in written:
        rule = Rule(site=site)
        keeping.save(rule, name=title, when=when, then=then, actor=admin)
        back_test(rule, at=now, actor=admin)
        ready.keys["rule_2" if "rule" in ready.keys else "rule"] = rule.pk
        keeping.switch(rule, True, actor=admin)
    editors = Group.objects.get(name="editor")
    invite("noor@harbour.example", editors, [site], manager=Manager.of(admin), at=now)
    _, ready.keys["token"] = invite("per@harbour.example", editors, None, manager=Manager.of(admin), at=now)
    _tell(ready)
    make_token(admin, "Nightly report", ["read"], at=now)
    chosen = Provider.objects.filter(site=site).order_by("pk")[:2]
    topics = Topic.objects.filter(site=site, name__in=("Rail", "Logistics")).order_by("-name")
    for place, name in enumerate(("", "_2")):
        ready.keys |= {f"provider{name}": chosen[place].pk, f"topic{name}": topics[place].pk}
    TOTP.activate(ready.people["sam"], SECRET)
    RecoveryCodes.activate(ready.people["sam"])


def _tell(ready: Stage) -> None:
    """An address that has heard of all decisions but the latest, which it could not take."""
    now = timezone.now()
    hook = make_webhook(ready.site, "https://ears.example/newsdesk", ["decision", "export"], at=now)
    Webhook.objects.filter(pk=hook.pk).update(told_review=0)
    looking.look(hook.pk, now)
    told = hook.deliveries.all()
    told.update(state="done", tries=1, tried_at=now - timedelta(minutes=4), outcome="The host answered 204.")
    latest = told.order_by("-pk").values("pk")[:1]
    told.filter(pk__in=list(latest.values_list("pk", flat=True))).update(
        state="waiting", tries=5, outcome="The host answered 503.", due_at=now + timedelta(minutes=6)
    )
    ready.keys["webhook"] = hook.pk


def _arrive(ready: Stage) -> None:
    """What comes in while the rules are on, so that their pages and the import's say what they did."""
    titles = ("Night crews learn to read crane logs", "A quay without queues, one year on", "Pilots compare notes with the tide computer",
              "Freight by tram returns to the old town", "What the tunnel sensors heard in October")  # fmt: skip
    thin = Rule.objects.get(pk=ready.keys["rule"]).conditions[0]["value"]["name"]
    texts = SourceFile.objects.filter(site=ready.site, kind="article", article__type="article")
    bases = [texts.filter(article__provider__name=thin).order_by("pk")[0]] * 2
    bases += texts.filter(article__quality__gte=60).exclude(article__provider__name=thin).order_by("pk")[:3]
    news = ready.folder / "evening-wire" / "_news"  # a part of the site, so that nothing else is compared with it
    news.mkdir(parents=True)
    for number, (base, title) in enumerate(zip(bases, titles, strict=True)):
        slug, text = f"arrived-{number}", base.text.replace("published: true", "published: false")
        for key, value in (("title", title), ("(?:web|original)Url", f"https://herald.example/{slug}")):
            text = re.sub(rf"(?m)^({key}: ).*$", rf'\1"{value}"', text)
        (news / f"2026-11-16-{slug}.md").write_text(text, encoding="utf-8")
    source = Source.objects.create(site=ready.site, kind=Source.Kind.FOLDER, location=str(news.parent), is_part=True)
    run = importing.begin(source, at=timezone.now() - timedelta(minutes=2), actor=ready.people["admin"])
    importing.advance(run.pk)
    ready.keys["import"] = run.pk


def _trust(ready: Stage) -> None:
    """What the desk thinks of providers, of whom some were judged long ago."""
    thoughts = (Trust.TRUSTED, Trust.NORMAL, Trust.NORMAL, Trust.NEW, Trust.NORMAL, Trust.WATCH)
    for place, provider in enumerate(Provider.objects.filter(site=ready.site).order_by("pk")):
        change(provider, {"trust": thoughts[place % len(thoughts)]}, actor=ready.people["admin"])


def _bring(ready: Stage) -> None:
    """A folder that the site's files come from, and weeks of runs."""
    source = Source.objects.create(site=ready.site, kind=Source.Kind.FOLDER, location=str(ready.folder / "machines-at-work"), every=3600)
    run = importing.begin(source, at=timezone.now() - timedelta(minutes=8), actor=ready.people["admin"])
    importing.advance(run.pk)
    first = ImportRun.objects.filter(site=ready.site).order_by("-created", "pk")[0]  # the one with something to see
    weeks(ready, source)
    ready.keys |= {"source": source.pk, "import": first.pk}


def _send(ready: Stage) -> None:
    """A folder that exports go to, and a zip that has left."""
    place = Place.objects.create(site=ready.site, location=str(ready.folder / "published"), every=3600)
    run = exporting.begin(
        ready.site, ExportRun.Kind.ZIP, scope="approved", at=timezone.now() - timedelta(minutes=5), actor=ready.people["admin"]
    )
    exporting.advance(run.pk)
    moments(ready)
    ready.keys |= {"place": place.pk, "export": run.pk}


def _many(ready: Stage) -> None:
    """What was done to many at once, of which one had changed meanwhile, and a choice that waits for its act."""
    site, admin, now = ready.site, ready.people["admin"], timezone.now()
    seen = [(one.pk, one.version) for one in _waiting(site)]
    done = bulk.choose(site, [*seen[-4:], (seen[-5][0], seen[-5][1] - 1)], editor=admin)
    bulk.intend(done, bulk.Wish(Action.HOLD))
    bulk.begin(done, at=now)
    chosen = bulk.choose(site, seen[1:12], editor=admin, query="quality=50..69", whole=True)
    bulk.intend(chosen, bulk.Wish(Action.APPROVE))
    ready.keys |= {"done": done.pk, "chosen": chosen.pk}
