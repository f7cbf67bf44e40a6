"""HTTP/1.1 over TLS in one thread: as much of it as a client of ARM needs, and fast enough to time such a client.

The standard library's http.server parses headers as e-mail; that costs more than all the rest of an answer here.
"""

import asyncio
import gzip
import socket
import struct
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote

import orjson

_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n" for status in HTTPStatus}
_LINES[529] = "HTTP/1.1 529 Unknown\r\n"  # what the metrics batch says where others say 429
_ALWAYS = (
    "Cache-Control: no-cache\r\nPragma: no-cache\r\nExpires: -1\r\n"
    "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\nX-Content-Type-Options: nosniff\r\n"
)


class Request:
    """One request, read whole. `route` is what faults match: the method, and the path in lower case."""

    def __init__(self, role, method, target, headers, body):
        self.role, self.method, self.target, self.headers, self.body = role, method, target, headers, body
        self.raw_path, _, self.raw_query = target.partition("?")
        self.path = unquote(self.raw_path)
        self.query = dict(parse_qsl(self.raw_query, keep_blank_values=True))
        self.route = f"{method.lower()} {self.path.lower()}"
        self.subject = None

    @property
    def json(self):
        """The body's JSON; None if it is none."""
        try:
            return orjson.loads(self.body)
        except ValueError:
            return None

    @property
    def text(self):
        """The body's text; empty for the authority's host, where it holds a secret."""
        return "" if self.role == "login" else self.body.decode(errors="replace")

    @property
    def key(self):
        """What makes two requests tries of the same one."""
        return f"{self.method} {self.target} {self.text}"


class Connection(asyncio.Protocol):
    """One client's connection; requests are answered one after the other."""

    def __init__(self, server, role):
        self.server, self.role = server, role
        self.buffer, self.transport, self.busy = bytearray(), None, False

    def connection_made(self, transport):
        self.transport = transport
        self.server.transports.add(transport)
        self.server.connections[self.role] += 1

    def connection_lost(self, exc):
        self.server.transports.discard(self.transport)
        self.transport = None

    def data_received(self, data):
        self.buffer += data
        self._next()

    def _next(self):
        """Answer the next request, if it is there whole."""
        if self.busy or self.transport is None:
            return
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        first, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(self.buffer) < end + 4 + length:
            return
        body = bytes(self.buffer[end + 4 : end + 4 + length])
        del self.buffer[: end + 4 + length]
        method, target, _ = first.split(" ", 2)
        self.busy = True
        self._begin(Request(self.role, method, target, headers, body))

    def _begin(self, request):
        answer = self.server.answer(request)
        wait = self.server.latency + answer.delay
        if wait:
            asyncio.get_running_loop().call_later(wait, self._finish, request, answer)
        else:
            self._finish(request, answer)

    def _finish(self, request, answer):
        self.server.answered()
        self.busy = False
        if self.transport is None:
            return
        if answer.fate == "reset":
            self._reset()
            return
        sent = wire(answer, request.headers, self.server.compress)
        if answer.fate == "truncated":
            head = sent.index(b"\r\n\r\n") + 4
            self.transport.write(sent[: head + (len(sent) - head) // 2])
            self.transport.close()
            return
        self.transport.write(sent)
        if request.headers.get("connection", "").lower() == "close":
            self.transport.close()
        self._next()

    def _reset(self):
        """A TCP reset, not a farewell."""
        plain = self.transport.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def wire(answer, asked, compress=False):
    """The bytes of an answer."""
    body = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
    headers = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    if compress and len(body) > 1000 and "gzip" in asked.get("accept-encoding", ""):
        body = gzip.compress(body, 1)
        headers += "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
    kind = "text/html" if body.startswith(b"<") else "application/json; charset=utf-8"
    head = f"{_LINES[answer.status]}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Date: {formatdate(usegmt=True)}\r\n{_ALWAYS}{headers}\r\n".encode("latin-1") + body
