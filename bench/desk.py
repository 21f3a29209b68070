"""One throw-away desk for the measures: its folder, its people, its sources."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.test import Client

from articles.models import Site
from bench import site as invented


@dataclass
class Desk:
    """What every measure may use. ``count`` is how many files the measured site has, ``crowds`` how many articles stand behind
    the queue, one number after the other."""

    folder: Path
    count: int = 5_000
    crowds: tuple[int, ...] = (100_000,)
    runs: int = 5
    _clients: dict[str, Client] = field(default_factory=dict)

    @property
    def repeats(self) -> int:
        """How often something quick is done of which the median is printed."""
        return 6 * self.runs + 1

    @property
    def naive(self) -> int:
        """How many files the naive peer gets; peers are compared by the file."""
        return min(150, self.count)

    @property
    def careful(self) -> int:
        return min(600, self.count)

    def source(self) -> Path:
        """A folder of ``count`` invented files of about 21 KB, made once."""
        root = self.folder / "source"
        if not root.exists():
            list(invented.write(root, self.count))
        return root

    def repository(self) -> Path:
        """The same files as a Git repository with one commit."""
        root = self.folder / "repository"
        if not root.exists():
            list(invented.write(root, self.count))
            self.git("init", "-q", "-b", "main")
            self.commit("All files")
        return root

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("-c", "user.name=Feed", "-c", "user.email=feed@newsdesk.example", "commit", "-q", "-m", message)

    def git(self, *words: str) -> None:
        subprocess.run(["git", "-C", str(self.folder / "repository"), *words], check=True, capture_output=True)

    def client(self, name: str) -> Client:
        """A signed-in browser without a screen: ``editor``, ``senior editor`` or ``superuser``."""
        if name not in self._clients:
            user = User.objects.create_user(name.replace(" ", "-"), is_staff=name == "superuser")
            user.is_superuser = name == "superuser"
            user.save()
            if name != "superuser":
                user.groups.add(Group.objects.get(name=name))
            client = Client()
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            self._clients[name] = client
        return self._clients[name]

    @staticmethod
    def site(name: str) -> Site:
        return Site.objects.get(name=name)
