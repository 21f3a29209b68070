"""What the desk may ask for a picture: a web address without tricks, on a machine that everybody can reach."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from articles.thumbnails.refusals import Refused

LONGEST = 4000  # characters of an address
PORTS = {"http": 80, "https": 443}
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# Names that never lead out of the machine or its network, whatever a resolver makes of them.
INNER_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion", "test", "invalid")

# The IANA registries of special addresses, as of 2026, and what clouds use although it looks public. Written out, since
# ``ipaddress.is_global`` says different things in different versions of Python.
INNER_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's NAT; Alibaba's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's metadata and DNS
        "169.254.0.0/16",  # link-local; the metadata of nearly every cloud
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# Outside 2000::/3 nothing is public: that leaves out loopback, mapped and NAT64 addresses, link-local, ULA and multicast.
OUTER_6 = ipaddress.IPv6Network("2000::/3")
INNER_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


@dataclass(frozen=True)
class Target:
    """One request: ``host`` is ASCII and lower case, without the root's dot; ``path`` is percent-encoded. ``own_port`` is 0
    for the scheme's."""

    scheme: str
    host: str
    path: str
    own_port: int = 0

    @property
    def port(self) -> int:
        return self.own_port or PORTS[self.scheme]

    @property
    def address(self) -> str:
        """The host, if it is an address and no name. Else ""."""
        return self.host if ":" in self.host or self.host[-1].isdigit() else ""

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.own_port}" if self.own_port else host

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host_header}{self.path}"


def is_public(address: str) -> bool:
    """Whether everybody reaches the same machine under this IP address. Whatever is no plain address is not public."""
    if "%" in address:
        return False  # a zone: an address of this link
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in network for network in INNER_4)
    return found in OUTER_6 and not any(found in network for network in INNER_6)


def target_of(url: str, *, inner: bool = False) -> Target:
    """What to ask for ``url``. Raises Refused for all that is not http or https to a public-looking host and port.

    ``inner``: an admin has said that hosts of inner networks, and any port, may be asked as well.
    """
    if not url or len(url) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", url):
        raise Refused("The address is empty, too long or holds characters that no address has.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("The address cannot be read.") from error
    if parts.scheme not in PORTS:
        raise Refused("Only http and https addresses are fetched.")
    if "@" in parts.netloc:
        raise Refused("The address holds a name or password.")
    own_port = port if port not in (None, PORTS[parts.scheme]) else 0
    if own_port and not inner:
        raise Refused("Only the ports 80 for http and 443 for https are asked.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]|") if parts.query else ""
    return Target(parts.scheme, _host(parts.netloc, parts.hostname or "", inner), path + query, own_port or 0)


def _host(netloc: str, host: str, inner: bool) -> str:
    """The host as it may be looked up. Raises Refused."""
    outer = str if inner else _outer
    if netloc.startswith("["):
        try:
            literal = str(ipaddress.IPv6Address(host))
        except ValueError as error:
            raise Refused("The address holds an IPv6 address that cannot be read.") from error
        return outer(literal)
    try:
        # The same folding that browsers do: full-width digits and dots become plain ones before anything is judged.
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise Refused("The host's name cannot be read.") from error
    labels = name.split(".")
    if not name or len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise Refused("The host's name cannot be read.")
    if labels[-1][0].isdigit():
        # 2130706433, 0x7f.1 and 0177.0.0.1 are addresses to the C library. Only four plain numbers are to us.
        try:
            return outer(str(ipaddress.IPv4Address(name)))
        except ValueError as error:
            raise Refused("The host is a number that is no plain IP address.") from error
    if not inner and (len(labels) == 1 or labels[-1] in INNER_NAMES):
        raise Refused("The host is a name of an inner network.")
    return name


def _outer(literal: str) -> str:
    if not is_public(literal):
        raise Refused("The address belongs to an inner network.")
    return literal
