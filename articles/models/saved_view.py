"""A queue with a name."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models.site import Site

LONGEST_QUERY = 2_000


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of_site(self, site: Any) -> Self:
        return self.filter(site=site)

    def there(self) -> Self:
        return self.filter(removed_at=None)

    def owned_by(self, person: Any) -> Self:
        return self.filter(owner=person.pk)

    def seen_by(self, person: Any) -> Self:
        """One's own and what others share."""
        return self.there().filter(Q(owner=person.pk) | Q(shared=True))


class SavedView(models.Model):
    """A query string of the queue under a name. One that is removed is kept, so that removing can be undone."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True, help_text="The queue's query string, as it writes it.")
    shared = models.BooleanField(default=False, help_text="Whether everybody on the desk sees it.")
    is_default = models.BooleanField(default=False, help_text="Whether its owner starts with it.")
    place = models.PositiveIntegerField(default=0, help_text="Order among the owner's views.")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["place", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "owner", "name"], condition=Q(removed_at=None), name="saved_view_name_once_for_a_person"
            ),
            models.UniqueConstraint(
                fields=["site", "owner"],
                condition=Q(is_default=True, removed_at=None),
                name="saved_view_one_default_for_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name
