"""One spelling for all the addresses of one page. Pure: nothing is fetched."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

# Parameters that say how a reader came, and nothing about the page.
TRACKING = frozenset(
    "_ga _gl _hsenc _hsmi _mc at_campaign at_medium campaign_id cid cmp cmpid dclid efg fb_action_ids fb_action_types fb_ref fb_source "
    "fbclid ftag gbraid gclid gclsrc guccounter guce_referrer guce_referrer_sig icid ig_rid igshid ito linkid mbid "
    "mkt_tok mod msclkid ncid ocid oly_anon_id oly_enc_id partner r ref ref_src ref_url referer referrer rss s_cid s_kwcid "
    "sh shareid share smid smtyp soc_src soc_trk source spm sr_share src srnd taid trk twclid via vero_id wbraid wickedid wt.mc_id "
    "xtor yclid".split()
)  # fmt: skip
TRACKING_STARTS = ("utm_", "mc_", "pk_", "mtm_", "hsa_", "ns_", "itm_", "stm_", "oly_")
READERS = frozenset({"www", "m", "mobile", "amp", "mobi"})  # first labels that only say for which reader
PORTS = {"http": "80", "https": "443"}
AMP_ENDS = ("/amp", "/amp.html", ".amp.html", ".amp")
SAFE = "-._~!$&'()*+,;=:@/"
YOUTUBE = re.compile(r"^/(?:embed|v|shorts|live)/([\w-]{6,20})$")


VIDEO = re.compile(r"/embed/([\w-]{6,20})")


def video_of(html: str | None) -> str:
    """The id of the video that a piece of HTML embeds, or ""."""
    found = VIDEO.search(html or "")
    return found[1] if found else ""


def page_of(web: str | None, original: str | None, html: str | None) -> str | None:
    """The canonical address of an article's page: the web address, else the original one, else its video."""
    video = video_of(html)
    return canonical(web) or canonical(original) or (f"youtube.com/watch?v={video}" if video else None)


def canonical(address: str | None) -> str | None:
    """The address as ``host/path?query``: equal for two addresses of one page.

    Scheme, port, fragment, tracking parameters, a trailing slash and the hosts of telephones and AMP are gone; the order of
    the other parameters is. None for what is no web address, and for a host's own front page, which is no article.
    """
    try:
        parts = urlsplit((address or "").strip())
        host, port = parts.hostname or "", str(parts.port or "")
    except ValueError:
        return None
    if parts.scheme.lower() not in PORTS or "." not in host:
        return None
    host = _host(host)
    if port and port != PORTS[parts.scheme.lower()]:
        host = f"{host}:{port}"
    path = quote(unquote(re.sub(r"/{2,}", "/", parts.path), errors="surrogateescape"), safe=SAFE, errors="surrogateescape")
    for end in AMP_ENDS:
        if path.removesuffix("/").endswith(end):
            path = path.removesuffix("/").removesuffix(end)
            break
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape", max_num_fields=None)
        if not _tracks(name.lower(), value)
    )
    host, path, kept = _video(host, path, kept)
    path = path.rstrip("/")
    if not path and not kept:
        return None
    query = f"?{urlencode(kept, errors='surrogateescape')}" if kept else ""
    return f"{host}{path}{query}"


def _host(host: str) -> str:
    host = host.lower().rstrip(".")
    with suppress(UnicodeError):  # an odd name is compared as it stands
        host = host.encode("idna").decode("ascii")
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in READERS:
        labels.pop(0)
    return ".".join(labels)


def _tracks(name: str, value: str) -> bool:
    if name in TRACKING or name.startswith(TRACKING_STARTS):
        return True
    return name in ("amp", "outputtype") and value.lower() in ("", "1", "amp", "true")


def _video(host: str, path: str, query: list[tuple[str, str]]) -> tuple[str, str, list[tuple[str, str]]]:
    """The three addresses that one YouTube video has, as one."""
    if host == "youtu.be" and len(path) > 1:
        return "youtube.com", "/watch", [("v", path[1:])]
    if host in ("youtube.com", "youtube-nocookie.com"):
        found = YOUTUBE.match(path)
        if found:
            return "youtube.com", "/watch", [("v", found[1])]
        if path == "/watch":
            return "youtube.com", path, [pair for pair in query if pair[0] == "v"]
    return host, path, query
