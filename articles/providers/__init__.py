"""Providers: which one a spelling means, how the desk decides on them, and what admins do with them."""

from articles.providers.alike import alike_of, unmatched
from articles.providers.changing import (
    add_alias,
    add_provider,
    change,
    describe,
    remove_alias,
    take_back,
    why_not_alias,
    why_not_called,
    why_not_removed,
)
from articles.providers.figures import Figures, figures_of, items_lately
from articles.providers.merging import MergeRefused, merge, preview, undo, why_not_undone
from articles.providers.records import Record, record
from articles.providers.spellings import Spelling, known_providers, resolve

__all__ = [
    "Figures",
    "MergeRefused",
    "Record",
    "Spelling",
    "add_alias",
    "add_provider",
    "alike_of",
    "change",
    "describe",
    "figures_of",
    "items_lately",
    "known_providers",
    "merge",
    "preview",
    "record",
    "remove_alias",
    "resolve",
    "take_back",
    "undo",
    "unmatched",
    "why_not_alias",
    "why_not_called",
    "why_not_removed",
    "why_not_undone",
]
