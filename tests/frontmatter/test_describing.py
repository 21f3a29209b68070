"""Files of providers and topics: other values in the same text, and nothing else."""

from __future__ import annotations

from difflib import ndiff
from typing import Any

import pytest

from articles.frontmatter import FrontMatterError
from articles.frontmatter.describing import new_provider, new_topic, replace_provider, replace_topic
from articles.frontmatter.sitefiles import read_provider, read_topic
from tests import corpus

pytestmark = pytest.mark.pure
PROVIDER = """---
# kept by hand
taxonomy: organization
_id:   harbour
name: 'Harbour Tribune'   # as they write it
domain: tribune.example
images:
  - url: /logo-50.png
    width: 50
    height: 50
extra: {a: 1}
---
A body.
"""
TOPIC = 'taxonomy: topic\n_id: rail\nname: Rail\nparent: t-machines\nkeywords:\n  - tram # first\n  - "train"\nhashtags: ["#Rail"]\nservices:\n  a: https://x.example/'


def changed(old: str, new: str) -> list[str]:
    return [line.rstrip("\n") for line in ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"name": "Harbour Post"}, ["- name: 'Harbour Tribune'   # as they write it", "+ name: 'Harbour Post'   # as they write it"]),
        ({"name": "Harbour Tribune", "domain": "tribune.example"}, []),
        ({"images": [{"url": "/new.png", "width": 50, "height": 50}]}, ["-   - url: /logo-50.png", '+   - url: "/new.png"']),
        ({"images": []}, ["- images:", "-   - url: /logo-50.png", "-     width: 50", "-     height: 50"]),
        ({"description": "No: never"}, ['+ description: "No: never"']),
        ({"description": ""}, []),
    ],
)
def test_a_providers_file_changes_in_the_named_lines(changes: dict[str, Any], lines: list[str]) -> None:
    assert changed(PROVIDER, replace_provider(PROVIDER, changes)) == lines


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"name": "No"}, ["- name: Rail", '+ name: "No"']),
        ({"keywords": ["tram", "train", "points"]}, ["+   - points"]),
        ({"hashtags": ["#Rail", "#Trams"]}, ['- hashtags: ["#Rail"]', '+ hashtags: ["#Rail", "#Trams"]']),
        ({"parent": ""}, ["- parent: t-machines"]),
        ({"shortname": "R"}, ["+ shortname: R"]),
    ],
)
def test_a_topics_file_changes_in_the_named_lines(changes: dict[str, Any], lines: list[str]) -> None:
    new = replace_topic(TOPIC, changes)

    assert changed(TOPIC, new) == lines and not new.endswith("\n")


def test_line_ends_stay() -> None:
    for text, replace in ((PROVIDER, replace_provider), (TOPIC + "\n", replace_topic)):
        new = replace(text.replace("\n", "\r\n"), {"name": "Port"})
        assert new.count("\r\n") == text.count("\n") and "Port" in new


def test_what_cannot_be_written_is_refused_by_name() -> None:
    with pytest.raises(FrontMatterError, match="half a character") as caught:
        replace_topic(TOPIC, {"name": "a\ud800"}, "t.yaml")
    assert (caught.value.key, caught.value.path) == ("name", "t.yaml")


def test_new_files_say_what_they_were_given() -> None:
    logo = [{"url": "https://p.example/l.png", "width": 64, "height": 64}]
    provider = new_provider({"_id": "quay.example", "name": "Quay: Post", "domain": "quay.example", "description": "", "images": logo})
    topic = new_topic({"_id": "rail", "name": "Rail", "parent": "Machines", "keywords": ["tram"], "hashtags": ["#Rail"]})

    assert provider == (
        '---\ntaxonomy: organization\n_id: quay.example\nname: "Quay: Post"\ndomain: quay.example\n'
        'images:\n  - url: "https://p.example/l.png"\n    width: 64\n    height: 64\n---\n'
    )
    assert topic == 'taxonomy: topic\n_id: rail\nname: Rail\nparent: Machines\nkeywords:\n  - tram\nhashtags:\n  - "#Rail"\n'
    assert (read_provider(provider).images, read_topic(topic).parent) == (logo, "Machines")


@pytest.mark.parametrize("name", ["powerapps", "diablo4"])
def test_real_files_change_in_one_line_when_renamed(name: str) -> None:
    folder = corpus.checkout(name) / "_data"
    seen = 0
    for path in sorted([*(folder / "organizations").glob("*.md"), *(folder / "topics").glob("*.y*ml")])[:60]:
        text = path.read_bytes().decode()
        read, replace = (read_provider, replace_provider) if path.suffix == ".md" else (read_topic, replace_topic)
        said = read(text)
        assert replace(text, {"name": said.name}) == text
        new = replace(text, {"name": "Renamed here"})
        assert [line[0] for line in changed(text, new)] == ["-", "+"] and read(new).name == "Renamed here"
        seen += 1
    assert seen
