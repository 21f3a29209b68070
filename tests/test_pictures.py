"""Which address a page names for a picture, and what that address stands for."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from articles.models import Article, RelatedArticle
from articles.pictures import Picture, Wanted, logo_of, picture_of, related_picture, wanted, workshop
from articles.thumbnails.cache import Cache
from articles.thumbnails.making import Size, thumbnails
from articles.thumbnails.workshop import Workshop
from tests.factories import make_article, make_site, make_text
from tests.thumbnails.strangers import png

URL = "https://pictures.example/crane.jpg"
RELATED = """related:
  - title: "The crane next door"
    webUrl: "https://other.example/crane"
    images:
      - url: "https://pictures.example/next.jpg"

images:"""


def with_related() -> Article:
    return make_article(text=make_text(slug="crane").replace("images:", RELATED, 1))


@pytest.fixture
def shop(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Pictures are on, and no workshop fetches: its wishes are kept in ``wishes``."""
    settings.DESK_REMOTE_PICTURES = True
    made = Workshop(Cache(tmp_path, 1_000_000), lambda url: b"")
    made.wishes = []  # type: ignore[attr-defined]
    monkeypatch.setattr(made, "want", lambda url, ahead=False: made.wishes.append((url, ahead)))  # type: ignore[attr-defined]
    monkeypatch.setattr("articles.pictures.workshop", lambda: made)
    return made


def key_of(picture: Picture) -> str:
    return picture.src.split("/")[2]


@pytest.mark.django_db
def test_an_address_is_ours_and_stands_for_the_articles_first_picture(shop: Workshop) -> None:
    article = make_article(slug="crane", provider="harbour Tribune")

    picture = picture_of(article)

    assert picture.size == "1200 × 675"
    assert picture.src.startswith(f"/pictures/a{article.pk}-0-") and picture.src.endswith("/row") and "example" not in picture.src
    assert wanted(key_of(picture)) == Wanted(URL, "H", article.site_id)
    assert picture_of(article, Size.LEAD).src == picture.src.replace("/row", "/lead")
    assert shop.wishes == [(URL, True)] * 2  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_related_entries_and_logos_have_addresses(shop: Workshop) -> None:
    article = with_related()
    entry = RelatedArticle.objects.get()
    site, provider = article.site, article.provider
    site.url, provider.images = "https://harbour.example/news/", ["odd", {"url": "/assets/logo.png", "width": 50, "height": 50}]
    site.save(update_fields=["url"])
    provider.save(update_fields=["images"])

    assert wanted(key_of(related_picture(entry, article.site_id))) == Wanted("https://pictures.example/next.jpg", "", article.site_id)
    assert wanted(key_of(logo_of(provider))) == Wanted("https://harbour.example/news/assets/logo.png", "H", site.pk)
    provider.images = [{"url": "https://pictures.example/logo.png"}]
    stale = key_of(logo_of(provider))
    assert wanted(stale) is None  # signed for another image than the one that the database has
    provider.save(update_fields=["images"])
    assert wanted(stale) == Wanted("https://pictures.example/logo.png", "H", site.pk)
    provider.images = [{"url": "//evil.example/logo.png"}, {"url": "/a b.png"}]
    assert logo_of(provider) == Picture()


@pytest.mark.django_db
def test_no_other_key_stands_for_anything(shop: Workshop, django_assert_max_num_queries: Any) -> None:
    article, other = with_related(), make_article(slug="crane")
    key = key_of(picture_of(article))
    place, index, signature = key.split("-")
    related = key_of(related_picture(RelatedArticle.objects.get(), article.site_id))
    forged = [
        f"a{other.pk}-0-{signature}",  # the same address at another article, of another site
        f"l{article.pk}-0-{signature}",
        f"{place}-1-{signature}",
        f"{place}-9999-{signature}",
        f"{place}-0-{'0' * 32}",
        f"{place}-0-{signature[:-1]}",
        f"{place}-0-{signature.upper()}x",
        f"a999999-0-{signature}",
        f"a{'9' * 18}-0-{signature}",
        related.replace(".0-", ".1-"),
        related.replace("r", "a", 1),
        key + "\n", "", "x", "https://pictures.example/crane.jpg", "a-0-", "../../etc/passwd",
    ]  # fmt: skip

    assert [one for one in forged if wanted(one)] == []
    assert wanted(key)


@pytest.mark.django_db
def test_another_image_or_another_secret_gives_another_address(shop: Workshop, settings: Any) -> None:
    article = make_article(slug="crane")
    before = picture_of(article).src
    Article.objects.filter(pk=article.pk).update(images=[{"url": URL + "?2"}])
    assert wanted(before.split("/")[2]) is None
    after = picture_of(Article.objects.get(pk=article.pk)).src
    settings.SECRET_KEY = "another-key"

    assert len({before, after, picture_of(Article.objects.get(pk=article.pk)).src}) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "images",
    [None, [], [None], ["https://pictures.example/x.png"], [{}], [{"url": None}], [{"url": 7}], [{"url": "data:image/png;base64,AA"}],
     [{"url": "javascript:alert(1)"}], [{"url": "//pictures.example/x.png"}], [{"url": "https://u@pictures.example/x.png"}],
     [{"url": "http://127.0.0.1/x.png"}], [{"url": "http://169.254.169.254/"}], [{"url": "https://pictures.example:8443/x.png"}],
     [{"url": "http://localhost/x.png"}], [{"url": "http://0x7f.1/x.png"}], {"url": URL}, "x"],
)  # fmt: skip
def test_what_can_never_be_shown_has_no_address(shop: Workshop, images: Any) -> None:
    article = make_article()
    article.images = images

    assert picture_of(article).src == ""
    assert shop.wishes == []  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_the_first_usable_image_is_taken(shop: Workshop) -> None:
    article = make_article()
    images = [{"url": "data:x"}, {"url": URL, "width": 10, "height": 20}]
    Article.objects.filter(pk=article.pk).update(images=images)

    picture = picture_of(Article.objects.get(pk=article.pk))

    assert picture.size == "10 × 20"
    found = wanted(key_of(picture))
    assert found and found.url == URL


@pytest.mark.django_db
def test_refused_pictures_have_no_address_and_those_that_are_here_no_wish(shop: Workshop) -> None:
    article = make_article(slug="crane")
    shop.cache.refuse(URL, "The host answered 404.", lasting=True)
    assert picture_of(article).src == ""

    shop.cache.store(URL, thumbnails(png()))

    assert picture_of(article).src
    assert shop.wishes == []  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_without_remote_pictures_there_is_none_and_nothing_is_wished_for(shop: Workshop, settings: Any) -> None:
    settings.DESK_REMOTE_PICTURES = False

    assert picture_of(make_article()) == Picture("", "1200 × 675")
    assert shop.wishes == []  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_samples_are_drawn_by_us(shop: Workshop) -> None:
    article = make_article(make_site())
    article.images = [{"url": "https://pictures.newsdesk.example/dock.svg"}]

    assert picture_of(article).src == "/static/articles/samples/dock.svg"
    assert shop.wishes == []  # type: ignore[attr-defined]


def test_the_workshop_follows_the_settings(settings: Any) -> None:
    workshop.cache_clear()
    settings.DESK_PICTURE_SPACE = 3

    assert workshop().cache.limit == 3_000_000
    assert workshop().cache.folder == settings.DATA_DIR / "pictures"
    assert workshop() is workshop()
    workshop.cache_clear()
