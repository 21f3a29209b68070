"""Repositories in the admin: the sources of kind Git, one a site."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Repository, Site, Source

pytestmark = pytest.mark.django_db
ADD = "/admin/articles/repository/add/"


def test_a_site_gets_one_repository_and_folders_are_none(site: Site, desk_admin: Any, page_of: Any) -> None:
    Source.objects.create(site=site, kind="folder", location="/srv/folder")
    client = page_of(desk_admin)
    words = {"site": site.pk, "location": "/srv/site.git", "branch": "", "push_to": "", "every": ""}

    assert client.post(ADD, words).status_code == 302
    again = client.post(ADD, words | {"location": "/srv/other.git"})

    assert again.status_code == 200 and "has its repository already" in again.content.decode()
    assert list(Repository.objects.values_list("location", "kind")) == [("/srv/site.git", "git")]
    assert "/srv/folder" not in client.get("/admin/articles/repository/").content.decode()
