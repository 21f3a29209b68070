"""The people of the desk: who may do what on which site, who let them in, where they are signed in."""

from articles.people.rights import is_allowed, is_allowed_somewhere, seats_of, sites_of

__all__ = ["is_allowed", "is_allowed_somewhere", "seats_of", "sites_of"]
