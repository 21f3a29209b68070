"""A provider as a row of the table and as the pane beside it: everything worked out before the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from articles import blocking
from articles.forms.providers import ProviderForm, SpellingForm
from articles.models import Merger, Provider
from articles.providers.alike import Named, alike_of
from articles.providers.changing import CHANGEABLE
from articles.providers.figures import BIN, Detail, Figures, detail_of
from articles.providers.merging import why_not_undone
from articles.views.rows import colour_of
from articles.workflow import Trust

# trust -> the tag's colour, its icon, its short word
TAGS = {
    Trust.NEW: ("pen", "plus"),
    Trust.NORMAL: ("", ""),
    Trust.TRUSTED: ("ok", "check"),
    Trust.WATCH: ("warn", "review"),
    Trust.BLOCKED: ("no", "x"),
}
TOLD = 12  # rows of history


def trust_word(trust: str) -> str:
    """The trust in one word."""
    return {
        Trust.NEW: gettext("New"), Trust.NORMAL: gettext("Normal"), Trust.TRUSTED: gettext("Trusted"),
        Trust.WATCH: gettext("Watch"), Trust.BLOCKED: gettext("Blocked"),
    }[Trust(trust)]  # fmt: skip


@dataclass(frozen=True)
class ProviderRow:
    pk: int
    name: str
    domain: str
    letter: str
    colour: int
    trust: str
    tag: str
    icon: str
    figures: Figures
    versus: str
    alike: Named | None


def row_of_provider(one: Named, figures: Figures, alike: Named | None) -> ProviderRow:
    tag, icon = TAGS[Trust(one.trust)]
    return ProviderRow(
        one.pk, one.name, one.domain, one.name[:1].upper(), colour_of(one.name), trust_word(one.trust), tag, icon, figures,
        signed(figures.versus), alike,
    )  # fmt: skip


def signed(number: float | None) -> str:
    """“+7”, “−9”, “0”; "" for None."""
    if number is None:
        return ""
    return f"{number:+g}".replace("-", "−") if number else "0"


def pane_of(provider: Provider, figures: Figures, names: Sequence[Named], at: datetime, form: ProviderForm | None = None,
            alias_form: SpellingForm | None = None) -> dict[str, Any]:  # fmt: skip
    """What ``_provider.html`` needs. A dozen queries, however much the provider has."""
    detail = detail_of(provider, at)
    aliases = list(provider.aliases.all())
    mergers = list(Merger.objects.filter(site=provider.site_id, kind=Merger.Kind.PROVIDER, keep=provider.pk, undone_at=None)[:5])
    return {
        "provider": provider,
        "letter": provider.name[:1].upper(),
        "colour": colour_of(provider.name),
        "trusts": [(one.value, trust_word(one) if one != Trust.BLOCKED else gettext("Block"), one == provider.trust)
                   for one in (Trust.TRUSTED, Trust.NORMAL, Trust.WATCH, Trust.BLOCKED)],
        "figures": figures,
        "detail": detail,
        "weeks": list(zip(range(len(detail.weeks) - 1, -1, -1), detail.weeks, strict=True)),
        "bins": [(place * BIN, place * BIN + BIN - 1 if place < len(detail.qualities) - 1 else None, count)
                 for place, count in enumerate(detail.qualities)],
        "robot_count": sum(detail.qualities),
        "seconds": _seconds(detail),
        "effect": blocking.effect(provider, at),
        "aliases": [(alias, (alias.name, alias.domain) == (provider.name, provider.domain)) for alias in aliases],
        "mergers": [(merger, why_not_undone(merger)) for merger in mergers],
        "alike": alike_of(provider, names),
        "past": past_of(provider, CHANGEABLE),
        "form": form or ProviderForm(provider),
        "alias_form": alias_form or SpellingForm(initial={"domain": provider.domain}, auto_id="alias-%s"),
        "editing": form is not None,
    }  # fmt: skip


def _seconds(detail: Detail) -> str:
    return "" if detail.seconds is None else f"{detail.seconds:.1f}"


def past_of(row: Any, names: Sequence[str]) -> list[tuple[Any, list[tuple[str, str, str]]]]:
    """The latest rows of history, each with what changed: field, before, after. One query."""
    rows = list(row.history.select_related("history_user").order_by("-history_date", "-history_id")[: TOLD + 1])
    found = []
    for place, one in enumerate(rows[:TOLD]):
        before = rows[place + 1] if place + 1 < len(rows) else None
        changes = [
            (name.replace("_", " ").capitalize(), _short(getattr(before, name)), _short(getattr(one, name)))
            for name in names
            if before is not None and getattr(before, name) != getattr(one, name)
        ]
        found.append((one, changes))
    return found


def _short(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(str(one.get("url", one)) if isinstance(one, dict) else str(one) for one in value)
    text = str(value or "–")
    return text if len(text) <= 60 else text[:59] + "…"
