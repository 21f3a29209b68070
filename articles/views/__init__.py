"""Views do three things: a form reads the request, one domain function acts, a page or a fragment answers."""
