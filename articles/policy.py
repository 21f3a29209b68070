"""Who wins a field that both sides changed, and what the feed's change of it means to an editor: schema and site in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from articles.frontmatter import FIELDS, OWNERS
from articles.mapping import KEYS
from articles.models import FieldPolicy

# The classes of a change, from the least to the gravest.
CLASSES = tuple(FieldPolicy.Change.values)
NOISE, DRIFT, CONTEXT, DECISION = CLASSES
FEED, DESK, ASK = FieldPolicy.Owner.values
CHANGES = {key: field.change for key, field in FIELDS.items()}


@dataclass(frozen=True)
class Policy:
    """``owners``: file key -> feed, desk or ask. ``changes``: file key -> noise, drift, context or decision. A key that
    the schema does not know is context: it is kept, and asks nobody."""

    owners: Mapping[str, str]
    changes: Mapping[str, str]

    def change_of(self, key: str) -> str:
        return self.changes.get(key, CONTEXT)

    def gravest(self, keys: Iterable[str]) -> str:
        """The gravest class among the changed keys; noise where none changed."""
        return max((self.change_of(key) for key in keys), key=CLASSES.index, default=NOISE)

    def is_quiet(self, attribute: str) -> bool:
        """Whether the feed's change of this attribute makes no row and no new version: no editor needs to know."""
        return self.change_of(KEYS[attribute]) != DECISION

    def owner_of(self, attribute: str) -> str:
        return self.owners.get(KEYS[attribute], ASK)


DEFAULT = Policy(OWNERS, CHANGES)


def policy_of(site: Any) -> Policy:
    """What holds for a site: the schema's own table with the site's rows laid over it. One query."""
    rows = list(FieldPolicy.objects.filter(site=site).values_list("field", "owner", "change"))
    if not rows:
        return DEFAULT
    return Policy(
        {**OWNERS, **{key: owner for key, owner, _ in rows}}, {**CHANGES, **{key: change for key, _, change in rows}}
    )
