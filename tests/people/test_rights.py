"""Seats: a role on some sites, none on the others; groups: a role on all."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import bulk
from articles.bulk.wishes import Wish
from articles.decisions import DecisionRefused, confirm, decide, edit, release, settle, undo
from articles.models import Article, Review, Seat, Site
from articles.people import is_allowed, is_allowed_somewhere, sites_of
from articles.people.rights import SeatBackend, sit_down
from articles.pictures import picture_of
from articles.queue import Queue
from articles.saved_views import may_change, save_view
from articles.workflow import Action
from tests.conftest import signed_in
from tests.factories import NOON, make_article, make_person, make_seated, make_site

pytestmark = pytest.mark.django_db
DECIDE, EXPORT, PROVIDERS = "articles.decide_article", "articles.export_articles", "articles.change_provider"


@pytest.fixture
def sites(db: None) -> tuple[Site, Site]:
    return make_site("harbour"), make_site("quarry")


@pytest.fixture
def seated(sites: tuple[Site, Site]) -> User:
    """An editor of the first site."""
    return make_seated("editor", sites[0], name="ida")


def again(person: User) -> User:
    """As another request would find the person."""
    return User.objects.get(pk=person.pk)


def test_a_seat_is_a_role_on_its_site_alone(sites: tuple[Site, Site], seated: User) -> None:
    here, there = sites

    assert [is_allowed(seated, DECIDE, site) for site in (here, there, here.pk)] == [True, False, True]
    assert not is_allowed(seated, EXPORT, here)
    assert [site.name for site in sites_of(seated)] == ["harbour"]


def test_roles_differ_from_site_to_site(sites: tuple[Site, Site]) -> None:
    person = make_seated("editor", sites[0])
    Seat.objects.create(person=person, site=sites[1], role=Group.objects.get(name="senior editor"))

    assert [is_allowed(person, EXPORT, site) for site in sites] == [False, True]
    assert sites_of(again(person)) == list(sites)


def test_groups_without_seats_hold_everywhere(sites: tuple[Site, Site]) -> None:
    editor, root, reader = make_person("editor"), make_person("superuser"), make_person("reader")

    assert all(is_allowed(person, DECIDE, site) for person in (editor, root) for site in sites)
    assert not is_allowed(reader, DECIDE, sites[0]) and not is_allowed(AnonymousUser(), DECIDE, sites[0])
    assert sites_of(editor) == sites_of(root) == list(sites)


def test_a_seat_outweighs_groups(sites: tuple[Site, Site], seated: User) -> None:
    seated.groups.add(Group.objects.get(name="admin"))
    person = again(seated)

    assert not is_allowed(person, DECIDE, sites[1]) and not is_allowed(person, PROVIDERS, sites[0])
    assert not person.has_perm(PROVIDERS) and sites_of(person) == [sites[0]]


def test_the_inactive_may_nothing(sites: tuple[Site, Site], seated: User) -> None:
    seated.is_active = False

    assert not is_allowed(seated, DECIDE, sites[0]) and not seated.has_perm(DECIDE, sites[0])


def test_has_perm_speaks_of_the_site_that_is_named_or_the_pages_or_all(sites: tuple[Site, Site], seated: User) -> None:
    here, there = sites
    article = make_article(there)

    assert seated.has_perm(DECIDE, here) and not seated.has_perm(DECIDE, there) and not seated.has_perm(DECIDE, article)
    assert not seated.has_perm(DECIDE)  # not on all sites
    sit_down(seated, here)
    assert seated.has_perm(DECIDE) and seated.has_module_perms("articles") and not seated.has_module_perms("auth")
    sit_down(seated, there)
    assert not seated.has_perm(DECIDE)

    everywhere = make_seated("senior editor", *sites)
    assert everywhere.has_perm(EXPORT) and not everywhere.has_perm(PROVIDERS)
    assert make_person("editor").has_perm(DECIDE, here)


def test_the_answer_for_who_has_seats_is_final(sites: tuple[Site, Site], seated: User) -> None:
    with pytest.raises(PermissionDenied):
        SeatBackend().has_perm(seated, EXPORT, sites[0])


def test_seats_are_asked_for_once(sites: tuple[Site, Site], seated: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        for site in sites * 3:
            is_allowed(seated, DECIDE, site)
    assert len(queries) == 1


def test_seats_cost_a_page_of_others_nothing_and_theirs_one_query(sites: tuple[Site, Site], seated: User) -> None:
    costs = []
    for person in (make_person("editor"), seated):
        with CaptureQueriesContext(connection) as queries:
            is_allowed_after = sites_of(again(person))
        costs.append(len(queries))
        assert is_allowed_after
    assert costs == [2, 3]  # the person; the sites with their seats; what those roles may


# --- the doors
def test_no_act_reaches_another_site(sites: tuple[Site, Site], seated: User) -> None:
    article = make_article(sites[1])
    root = make_person("superuser")
    approved = decide([article], Action.APPROVE, editor=root, at=NOON).reviews[0]
    article.refresh_from_db()
    acts: list[Any] = [
        lambda: decide([article], Action.HOLD, editor=seated, at=NOON),
        lambda: decide([Article(pk=article.pk, version=article.version)], Action.HOLD, editor=seated, at=NOON),
        lambda: decide([make_article(sites[0]), article], Action.HOLD, editor=seated, at=NOON),
        lambda: edit([article], {"quality": 3}, editor=seated, at=NOON),
        lambda: release([article], ["heat"], editor=seated, at=NOON),
        lambda: confirm([article], editor=seated, at=NOON),
        lambda: settle(article, {"title": "ours"}, editor=seated, at=NOON),
        lambda: undo(approved, editor=seated, at=NOON),
    ]
    for act in acts:
        with pytest.raises(DecisionRefused, match="Your account may not do this"):
            act()
    assert list(Review.objects.all()) == [approved]


def test_an_act_on_the_own_site_is_done_and_many_at_once_are_one_question(sites: tuple[Site, Site], seated: User) -> None:
    article = make_article(sites[0])

    assert decide([article], Action.APPROVE, editor=seated, at=NOON).reviews
    with pytest.raises(DecisionRefused, match="Your account may not do this"):
        settle(article, {"title": "ours"}, editor=seated, at=NOON)  # senior editors only


def test_a_run_is_of_one_site(sites: tuple[Site, Site], seated: User) -> None:
    article = make_article(sites[1])
    run = bulk.choose(sites[1], [(article.pk, article.version)], editor=seated, query="", whole=True)
    bulk.intend(run, Wish(Action.APPROVE))
    with pytest.raises(DecisionRefused, match="Your account may not do this"):
        bulk.begin(run, at=NOON)


def test_shared_views_are_changed_by_the_sites_admin(sites: tuple[Site, Site]) -> None:
    Group.objects.get(name="admin")
    view = save_view(Queue(sites[1]), make_person("editor"), name="Late", shared=True)
    here, there = make_seated("admin", sites[0]), make_seated("admin", sites[1])

    assert not may_change(view, here) and may_change(view, there) == make_person("admin").has_perm("articles.change_savedview")


# --- pages
def test_another_site_is_nowhere_on_the_pages(sites: tuple[Site, Site], seated: User) -> None:
    make_article(sites[0], title="A crane in the harbour")
    make_article(sites[1], title="A stone in the quarry")
    client = signed_in(seated)

    for path in ("/queue/", "/review/next/", "/decided/", "/views/", "/me/", "/find/?q=sto", "/queue/?site=harbour"):
        page = client.get(path, follow=True).content.decode()
        assert "quarry" not in page, path
    assert client.get("/queue/?site=quarry").status_code == client.get("/queue/?site=nowhere").status_code == 404
    session = client.session
    session["site"] = "quarry"  # as it was before the seat there was taken away
    session.save()
    assert "crane in the harbour" in client.get("/queue/").content.decode()


def test_the_shell_shows_what_the_role_on_the_site_may(sites: tuple[Site, Site], seated: User) -> None:
    Seat.objects.create(person=seated, site=sites[1], role=Group.objects.get(name="senior editor"))
    client = signed_in(seated)

    here, there = client.get("/queue/?site=harbour").content.decode(), client.get("/queue/?site=quarry").content.decode()

    assert "/exports/" not in here.replace("/exports/ledger/", "") and "/exports/\"" in there
    assert "Editor</small>" in here and "Senior editor</small>" in there
    assert [client.get(f"/exports/?site={site.name}").status_code for site in sites] == [403, 200]


def test_a_picture_of_another_site_is_none(sites: tuple[Site, Site], seated: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DESK_REMOTE_PICTURES = True
    monkeypatch.setattr("articles.pictures._obtainable", lambda url, size: True)
    monkeypatch.setattr("articles.thumbnails.workshop.Workshop.want", lambda self, url: None)
    for site, code in zip(sites, (200, 404), strict=True):
        assert signed_in(seated).get(picture_of(make_article(site)).src).status_code == code
    assert signed_in(make_person("reader")).get(picture_of(make_article(sites[0])).src).status_code == 403


@pytest.mark.parametrize(("role", "count", "code"), [("admin", 1, 403), ("admin", 2, 200), ("senior editor", 2, 403)])
def test_djangos_admin_shows_all_sites_so_it_is_for_admins_of_all(sites: tuple[Site, Site], role: str, count: int, code: int) -> None:
    person = make_seated(role, *sites[:count])
    for path in ("/admin/", "/admin/articles/provider/", f"/admin/articles/site/{sites[1].pk}/change/"):
        reply = signed_in(person).get(path, follow=True)
        assert reply.status_code == code, path


def test_somewhere_is_one_site_at_least(sites: tuple[Site, Site], seated: User) -> None:
    assert is_allowed_somewhere(seated, DECIDE) and not is_allowed_somewhere(seated, EXPORT)
    assert is_allowed_somewhere(make_person("editor"), DECIDE) and not is_allowed_somewhere(make_person("reader"), DECIDE)
    seated.is_active = False
    assert not is_allowed_somewhere(seated, DECIDE)
