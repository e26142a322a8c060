"""Which addresses of the network are everybody's, however they are written; pure."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from unicodedata import normalize

Address = IPv4Address | IPv6Address
DOTS = "\u3002\uff61"  # a network library takes them for a full stop
# The first 96 bits of IPv6 addresses whose rest is IPv4: compatible, mapped, and NAT64 (RFC 6052).
STANDING_FOR_IPV4 = frozenset({0, 0xFFFF, 0x0064FF9B << 64})
WIDTHS = {1: (32,), 2: (8, 24), 3: (8, 8, 16), 4: (8, 8, 8, 8)}  # bits of an IPv4 address's parts


def is_public(address: Address) -> bool:
    """Whether anyone can get there: not loopback, private, link-local, shared or reserved.

    An IPv6 address that stands for an IPv4 address, or leads through one, is as public as that.
    """
    if isinstance(address, IPv6Address):
        number = int(address)
        if number >> 32 in STANDING_FOR_IPV4:
            return is_public(IPv4Address(number & 0xFFFFFFFF))
        tunnels = [address.sixtofour, *(address.teredo or ())]
        if any(end is not None and not is_public(end) for end in tunnels):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def literal(host: str) -> Address | None:
    """The address that a host is, in any of the ways to write one; None for a name.

    As `inet_aton` reads IPv4: 127.1, 0177.0.0.1, 0x7f000001 and 2130706433 are one address.
    """
    text = normalize("NFKC", host.translate(dict.fromkeys(map(ord, DOTS), "."))).strip("[]")
    text = text.rstrip(".")
    try:
        return ip_address(text)
    except ValueError:
        pass
    parts = text.split(".")
    if len(parts) not in WIDTHS:
        return None
    number = 0
    for part, bits in zip(parts, WIDTHS[len(parts)], strict=True):
        value = _number(part)
        if value is None or value >> bits:
            return None
        number = number << bits | value
    return IPv4Address(number)


def _number(text: str) -> int | None:
    """A decimal, octal (0…) or hexadecimal (0x…) number."""
    base = (
        16
        if text.casefold().startswith("0x")
        else 8
        if text.startswith("0") and text != "0"
        else 10
    )
    digits = text[2:] if base == 16 else text
    if not digits.isascii() or not digits.isalnum():
        return None
    try:
        return int(digits, base)
    except ValueError:
        return None
