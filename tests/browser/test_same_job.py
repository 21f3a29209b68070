"""The same job in newsdesk and in Django's own admin, counted in the browser: open an article, set its quality from 64 to 72,
add a topic, publish it, go to the next."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.forms import ModelForm, ModelMultipleChoiceField
from django.http import HttpResponse
from django.urls import include, path
from playwright.sync_api import Page, expect

from articles.models import Article, ArticleTopic, Claim, Topic
from tests.browser.test_deciding import heading, sent, titled
from tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
DOCS = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
FIRST, SECOND = "Crane of quality 64", "Ferry of quality 64"
plain = AdminSite(name="plain")


class PlainArticleForm(ModelForm):  # type: ignore[type-arg]
    """As kind as a team would make it: the six fields of the job, topics found by typing."""

    topics = ModelMultipleChoiceField(
        Topic.objects.all(), required=False, widget=AutocompleteSelectMultiple(ArticleTopic._meta.get_field("topic"), plain)
    )

    class Meta:
        model = Article
        fields = ["title", "excerpt", "quality", "heat", "topics", "published"]

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.initial["topics"] = list(Topic.objects.filter(name__in=self.instance.topics or ()).values_list("pk", flat=True))

    def clean_topics(self) -> list[str]:
        return [topic.name for topic in self.cleaned_data["topics"]]


class PlainArticleAdmin(ModelAdmin):  # type: ignore[type-arg]
    form = PlainArticleForm
    list_display = ("title", "status", "quality", "heat", "provider", "queued_at")
    list_filter = ("status", "type", "published")
    list_select_related = ("provider",)
    ordering = ("-queued_at", "-pk")


class PlainTopicAdmin(ModelAdmin):  # type: ignore[type-arg]
    search_fields = ("name",)


plain.register(Article, PlainArticleAdmin)
plain.register(Topic, PlainTopicAdmin)
urlpatterns = [
    path("plain/", plain.urls),
    path("favicon.ico", lambda request: HttpResponse(status=204)),  # the admin's pages name none
    path("", include("newsdesk.urls")),
]

# What the browser saw of the person, kept over page loads.
COUNT = """
const counted = (name) => sessionStorage.setItem(name, +(sessionStorage.getItem(name) || 0) + 1);
addEventListener("keydown", ({isTrusted}) => isTrusted && counted("keys"), true);
addEventListener("pointerdown", ({isTrusted}) => isTrusted && counted("clicks"), true);
counted("loads");
"""


def counts(page: Page) -> list[int]:
    """Keys, clicks and page loads since the last time."""
    found = page.evaluate("['keys', 'clicks', 'loads'].map((name) => +(sessionStorage.getItem(name) || 0))")
    page.evaluate("sessionStorage.clear()")
    return list(found)


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    counts(page)


def done(title: str) -> tuple[int | None, list[str], bool | None]:
    article = titled(title)
    return article.quality, sorted(article.topics or ()), article.published


def in_newsdesk(page: Page, *keys: str) -> list[int]:
    """What the keys cost on the article in front, until the next one is there with the focus on its headline."""
    opened(page, "/review/next/?quality=64")
    assert heading(page) == FIRST
    for key in keys:
        page.keyboard.press(key)
    assert heading(page) == SECOND
    assert page.evaluate("document.activeElement.id") == "hd"
    sent(page)
    return counts(page)


def in_the_admin(page: Page) -> list[int]:
    """The shortest way that was found, by somebody who knows it, until the list is there again."""
    opened(page, "/plain/articles/article/")
    page.click(f"#result_list a:text-is('{FIRST}')")
    page.click(".field-topics .select2-selection")
    page.keyboard.type("la")
    expect(page.locator(".select2-results__option--highlighted")).to_have_text("Labour")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("y")
    page.dblclick("#id_quality", position={"x": 16, "y": 14})
    page.keyboard.type("72")
    page.keyboard.press("Enter")
    expect(page.locator("#result_list")).to_be_visible()
    return counts(page)


def test_the_same_job_is_shorter_than_in_the_admin(desk: Any, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    site = titled("Crane of quality 90").site
    for place, name in enumerate(("Ports", "Night", "Labour"), 2):
        Topic.objects.create(site=site, name=name, place=place)
    make_article(site, quality=64, title=SECOND)
    page = desk()
    page.add_init_script(COUNT)

    def again() -> None:
        Claim.objects.all().delete()
        Article.objects.filter(title=FIRST).update(
            status="pending", quality=64, topics=["Machines", "Rail"], published=False, decided_at=None, decided_by=None, desk_fields=[]
        )

    rows, results = [], []
    for name, play in (
        ("newsdesk, `Q 7 2 Enter 5 A`", lambda: in_newsdesk(page, "q", "7", "2", "Enter", "5", "a")),
        ("newsdesk, `5`, `Shift A` (lifts to 70)", lambda: in_newsdesk(page, "5", "Shift+A")),
        ("Django's admin", lambda: in_the_admin(page)),
    ):
        again()
        keys, clicks, loads = play()
        rows.append(f"| {name} | {keys} | {clicks} | {loads} |")
        results.append(done(FIRST))
    table = "\n".join(["| the same job in | keys | clicks | page loads |", "|---|---|---|---|", *rows])
    print(table)

    topics = ["Labour", "Machines", "Rail"]
    assert results == [(72, topics, True), (70, topics, True), (72, topics, True)]
    assert rows[:2] == ["| newsdesk, `Q 7 2 Enter 5 A` | 6 | 0 | 0 |", "| newsdesk, `5`, `Shift A` (lifts to 70) | 3 | 0 | 0 |"]
    assert table in DOCS.read_text(), f"Write what was counted into {DOCS.name}."
