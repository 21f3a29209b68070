"""What somebody sees who may not open a page: a way on that is open to them."""

from __future__ import annotations

import pytest

from tests.conftest import signed_in
from tests.factories import make_person, make_site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "way", "status"), [("editor", "/", 302), ("reader", "/accounts/logout/", 200)])
def test_the_way_on_is_one_that_the_person_may_go(role: str, way: str, status: int) -> None:
    make_site()
    client = signed_in(make_person(role))

    reply = client.get("/providers/")

    assert reply.status_code == 403 and f'<a class="btn" href="{way}">' in reply.content.decode()
    assert client.get(way).status_code == status
