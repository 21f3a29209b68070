"""Topics: which one a name means, which articles are about it, and what admins do with topics."""

from articles.topics.changing import add_topic, change, describe, take_back
from articles.topics.figures import counts_of, hits_of
from articles.topics.merging import MergeRefused, merge, undo, why_not_undone
from articles.topics.naming import link, resolve

__all__ = [
    "MergeRefused",
    "add_topic",
    "change",
    "counts_of",
    "describe",
    "hits_of",
    "link",
    "merge",
    "resolve",
    "take_back",
    "undo",
    "why_not_undone",
]
