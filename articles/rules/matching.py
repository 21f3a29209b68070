"""Which articles a rule means. The database narrows to candidates wherever it can; what they are is then asked in Python,
with the same ``Asked.holds`` as everywhere, so that there is one meaning.

Rules see what the feed says: what another rule has set is taken back first. So no rule feeds another, and asking twice
gives the same answer twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from articles.frontmatter import FIELDS
from articles.giving_back import file_values
from articles.ledger import feed_values
from articles.mapping import ATTRIBUTES, KEYS, MIRRORED, freeze
from articles.models import Article, Claim, Provider, ProviderAlias, Review, Rule, RuleFiring, Site, Topic, Twin
from articles.policy import DECISION
from articles.querysets import ArticleQuerySet, HasWords
from articles.rules.conditions import Asked, Condition, read
from articles.rules.kinds import Facts, RuleUnreadable, hours, provider_words
from articles.words import sought
from articles.workflow import DECIDED, Action, By

CHUNK = 500  # candidates that are looked at together
SCANNED = 5_000  # candidates that a page looks at
# What of an article conditions read, and what tells whose it is.
COLUMNS = (
    "title", "excerpt", "type", "quality", "heat", "topics", "provider_name", "provider_domain", "published_at", "queued_at",
    "provider_id", "provider__trust", "desk_fields", "status", "recheck", "version",
)  # fmt: skip
CONTENT = tuple(name for name in MIRRORED if FIELDS[KEYS[name]].change == DECISION)


# --- what the names mean on the site ----------------------------------------------------------------------------------
def asked(site: Site, conditions: Sequence[Condition]) -> Asked:
    """The conditions with the names in them found on the site. At most four queries for each name."""
    found, broken = [], []
    for one in conditions:
        if one.kind == "provider":
            key = provider_key(site, one.value)
            if key is None:
                broken.append(_("The site has no provider %(name)s any more.") % {"name": provider_words(one.value)})
            found.append(replace(one, value=one.value | {"key": key}))
            continue
        if one.kind == "topic":
            topic = topic_called(site, one.value)
            if topic is None:
                broken.append(_("The site has no topic %(name)s any more.") % {"name": one.value})
            else:
                aliases = topic.aliases.values_list("name", flat=True)  # type: ignore[attr-defined]
                names = frozenset((topic.name, *aliases))
                one = replace(one, value={"name": one.value, "key": topic.pk, "names": names})
        found.append(one)
    return Asked(tuple(found), tuple(broken))


def asked_of(rule: Rule) -> Asked:
    """The same of a rule. One that cannot be read any more means nothing, and says why."""
    try:
        return asked(rule.site, read(rule.conditions))
    except RuleUnreadable as error:
        return Asked((), (str(error),))


def provider_key(site: Site, spelling: Mapping[str, str]) -> int | None:
    """The provider that is known by this spelling, also after it was merged or renamed."""
    names = {"name": spelling["name"], "domain": spelling["domain"]}
    found = ProviderAlias.objects.filter(site=site, **names).values_list("provider_id", flat=True).first()
    return found or Provider.objects.filter(site=site, **names).values_list("pk", flat=True).first()


def topic_called(site: Site, name: str) -> Topic | None:
    """The topic of this name, also of one that it had before it was renamed or merged."""
    found = Topic.objects.filter(site=site, name=name).first()
    return found or Topic.objects.filter(site=site, aliases__name=name).first()


# --- which articles may be acted on -----------------------------------------------------------------------------------
def untouched(found: ArticleQuerySet) -> ArticleQuerySet:
    """Articles that no person has judged: no act of a person stands on them, and nobody took a rule's act back there. (A
    run that was undone as a whole is as good as none.)"""
    people = Review.objects.filter(article=OuterRef("pk"), by=By.EDITOR, undone_by=None).exclude(action=Action.UNDO)
    taken_back = RuleFiring.objects.filter(article=OuterRef("pk"), review__undone_by__isnull=False)
    return found.filter(~Exists(people), ~Exists(taken_back))


def waiting(site: Site) -> ArticleQuerySet:
    """What waits for a decision and is nobody's yet: neither judged by a person nor open before one."""
    return untouched(Article.objects.of_site(site).pending()).free_for(None)


def claimed(articles: Iterable[int]) -> set[int]:
    """Those of the articles that somebody has open now."""
    return set(Claim.objects.filter(article__in=list(articles), until__gt=Now()).values_list("article_id", flat=True))


# --- candidates -------------------------------------------------------------------------------------------------------
def narrowed(found: ArticleQuerySet, question: Asked, at: datetime) -> ArticleQuerySet:
    """No fewer than the articles among ``found`` that are meant, and mostly no more."""
    if question.broken:
        return found.none()
    for one in question.conditions:
        condition = _narrowing(one, at)
        if condition is not None:
            found = found.filter(condition)
    return found


def _narrowing(one: Condition, at: datetime) -> Q | None:
    """The condition as the database can ask it; None where it cannot."""
    value = one.value
    found: Q | None = None
    turns = True
    match one.kind:
        case "provider":
            found = Q(provider=value["key"])
        case "trust":
            found = Q(provider__trust=value)
        case "type":
            found = Q(type=value)
        case "quality" | "heat":
            column, (low, high) = f"sort_{one.kind}", value
            found = Q(**{f"{column}__gte": low or 0})
            if high is not None:
                found &= Q(**{f"{column}__lte": high})
            if one.kind == "quality":
                found |= ~Q(desk_fields=[])  # a rule may have set it
        case "topic":
            links = Article.topic_links.rel.related_model.objects  # type: ignore[attr-defined]
            found = Q(Exists(links.filter(article=OuterRef("pk"), topic=value["key"]))) | ~Q(desk_fields=[])
            turns = False
        case "duplicate":
            statuses = list(DECIDED) if value == "decided" else [value]
            found = Q(Exists(Twin.objects.filter(article=OuterRef("pk"), other__status__in=statuses)))
        case "age":
            limit = at - timedelta(hours=hours(value["span"]))
            found = Q(queued_at__lt=limit) if value["than"] == "over" else Q(queued_at__gte=limit)
        case "words":
            found, turns = _words(value), False  # the index also holds the provider's name
    if found is None or (one.without and not turns):
        return None
    return ~found if one.without else found


def _words(value: Mapping[str, str]) -> Q | None:
    found = sought(value["text"], whole=True)
    words = found.words if found else ()
    if value["how"] != "any":
        return Q(HasWords([(word, True) for word in words]))
    condition = Q()
    for word in words:
        condition |= Q(HasWords([(word, True)]))
    return condition


# --- facts ------------------------------------------------------------------------------------------------------------
def facts_of(articles: Sequence[int], at: datetime, *, twins: bool = True) -> dict[int, Facts]:
    """These articles as rules see them: what the feed says of each. Two to four queries."""
    rows = {row.pop("pk"): row for row in Article.objects.filter(pk__in=list(articles)).values("pk", *COLUMNS)}
    feed = feed_side([pk for pk, row in rows.items() if row["desk_fields"]])
    alike = twin_statuses(rows) if twins else {}
    return {
        pk: Facts(row | feed.get(pk, {}), at, row["provider_id"], row["provider__trust"], frozenset(alike.get(pk, ())))
        for pk, row in rows.items()
    }


def feed_side(articles: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the feed says of each article that has a file, by attribute: what an export has brought into the file is not
    the feed's word. Two queries; one reading for each file."""
    if not articles:
        return {}
    found = file_values(articles)
    for pk, sent in feed_values(found).items():
        found[pk] |= {ATTRIBUTES[key]: value for key, value in sent.items() if key in ATTRIBUTES}
    return found


def twin_statuses(articles: Iterable[int]) -> dict[int, set[str]]:
    """Article -> the decided statuses of its likely duplicates. One query."""
    found: dict[int, set[str]] = {}
    rows = Twin.objects.filter(article__in=list(articles), other__status__in=list(DECIDED))
    for pk, status in rows.order_by().values_list("article_id", "other__status"):
        found.setdefault(pk, set()).add(status)
    return found


def asks_for_twins(*questions: Asked) -> bool:
    return any(one.kind == "duplicate" for question in questions for one in question.conditions)


def contents(articles: Sequence[int]) -> dict[int, str]:
    """A hash of what the feed says of each article, as far as an editor would decide by it: neither drift nor noise, and
    nothing that the desk set. Two queries."""
    found = feed_side(articles)
    return {pk: _hash({name: freeze(found[pk][name]) for name in CONTENT} if pk in found else {}) for pk in articles}


def _hash(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# --- found ------------------------------------------------------------------------------------------------------------
def found(
    candidates: ArticleQuerySet, question: Asked, at: datetime, *, scanned: int | None = None
) -> Iterator[tuple[int, int]]:
    """The articles among the candidates that are meant, the newest first: pairs of article and version.

    A few queries for each ``CHUNK`` of candidates that the database cannot rule out; ``scanned`` bounds how many are looked
    at. 20 to 60 microseconds each.
    """
    keys = narrowed(candidates, question, at).order_by("-pk").values_list("pk", flat=True)
    left = iter(keys[:scanned] if scanned else keys.iterator(chunk_size=2_000))
    twins = asks_for_twins(question)
    while chunk := list(islice(left, CHUNK)):
        for pk, facts in sorted(facts_of(chunk, at, twins=twins).items(), reverse=True):
            if question.holds(facts):
                yield pk, facts.values["version"]


def not_fired(rule: Rule, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those pairs on whose content this wording of the rule has not acted yet."""
    left = iter(pairs)
    while chunk := list(islice(left, CHUNK)):
        fired = fired_on(rule, [pk for pk, _ in chunk])
        said = contents([pk for pk, _ in chunk if pk in fired]) if fired else {}
        yield from ((pk, version) for pk, version in chunk if said.get(pk, "") not in fired.get(pk, ()))


def fired_on(rule: Rule, articles: Iterable[int]) -> dict[int, set[str]]:
    """Article -> the contents on which this wording of the rule has acted. One query."""
    fired: dict[int, set[str]] = {}
    rows = RuleFiring.objects.filter(rule=rule, version=rule.version, article__in=list(articles))
    for pk, content in rows.values_list("article_id", "content"):
        fired.setdefault(pk, set()).add(content)
    return fired
