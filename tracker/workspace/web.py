"""One question to the open web: a page's status, where it is in the end, and its beginning.

One deadline holds for all of it: the name, the connection, every header, every redirection, the
body. Only addresses that anyone can reach are connected to; the address is judged, not its name,
and once more after the connection stands.
"""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from tracker import __version__
from tracker.goals.addresses import Address, is_public, literal

AGENT = f"in-season-tracker/{__version__}"
PORTS = {"http": 80, "https": 443}
MOST_HOPS = 5  # redirections: a browser takes twenty, a published page one or two
MOST_BYTES = 256 * 1024  # of a body: a title stands at a page's beginning
REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
Place = tuple[int, tuple[Any, ...]]  # a family of addresses, and where to connect to
IN_PATHS = "/%:;=@&+$,!*'()~"  # what a path or a query may hold as it is


class PrivateAddressError(Exception):
    """An address leads into a network that is not everybody's."""


class Page(NamedTuple):
    """What was found at an address.

    Attributes:
        address: where it was in the end.
        body: its beginning, at most `MOST_BYTES`; cut short where the deadline came first.
    """

    status: int
    address: str
    kind: str
    body: bytes


class Deadline:
    """The end of all patience."""

    def __init__(self, seconds: float) -> None:
        """So many seconds from now on."""
        self.ends = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; TimeoutError where there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def ask(address: str, patience: float, allowed: Callable[[Address], bool] = is_public) -> Page:
    """What is at an address, redirections followed.

    Args:
        patience: seconds for all of it.
        allowed: which addresses may be connected to.

    Raises PrivateAddressError, TimeoutError, OSError (no network, no such host, no sound
    certificate) and HTTPException (no HTTP, or no end of redirections).
    """
    deadline = Deadline(patience)
    for _ in range(MOST_HOPS + 1):
        parts = urlsplit(address.partition("#")[0])
        if parts.scheme not in PORTS or not parts.hostname:
            raise HTTPException(f"it leads to {parts.scheme or 'no'}: address")
        page, location = _asked(parts, deadline, allowed)
        if location is None:
            return page
        address = urljoin(address, location)
    raise HTTPException("it leads from one address to the next without an end")


def _asked(
    parts: SplitResult, deadline: Deadline, allowed: Callable[[Address], bool]
) -> tuple[Page, str | None]:
    """What one address answers, and where it leads on."""
    stream = _connected(parts, deadline, allowed)
    try:
        connection = HTTPConnection(_ascii(parts.hostname or ""), _port(parts))
        connection.sock = stream
        headers = _headers(parts)
        whole = f"{parts.scheme}://{headers['Host']}" if stream.by_proxy else ""
        connection.request("GET", whole + _target(parts), headers=headers)
        answer = connection.getresponse()
        location = answer.getheader("Location") if answer.status in REDIRECTIONS else None
        body = b"" if location else _beginning(answer)
        kind = answer.getheader("Content-Type") or ""
        return Page(answer.status, parts.geturl(), kind, body), location
    finally:
        stream.end()


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _headers(parts: SplitResult) -> dict[str, str]:
    port = parts.port
    host = _ascii(parts.hostname or "")
    host = _bracketed(host)
    where = host if port in {None, PORTS[parts.scheme]} else f"{host}:{port}"
    return {"Host": where, "User-Agent": AGENT, "Accept": "*/*", "Connection": "close"}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _target(parts: SplitResult) -> str:
    """The path and query as they are sent: in ASCII, with nothing that could end the line."""
    path = quote(parts.path or "/", safe=IN_PATHS)
    return f"{path}?{quote(parts.query, safe=IN_PATHS + '?')}" if parts.query else path


def _ascii(host: str) -> str:
    """A host's name as the network knows it."""
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise OSError(f"no such host: {host}") from error


def _beginning(answer: HTTPResponse) -> bytes:
    """As much of a body as is wanted; what came until then where the rest does not come."""
    pieces: list[bytes] = []
    size = 0
    try:
        while size < MOST_BYTES and (piece := answer.read1(16 * 1024)):
            pieces.append(piece)
            size += len(piece)
    except (OSError, HTTPException):
        pass  # its status is known, and that is what was asked for
    return b"".join(pieces)[:MOST_BYTES]


def _connected(
    parts: SplitResult, deadline: Deadline, allowed: Callable[[Address], bool]
) -> _Stream:
    """A connection to an address that is allowed; encrypted where the address says so."""
    host = _ascii(parts.hostname or "")
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(host):
        return _by_proxy(urlsplit(proxy), parts, deadline, allowed)
    plain = _first_open(_allowed(_places(host, _port(parts), deadline), allowed), deadline)
    try:
        if not allowed(_address(plain.getpeername())):
            raise PrivateAddressError(str(plain.getpeername()[0]))
        return _Stream(_encrypted(plain, parts, deadline), deadline)
    except BaseException:
        plain.close()
        raise


def _allowed(places: list[Place], allowed: Callable[[Address], bool]) -> list[Place]:
    """The places that may be connected to; PrivateAddressError where there are others alone."""
    kept = [place for place in places if allowed(_address(place[1]))]
    if places and not kept:
        raise PrivateAddressError(str(places[0][1][0]))
    return kept


def _first_open(places: list[Place], deadline: Deadline) -> socket.socket:
    """A connection to the first place that takes one."""
    trouble: OSError = OSError("no such host")
    for family, place in places:
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(deadline.left())
            plain.connect(place)
            return plain
        except OSError as error:
            plain.close()
            trouble = error
    raise trouble


def _encrypted(plain: socket.socket, parts: SplitResult, deadline: Deadline) -> socket.socket:
    if parts.scheme == "http":
        return plain
    plain.settimeout(deadline.left())
    name = _ascii(parts.hostname or "")
    return ssl.create_default_context().wrap_socket(plain, server_hostname=name)


def _by_proxy(
    proxy: SplitResult,
    parts: SplitResult,
    deadline: Deadline,
    allowed: Callable[[Address], bool],
) -> _Stream:
    """A connection through the proxy that the machine is set to, to what is no private address.

    The proxy connects, so what the name stands for is judged here as far as it is known here.
    """
    host = _ascii(parts.hostname or "")
    with suppress(OSError):
        _allowed(_places(host, _port(parts), deadline), allowed)
    plain = _first_open(
        _places(proxy.hostname or "", proxy.port or PORTS["http"], deadline), deadline
    )
    try:
        if parts.scheme == "http":
            return _Stream(plain, deadline, by_proxy=True)
        stream = _Stream(plain, deadline)
        where = f"{_bracketed(host)}:{_port(parts)}"
        said = f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n{_authorization(proxy)}\r\n"
        stream.sendall(said.encode("ascii"))
        answer = HTTPResponse(stream, method="CONNECT")  # type: ignore[arg-type]
        answer.begin()
        if answer.status != 200:
            raise OSError(f"the proxy says {answer.status}")
        return _Stream(_encrypted(plain, parts, deadline), deadline)
    except BaseException:
        plain.close()
        raise


def _authorization(proxy: SplitResult) -> str:
    if proxy.username is None:
        return ""
    said = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return f"Proxy-Authorization: Basic {b64encode(said.encode()).decode()}\r\n"


def _address(place: tuple[Any, ...]) -> Address:
    return ip_address(str(place[0]).partition("%")[0])


def _places(host: str, port: int, deadline: Deadline) -> list[Place]:
    """Every place a name stands for. The system's resolver knows no deadline, so it is left alone."""
    written = literal(host)
    found: list[Any] = []

    def look_up() -> None:
        try:
            name = str(written) if written else host
            found.append(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error if isinstance(error, OSError) else OSError("no such host"))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if not found:
        raise TimeoutError
    if isinstance(found[0], OSError):
        raise found[0]
    return [(family, place) for family, _, _, _, place in found[0]]


class _Stream:
    """A connected socket whose every read and write ends with the deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline, *, by_proxy: bool = False) -> None:
        self.sock, self.deadline, self.by_proxy = sock, deadline, by_proxy

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(self.deadline.left())
        self.sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self.sock, self.deadline))

    def close(self) -> None:
        """Nothing yet: http.client lets go of it before the body is read."""

    def end(self) -> None:
        self.sock.close()


class _Reader(io.RawIOBase):
    """What comes in, until the deadline: a drip of bytes does not put it off."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self.sock, self.deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.sock.settimeout(self.deadline.left())
        return self.sock.recv_into(buffer)
