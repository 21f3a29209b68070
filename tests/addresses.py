"""Every address that the URL configuration knows, with an example of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLResolver

VERBS = ("changelist", "add", "change", "delete", "history", "simple_history")


@dataclass(frozen=True)
class Address:
    """One pattern: its whole name, and the model of the admin's pages with what they do."""

    name: str
    parts: tuple[str, ...]  # what it takes, in order

    @property
    def model(self) -> type[models.Model] | None:
        return next((model for model in admin.site._registry if self.verb_of(model)), None)

    def verb_of(self, model: type[models.Model]) -> str:
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        return self.name.removeprefix(start) if self.name.startswith(start) else ""

    def example(self, known: dict[str, Any]) -> str:
        """A path; ``known`` gives values by the name of the part, and ``objects`` one row of each model."""
        model = self.model
        words = [known.get(part, "1") for part in self.parts]
        if model and self.parts:
            words = [known["objects"].get(model, "1"), *("1" for _ in self.parts[1:])]
        if self.name == "admin:view_on_site":
            words = [ContentType.objects.get_for_model(admin.site._registry.__iter__().__next__()).pk, "1"]
        for given in ({"args": words}, {"kwargs": dict(zip(self.parts, words, strict=True))}):
            try:
                return reverse(self.name, **given)
            except NoReverseMatch:
                continue
        raise AssertionError(f"{self.name} needs an example.")


def addresses() -> list[Address]:
    """All patterns with a name, each once. The two nameless ones of Django's admin only redirect or say 404."""
    found = {one.name: one for one in _walk(get_resolver(), "") if not one.name.endswith("?")}
    return list(found.values())


def _walk(resolver: URLResolver, space: str, before: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            above = (*before, *pattern.pattern.regex.groupindex)
            yield from _walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space, above)
        else:
            named = pattern.pattern.regex.groupindex
            count = pattern.pattern.regex.groups
            parts = tuple(sorted(named, key=named.__getitem__)) or tuple(f"part-{number}" for number in range(count))
            yield Address(f"{space}{pattern.name or '?'}", (*before, *parts))
