"""A TLS server on loopback for the reader's tests: it answers, misbehaves on demand, and keeps what it saw.

The certificate is made once a run, for localhost and 127.0.0.1.
"""

import atexit
import datetime
import functools
import json
import socket
import ssl
import struct
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from azure.core.credentials import AccessToken
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@functools.cache
def certificate():
    """A file with key and certificate; also the bundle that trusts it."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1)).add_extension(names, critical=False)
    made = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = Path(folder.name) / "localhost.pem"
    file.write_bytes(key.private_bytes(serialization.Encoding.PEM, *private) + made)
    return str(file)


@dataclass
class Reply:
    """What the server says; `how` is `well`, `reset`, `cut` (half of the body) or `trickle` (a byte each 50 ms)."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict = field(default_factory=dict)
    how: str = "well"
    delay: float = 0.0


def page(*items, **more):
    """A list of Resource Manager."""
    return Reply(body=json.dumps({"value": list(items), **more}).encode())


def error(status, code="", message="", **headers):
    """An error of Resource Manager."""
    body = json.dumps({"error": {"code": code, "message": message}}).encode() if code else b""
    return Reply(status, body, headers)


@dataclass
class Seen:
    """A request as the server saw it."""

    method: str
    path: str
    headers: dict
    body: bytes


class Loopback:
    """`answer(seen, nth)` gives the Reply for the nth request (from 0) to that method and path."""

    def __init__(self, answer):
        self.seen, self._answer, self._lock, self._nth = [], answer, threading.Lock(), {}
        self.connections = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate())
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.context, self._server.loopback = context, self
        self.port = self._server.server_address[1]
        self.url = f"https://localhost:{self.port}"

    def reply(self, seen):
        with self._lock:
            self.seen.append(seen)
            nth = self._nth.get((seen.method, seen.path), 0)
            self._nth[seen.method, seen.path] = nth + 1
        return self._answer(seen, nth)

    @contextmanager
    def running(self):
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def serving(answer):
    """A running server; `answer` is a function (see Loopback) or the replies to any request, the last for good."""
    if not callable(answer):
        replies, count = list(answer), iter(range(1 << 30))
        lock = threading.Lock()

        def one(seen, nth):
            with lock:
                return replies[min(next(count), len(replies) - 1)]

        return Loopback(one).running()
    return Loopback(answer).running()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that went away is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1

    def setup(self):
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.server.loopback.connections += 1
        super().setup()

    def finish(self):
        try:
            super().finish()
        finally:
            self.request.close()

    def log_message(self, *args):
        """Quiet."""

    def parse_request(self):
        parsed = super().parse_request()
        if parsed:
            self.do()
        return False

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.loopback.reply(Seen(self.command, self.path, headers, body))
        time.sleep(reply.delay)
        if reply.how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.write(reply)
        self.wfile.flush()

    def write(self, reply):
        if reply.how == "cut":
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.wfile.flush()
            self.close_connection = True
            return
        step = 1 if reply.how == "trickle" else len(reply.body) or 1
        for start in range(0, len(reply.body), step):
            self.wfile.write(reply.body[start : start + step])
            self.wfile.flush()
            time.sleep(0.05 if reply.how == "trickle" else 0)


class Static:
    """A credential: each token is a new one, `secret-token-1` and so on; `lasts` seconds."""

    def __init__(self, lasts=3600, stubborn=False):
        self.asked, self._lasts, self._stubborn = [], lasts, stubborn
        self._lock = threading.Lock()

    def get_token(self, *scopes, claims=None, **kwargs):
        """A token; a stubborn credential gives the same one until it is asked with claims."""
        with self._lock:
            self.asked.append((scopes, claims))
            fresh = [c for _, c in self.asked if c] if self._stubborn else self.asked
            return AccessToken(f"secret-token-{len(fresh)}", int(time.time()) + self._lasts)
