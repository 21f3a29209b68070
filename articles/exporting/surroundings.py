"""The files that describe providers and topics, as they leave: the text that came in with what the desk has set since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from articles.frontmatter import FrontMatterError
from articles.frontmatter.describing import new_provider, new_topic, replace_provider, replace_topic
from articles.frontmatter.sitefiles import read_topic
from articles.models import Provider, Site, SourceFile, Topic

# attribute of the row -> key of its file
PROVIDER_KEYS = {"name": "name", "domain": "domain", "description": "description", "images": "images"}
TOPIC_KEYS = {"name": "name", "short_name": "shortname", "parent": "parent", "keywords": "keywords", "hashtags": "hashtags"}


@dataclass(frozen=True)
class Described:
    """A provider or topic of which the desk has set something. ``ids``: the ``_id`` of each topic by name."""

    row: Provider | Topic
    ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return SourceFile.Kind.PROVIDER if isinstance(self.row, Provider) else SourceFile.Kind.TOPIC

    def text(self, text: str) -> str:
        """The file with what is the desk's; a whole new one for "". Raises FrontMatterError."""
        keys = PROVIDER_KEYS if isinstance(self.row, Provider) else TOPIC_KEYS
        values = {key: self._value(name, text) for name, key in keys.items() if not text or name in self.row.desk_fields}
        if isinstance(self.row, Provider):
            return replace_provider(text, values, self.row.path) if text else new_provider(self._named(values), self.row.path)
        return replace_topic(text, values, self.row.path) if text else new_topic(self._named(values), self.row.path)

    def _named(self, values: dict[str, Any]) -> dict[str, Any]:
        stem = self.row.path.rpartition("/")[2].rpartition(".")[0]
        return {"_id": stem.lstrip("0123456789").lstrip("-") or stem, **values}

    def _value(self, name: str, text: str) -> Any:
        value = getattr(self.row, name)
        if name != "parent":
            return value
        # A file names the parent by name or by id; it keeps its way, and its line where the parent is the same.
        said = read_topic(text, self.row.path).parent if text else ""
        if value is None:
            return ""
        by_id = self.ids.get(value.name, "")
        return by_id if by_id and said in self.ids.values() and said not in self.ids else value.name


def described(site: Site) -> dict[str, Described]:
    """Path -> what describes it, for files that leave other than they came. Two queries; three where a parent changed."""
    rows: list[Provider | Topic] = [*Provider.objects.filter(site=site).exclude(path="").exclude(desk_fields=[]).order_by("pk")]
    topics = list(Topic.objects.filter(site=site).exclude(path="").exclude(desk_fields=[]).select_related("parent").order_by("pk"))
    ids = ids_of(site) if any("parent" in topic.desk_fields for topic in topics) else {}
    return {row.path: Described(row, ids) for row in [*rows, *topics]}


def ids_of(site: Site) -> dict[str, str]:
    """The ``_id`` that the file of each topic gives it, by the topic's name. Two queries."""
    found = {}
    files = SourceFile.objects.filter(site=site, kind=SourceFile.Kind.TOPIC, gone_at=None)
    called = dict(Topic.objects.filter(site=site).exclude(path="").values_list("path", "name"))
    for path, text in files.values_list("path", "text"):
        try:
            said = read_topic(text, path)
        except FrontMatterError:
            continue  # an older desk took this file; it names nothing to this one
        if said.id:
            found[called.get(path, said.name)] = said.id
    return found
