"""What rules do: who is meant among new articles, and one slice of a rule's run.

A rule acts at most once on one content of an article (``RuleFiring``), and never on what a person has judged or has open.
Of the rules that decide, the first one in order does; rules that only adjust come as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from articles.acts import locked
from articles.decisions import DecisionRefused, DecisionReport, act_by_rule
from articles.models import Article, Review, Rule, RuleFiring, RuleMark, Site
from articles.people.colleagues import WORK, people_of
from articles.refusals import Refusal
from articles.rules import effects
from articles.rules.conditions import Asked
from articles.rules.effects import LEADS, Effects
from articles.rules.kinds import Facts, RuleUnreadable
from articles.rules.matching import CHUNK, asked_of, asks_for_twins, claimed, contents, facts_of, fired_on, untouched
from articles.rules.wording import told
from articles.workflow import Action, By, Recheck, Status


@dataclass
class Meant:
    """A rule that is on, and the articles that it is to act on: pairs of article and version, oldest first."""

    rule: Rule
    question: Asked
    then: Effects
    pairs: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class News:
    """What is new since rules were asked last, and the mark to set when they have been."""

    articles: Sequence[int]
    was: tuple[int, int]
    now: tuple[int, int]


# --- at the end of an import ------------------------------------------------------------------------------------------
def rules_on(site: Site) -> list[Rule]:
    return list(Rule.objects.filter(site=site, is_on=True).select_related("site", "switched_by").order_by("place", "pk"))


def news(site: Site) -> News:
    """Articles that came, or that the feed changed in what an editor decides by, since rules were asked last."""
    mark = RuleMark.objects.filter(site=site).first() or RuleMark(site=site)
    followed = Review.objects.filter(article__site=site, by=By.FEED, action=Action.FOLLOW, pk__gt=mark.review)
    changed = dict(followed.order_by().values_list("article_id").annotate(Max("pk")))
    came = list(Article.objects.filter(site=site, pk__gt=mark.article).order_by("pk").values_list("pk", flat=True))
    now = (max([mark.article, *came]), max([mark.review, *changed.values()]))
    return News(sorted({*came, *changed}), (mark.article, mark.review), now)


def set_mark(site: Site) -> None:
    """Ask rules about what comes from now on. Call it in the transaction that switches the first rule on."""
    article = Article.objects.filter(site=site).aggregate(last=Max("pk"))["last"] or 0
    review = Review.objects.filter(article__site=site).aggregate(last=Max("pk"))["last"] or 0
    RuleMark.objects.update_or_create(site=site, defaults={"article": article, "review": review})


def moved(site: Site, fresh: News) -> bool:
    """Move the mark on; False where another has done so meanwhile. Call it in the transaction that plans."""
    RuleMark.objects.get_or_create(site=site)
    found = RuleMark.objects.filter(site=site, article=fresh.was[0], review=fresh.was[1])
    return bool(found.update(article=fresh.now[0], review=fresh.now[1]))


def meant(rules: Sequence[Rule], articles: Iterable[int], at: datetime) -> list[Meant]:
    """Which rule is to act on which of the articles. Nothing is done yet."""
    asking = [one for rule in rules if isinstance(one := _read(rule), Meant)]
    twins = asks_for_twins(*(one.question for one in asking))
    left = iter(articles)
    while asking and (chunk := list(islice(left, CHUNK))):
        open_ = set(untouched(Article.objects.filter(pk__in=chunk, withdrawn=False)).values_list("pk", flat=True)) - claimed(chunk)
        for pk, facts in sorted(facts_of(sorted(open_), at, twins=twins).items()):
            _give(asking, pk, facts)
    return [one for one in asking if one.pairs]


def _give(asking: Sequence[Meant], pk: int, facts: Facts) -> None:
    decided = False
    for one in asking:
        if (one.then.decides and decided) or not one.question.holds(facts):
            continue
        if one.then.decides:
            decided = True
            if _act_on(one.then, facts.values["status"], facts.values["recheck"]) is None:
                continue
        one.pairs.append((pk, facts.values["version"]))


def _read(rule: Rule) -> Meant | str:
    """The rule as it can be asked, or the sentence that says why not."""
    question = asked_of(rule)
    try:
        then = effects.read(rule.effects)
        if then.assign and assignee(rule, then) is None:
            return _("%(name)s may not decide here. Choose somebody else.") % {"name": then.assign}
        return " ".join(question.broken) or Meant(rule, question, then)
    except RuleUnreadable as error:
        return str(error)


def assignee(rule: Rule, then: Effects) -> Any:
    """The person whom the rule asks, None where that is nobody who may decide on its site. One query."""
    return people_of(rule.site_id, WORK).filter(username=then.assign).first()


def _act_on(then: Effects, status: str, recheck: str) -> Action | None:
    """What the rule does to an article that no person has judged: what it decides on one that waits; it stands by what a
    rule decided and the feed changed since; on others it only adjusts. None where there is nothing to do."""
    if not then.decides:
        return Action.EDIT
    if status == Status.PENDING:
        return then.action
    stands = recheck == Recheck.CHANGED and status == LEADS[then.action] and then.action != Action.HOLD
    return Action.CONFIRM if stands else None


# --- one slice of a run -----------------------------------------------------------------------------------------------
def fire(rule: Rule, version: int, articles: Sequence[int], *, at: datetime, key: str) -> DecisionReport:
    """Let one wording of a rule act on those of the articles that it still means. Call it inside a transaction.

    The same number of queries for one article and for a hundred. Raises DecisionRefused where the rule is another now.
    """
    if rule.version != version:
        raise DecisionRefused(_("The rule was changed meanwhile. What is done stays done; apply it anew."))
    one = _read(rule)
    if isinstance(one, str):
        raise DecisionRefused(one)
    fresh = locked(articles)
    opened = claimed(fresh)
    judged = fresh.keys() - set(untouched(Article.objects.filter(pk__in=list(fresh))).values_list("pk", flat=True))
    facts = facts_of(list(fresh), at, twins=asks_for_twins(one.question))
    refused: list[Refusal] = []
    acts: dict[Action, list[Article]] = {}
    for pk, article in fresh.items():
        act = _act_on(one.then, article.status, article.recheck)
        if pk in judged:
            refused.append(Refusal(article, _("Somebody has judged this meanwhile.")))
        elif pk in opened:
            refused.append(Refusal(article, _("Somebody has this open.")))
        elif article.withdrawn or act is None:
            refused.append(Refusal(article, _("This does not wait any more.")))
        elif not one.question.holds(facts[pk]):
            refused.append(Refusal(article, _("The rule does not mean this any more.")))
        else:
            acts.setdefault(act, []).append(article)
    chosen = [article.pk for group in acts.values() for article in group]
    fired, said = fired_on(rule, chosen), contents(chosen)
    report = DecisionReport(refused=tuple(refused))
    for act, group in acts.items():
        again = [article for article in group if said[article.pk] in fired.get(article.pk, ())]
        done = _do(one, act, [article for article in group if article not in again], said, at, key)
        report = DecisionReport(report.reviews + done.reviews, report.refused + done.refused)
    return report


def _do(one: Meant, act: Action, group: list[Article], said: dict[int, str], at: datetime, key: str) -> DecisionReport:
    if not group:
        return DecisionReport()
    rule, then = one.rule, one.then
    words: dict[str, Any] = {"rule": rule, "at": at, "note": told(rule), "key": key}
    if act != Action.CONFIRM:
        words |= {"assign": assignee(rule, then)} if then.assign else {}
        words |= {"reason": then.reason, "watch": then.watch, "changes": lambda article: then.changes(vars(article))}
    report = act_by_rule(group, act, **words)
    reviews = {review.article_id: review for review in report.reviews}
    left = {one.article.pk for one in report.refused}
    RuleFiring.objects.bulk_create(
        RuleFiring(rule=rule, version=rule.version, article=article, content=said[article.pk], review=reviews.get(article.pk))
        for article in group
        if article.pk not in left
    )
    return report


def unfire(rule: Rule, version: int, articles: Iterable[int], reviews: Iterable[Review]) -> None:
    """Forget that a run fired, now that it is undone: these are the rows that undid it. In their transaction."""
    firings = RuleFiring.objects.filter(rule=rule, version=version, article__in=list(articles))
    firings.filter(review__in=[row.undoes_id for row in reviews]).delete()
    firings.filter(review=None).delete()

