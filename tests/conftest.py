"""What every test may ask for."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import guard

# The same examples everywhere and every time: a build must not depend on luck.
settings.register_profile("desk", derandomize=True)
settings.load_profile("desk")

guard.stand()
SIGNED_IN = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database, and a copy of it for tests whose processes need one of their own."""
    from tests import databases

    with django_db_blocker.unblock():
        databases.keep_migrated()
    yield
    with django_db_blocker.unblock():
        databases.drop_migrated()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_for_once() -> Iterator[None]:
    """Every client of a test makes the middleware anew, and each would walk the folders of all static files."""
    found: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(autouse=True)
def _nothing_leaves_the_machine() -> Iterator[list[str]]:
    """What a test tried to reach outside, and was kept from; none may be left at its end."""
    guard.attempts.clear()
    yield guard.attempts
    assert guard.attempts == []


@pytest.fixture(autouse=True)
def _counted_anew() -> None:
    """Limits and counts that are kept in caches begin with the test."""
    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _tasks_at_once(settings: Any) -> None:
    """What pages leave for later is done at once, but where a test says otherwise."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}


@pytest.fixture
def site(db: None) -> Any:
    from tests.factories import make_site

    return make_site()


@pytest.fixture
def editor(db: None) -> Any:
    from tests.factories import make_person

    return make_person("editor", "ida")


@pytest.fixture
def second_editor(db: None) -> Any:
    from tests.factories import make_person

    return make_person("editor", "milo")


@pytest.fixture
def senior(db: None) -> Any:
    from tests.factories import make_person

    return make_person("senior editor", "tove")


@pytest.fixture
def desk_admin(db: None) -> Any:
    from tests.factories import make_person

    return make_person("admin", "sam")


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend=SIGNED_IN)
    return client


@pytest.fixture
def page_of() -> Iterator[Any]:
    """``signed_in`` as a fixture: a client for a person."""
    yield signed_in
