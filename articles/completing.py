"""What the search field offers while somebody types: operators, then the values that they take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from articles.labels import spoken
from articles.mapping import fold
from articles.models import Provider, Site, Topic
from articles.people.colleagues import WORK, people_of
from articles.searching import OPERATORS, Unreadable, quoted_if_needed, read_filter

MOST = 8  # names of topics or providers
LOOKED_AT = 200  # of which the best are chosen
# The beginning of an operator at the end of what was typed: after a space, with or without its colon and its value.
TAIL = re.compile(r'(?:^|(?<=\s))(?P<name>[A-Za-z]*)(?P<colon>:(?P<value>"[^"]*|[^\s"]*))?$')
AGES = ("1d", "2d", "1w", "4w")
OFFERED: dict[str, tuple[str, ...]] = {
    "status": ("waiting", "held", "approved", "rejected", "published", "any"),
    "quality": ("70..", "..69", "60..69", "20..79"),
    "heat": ("75..", "50..", "25..", "..24"),
    "since": AGES,
    "before": AGES,
    "type": ("article", "video"),
    "topic": (),
    "provider": (),
    "assigned": ("me", "none"),
    "published": ("yes", "no"),
    "has": ("picture", "related", "topics"),
    "is": ("edited", "watched"),
}


@dataclass(frozen=True)
class Completion:
    """One way on. ``text`` is what the whole field then holds, ``part`` the operator with or without its value, ``words`` what
    it means or, of an operator alone, what it may take. ``names``: whether the words are a name of the site's own."""

    text: str
    part: str
    words: str
    names: bool = False


def completions(site: Site, typed: str) -> list[Completion]:
    """What may follow, the likeliest first; nothing where the last part is a plain word. One query for a name, else none."""
    tail = TAIL.search(typed)
    if tail is None:
        return []
    before, name = typed[: tail.start()], tail["name"].lower()
    if tail["colon"] is None:
        begun = [one for one in OFFERED if one.startswith(name)] if _may_begin(before) else []
        return [Completion(f"{before}{one}:", f"{one}:", ", ".join(OFFERED[one][:3]) or gettext("a name")) for one in begun]
    if name not in OFFERED:
        return []
    value = tail["value"].lstrip('"')
    if name in ("topic", "provider"):
        return [_completed(before, name, found, "", names=True) for found in _names(site, name, value)]
    found = [_completed(before, name, one, _meaning(name, one)) for one in _values(name, value.lower())]
    if name == "assigned":
        people = people_of(site, WORK).filter(username__istartswith=value).values_list("username", flat=True)
        found += [_completed(before, name, one, "", names=True) for one in people[:MOST]]
    return found


def _may_begin(before: str) -> bool:
    """Whether an operator may begin there: not within "exact words"."""
    return before.count('"') % 2 == 0


def _completed(before: str, name: str, value: str, words: str, *, names: bool = False) -> Completion:
    part = f"{name}:{quoted_if_needed(value)}"
    return Completion(f"{before}{part} ", part, words, names)


def _values(name: str, begun: str) -> Iterable[str]:
    if name in ("quality", "heat") and re.fullmatch("[0-9]{1,6}", begun):
        return (f"{begun}..", f"..{begun}")  # the two that a number alone may mean
    if name in ("since", "before") and re.fullmatch("[1-9][0-9]{0,2}", begun):
        return (f"{begun}h", f"{begun}d", f"{begun}w")
    return (value for value in OFFERED[name] if value.startswith(begun))


def _meaning(name: str, value: str) -> str:
    """What the chip of it would say."""
    try:
        name, read = read_filter(name, value)
    except Unreadable:
        return ""
    return spoken(OPERATORS[name].worded(read))


def _names(site: Site, name: str, begun: str) -> list[str]:
    """Topics or providers that hold what was typed, those that begin with it first."""
    model: type[Topic] | type[Provider] = Topic if name == "topic" else Provider
    found = model.objects.filter(site=site, name__icontains=begun).order_by("name", "pk").values_list("name", flat=True)  # type: ignore[attr-defined]
    names = dict.fromkeys(one for one in found[:LOOKED_AT] if one)
    return sorted(names, key=lambda one: not fold(one).startswith(fold(begun)))[:MOST]
