"""A provider as a row of the table and as the pane beside it: everything worked out before the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from articles import blocking
from articles.forms.providers import ProviderForm, SpellingForm
from articles.models import Merger, Provider
from articles.pictures import logo_of
from articles.providers.alike import Named, alike_of
from articles.providers.changing import CHANGEABLE
from articles.providers.figures import BIN, Detail, Figures, detail_of
from articles.providers.merging import why_not_undone
from articles.recording import CALLED, COLUMNS, seen_of
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

    @property
    def pair(self) -> list[int]:
        """The keys of the one that it looks like, and its own."""
        return [self.alike.pk, self.pk] if self.alike else []


def row_of_provider(one: Named, figures: Figures, alike: Named | None) -> ProviderRow:
    tag, icon = ("warn", "warn") if alike else TAGS[Trust(one.trust)]
    word = gettext("Unmatched") if alike else trust_word(one.trust)
    return ProviderRow(
        one.pk, one.name, one.domain, one.name[:1].upper(), colour_of(one.name), word, tag, icon, figures, signed(figures.versus),
        alike,
    )  # fmt: skip


def signed(number: float | None) -> str:
    """“+7”, “−9”, “+2.5”, “0”; "" for None."""
    if number is None:
        return ""
    size = number_format(abs(number), 0 if number == int(number) else 1)
    return f"{'+' if number > 0 else '−'}{size}" if number else "0"


def pane_of(provider: Provider, figures: Figures, names: Sequence[Named], at: datetime, form: ProviderForm | None = None,
            alias_form: SpellingForm | None = None, seen: str = "") -> dict[str, Any]:  # fmt: skip
    """What ``_provider.html`` needs. A dozen queries, however much the provider has. ``seen``: what the forms were filled in
    upon, where that is not what the provider is now."""
    detail = detail_of(provider, at)
    aliases = list(provider.aliases.all())
    mergers = list(Merger.objects.filter(site=provider.site_id, kind=Merger.Kind.PROVIDER, keep=provider.pk, undone_at=None)[:5])
    return {
        "provider": provider,
        "letter": provider.name[:1].upper(),
        "logo": logo_of(provider),
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
        "rejected": blocking.rejections(provider).count(),
        "seen": seen or seen_of(provider, CHANGEABLE),
        "aliases": [(alias, (alias.name, alias.domain) == (provider.name, provider.domain)) for alias in aliases],
        "mergers": [(merger, why_not_undone(merger)) for merger in mergers],
        "alike": alike_of(provider, names),
        "past": past_of(provider, CHANGEABLE, partial(_told, {one.pk: one.name for one in names})),
        "form": form or ProviderForm(provider),
        "alias_form": alias_form or SpellingForm(initial={"domain": provider.domain}, auto_id="alias-%s"),
    }  # fmt: skip


def _told(names: Mapping[int, str], field: str, value: Any) -> Any:
    """A value of a provider's history as people read it."""
    if field == "apart":
        return [names.get(pk, str(pk)) for pk in value]
    return trust_word(value) if field == "trust" else value


def _seconds(detail: Detail) -> str:
    return "" if detail.seconds is None else number_format(detail.seconds, 1)


def number_of(text: str) -> int:
    """The key that a form sent; 0, which none is, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def past_of(
    row: Any, names: Sequence[str], told: Callable[[str, Any], Any] = lambda name, value: value
) -> list[tuple[Any, list[tuple[str, str, str]]]]:
    """The latest rows of history, each with what changed: field, before, after, as ``told`` says a value. One query."""
    rows = list(row.history.select_related("history_user").order_by("-history_date", "-history_id")[: TOLD + 1])
    found = []
    for place, one in enumerate(rows[:TOLD]):
        before = rows[place + 1] if place + 1 < len(rows) else None
        changes = [
            (str(CALLED[name]), _short(told(name, getattr(before, column))), _short(told(name, getattr(one, column))))
            for name, column in ((name, COLUMNS.get(name, name)) for name in names)
            if before is not None and getattr(before, column) != getattr(one, column)
        ]
        found.append((one, changes))
    return found


def _short(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(str(one.get("url", one)) if isinstance(one, dict) else str(one) for one in value)
    text = str(value or "–")
    return text if len(text) <= 60 else text[:59] + "…"
