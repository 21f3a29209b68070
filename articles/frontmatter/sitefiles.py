"""The files around the articles: providers, topics and the site's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from articles.frontmatter import nodes
from articles.frontmatter.converting import Converter
from articles.frontmatter.document import LIMIT
from articles.frontmatter.errors import FrontMatterError
from articles.frontmatter.splitting import (
    BOM,
    Split,
    check_characters,
    decoded,
    masked,
    split,
)


@dataclass(frozen=True)
class ProviderFile:
    """``_data/organizations/<domain>.md``."""

    name: str
    domain: str
    description: str = ""
    images: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class TopicFile:
    """``_data/topics/NN-slug.yaml``. ``parent`` is a topic's name or its ``_id``."""

    name: str
    id: str = ""
    short_name: str = ""
    parent: str = ""
    keywords: list[str] = field(default_factory=list)
    hashtags: list[str] = field(default_factory=list)
    services: dict[str, Any] = field(default_factory=dict)


def read_provider(data: bytes | str, path: str = "") -> ProviderFile:
    """The provider that a file describes. Raises FrontMatterError."""
    text = decoded(data, path, LIMIT) if isinstance(data, bytes) else data
    values = _as_written(split(text, path), path)
    name, domain = _text(values, "name"), _text(values, "domain")
    if not name and not domain:
        raise FrontMatterError('A provider needs "name" or "domain".', path, 2, 1, "name")
    listed = values.get("images")
    images = [_counted(image) for image in listed if isinstance(image, dict)] if isinstance(listed, list) else []
    return ProviderFile(name or domain, domain, _text(values, "description"), images)


def read_topic(data: bytes | str, path: str = "") -> TopicFile:
    """The topic that a file describes: YAML without fences. Raises FrontMatterError."""
    text = decoded(data, path, LIMIT) if isinstance(data, bytes) else data
    start = 1 if text.startswith(BOM) else 0
    check_characters(text, start, path)
    values = _as_written(Split(text, start, len(text), len(text), 1, "\n"), path)
    name = _text(values, "name")
    if not name:
        raise FrontMatterError('A topic needs a "name".', path, 1, 1, "name")
    services = values.get("services")
    return TopicFile(
        name,
        _text(values, "_id"),
        _text(values, "shortname"),
        _text(values, "parent"),
        _texts(values, "keywords"),
        _texts(values, "hashtags"),
        services if isinstance(services, dict) else {},
    )


def read_config(data: bytes | str, path: str = "") -> dict[str, str]:
    """The single values at the top level of ``_config.yml``.

    Real ones are full of anchors and merge keys, which belong to the site's generator: they are passed over, never
    resolved. Raises FrontMatterError.
    """
    text = decoded(data, path, LIMIT) if isinstance(data, bytes) else data
    source, _ = masked(text.removeprefix(BOM))
    check_characters(source, 0, path)
    found: dict[str, str] = {}
    depth, key = 0, None
    loader = yaml.CSafeLoader(source)
    try:
        while True:
            event: Any = loader.get_event()
            kind = type(event)
            if kind is yaml.StreamEndEvent:
                return found
            if kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
                if depth == 1:
                    key = None
                depth += 1
                if depth > nodes.DEEPEST:
                    raise FrontMatterError(f"The file is nested deeper than {nodes.DEEPEST}.", path)
            elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                depth -= 1
            elif depth == 1 and kind is yaml.ScalarEvent and key is None:
                key = event.value
            elif depth == 1 and kind in (yaml.ScalarEvent, yaml.AliasEvent):
                if key and kind is yaml.ScalarEvent:
                    found.setdefault(key, event.value)
                key = None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise FrontMatterError(
            f"This is not YAML: {error.problem}.",
            path,
            mark.line + 1 if mark else None,
            mark.column + 1 if mark else None,
        ) from None
    except yaml.YAMLError as error:
        raise FrontMatterError("The file cannot be read as YAML.", path) from error
    finally:
        loader.dispose()


def _as_written(parts: Split, path: str) -> dict[str, Any]:
    """Every value as the text that was written: these files are not the schema's."""
    values = Converter(path).unknown(nodes.tree(parts, path))
    return values if isinstance(values, dict) else {}


def _counted(image: dict[str, Any]) -> dict[str, Any]:
    return {
        name: int(value) if name in ("width", "height") and isinstance(value, str) and value.isdecimal() else value
        for name, value in image.items()
    }


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _texts(values: Mapping[str, Any], key: str) -> list[str]:
    value = values.get(key)
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
