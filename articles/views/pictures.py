"""Thumbnails, each under an address that was signed for it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from articles.people import is_allowed, seats_of
from articles.pictures import wanted, workshop
from articles.thumbnails.making import SIZES, Size

FOR_EVER = "private, max-age=31536000, immutable"
# One pixel wide by its own account, which no thumbnail is: so the page's script knows that it may ask again. Drawn as
# large as its place; the grey is legible on both themes.
LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1" viewBox="0 0 100 100">'
    '<text x="50" y="50" dy=".35em" text-anchor="middle" font-family="Georgia, serif" font-weight="700" font-size="{}"'
    ' fill="#85837a">{}</text></svg>'
)


@require_safe
@login_required
def picture(request: HttpRequest, key: str, size: str) -> HttpResponse:
    """One thumbnail, from the disk. What is not there yet is wished for, and a letter answered meanwhile: 200, not kept.

    Never waits for the network: one query (beside those of the session) and one file. 404 for a key that is not ours.
    """
    if not seats_of(request.user) and not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    if size not in SIZES:
        raise Http404
    found = wanted(key)
    if found is None or not is_allowed(request.user, "articles.view_article", found.site):
        raise Http404  # of a site that the person has no seat on, nothing is told
    if not settings.DESK_REMOTE_PICTURES:
        return _answer(_letter(found.letter, size), "image/svg+xml", "no-store")
    shop = workshop()
    data = shop.cache.read(found.url, SIZES[size])
    if data is not None:
        return _answer(data, "image/webp", FOR_EVER)
    if not shop.cache.refused(found.url):
        shop.want(found.url)
    return _answer(_letter(found.letter, size), "image/svg+xml", "no-store")


def _answer(body: bytes | str, kind: str, keeping: str) -> HttpResponse:
    return HttpResponse(
        body,
        content_type=kind,
        headers={
            "Cache-Control": keeping,
            "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _letter(letter: str, size: str) -> str:
    """The drawing, its letter as large as the page's own. XML does not take every character, so only letters and digits."""
    return LETTER.format(8 if size == Size.LEAD.word else 20, escape(letter) if letter.isalnum() else "")
