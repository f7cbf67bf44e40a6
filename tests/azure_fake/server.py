"""The running fake: four hosts on loopback (ARM, the authority, the metrics host, a stranger's), one thread."""

import asyncio
import ssl
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from functools import cache, partial
from itertools import count
from pathlib import Path

import trustme

from azure_fake import errors, ids, tokens
from azure_fake.arm import Arm
from azure_fake.faults import Faults
from azure_fake.http1 import Connection
from azure_fake.limits import Limits
from azure_fake.log import Seen

ROLES = ("arm", "login", "metrics", "foreign")
CLIENT = "c11e0000-0000-4000-8000-0000000000a1"
SECRET = "not~a.real-secret"  # noqa: S105 - of a client that only the fake knows


@cache
def _certificates():
    """(the server's TLS context, the CA's PEM file); one for all servers of a run, gone with it."""
    folder = tempfile.TemporaryDirectory(prefix="azure-fake-")
    ca = trustme.CA(key_type=trustme.KeyType.ECDSA)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", "localhost", key_type=trustme.KeyType.ECDSA).configure_cert(context)
    file = Path(folder.name) / "ca.pem"
    ca.cert_pem.write_to_path(str(file))
    return context, file, folder


class Fake:
    """What a test sees of the running server."""

    def __init__(
        self, estate, *, faults=(), page_size=100, latency=0.0, limits=False, expires_in=3600, compress=False,
        secret=SECRET, audience=None,
    ):  # fmt: skip
        self.estate, self.latency, self.compress, self.secret = estate, latency, compress, secret
        self.log, self.connections, self.transports = [], Counter(), set()
        self.broken = []
        self.in_flight = self.most_in_flight = 0
        self.faults = Faults(faults)
        self.arm = Arm(estate, page_size)
        self.authority = tokens.Authority(estate.tenant_id, CLIENT, secret, time.time, expires_in)
        self.limits = Limits(time.monotonic) if limits is True else limits or None
        self.audience = audience
        self.urls, self._servers, self._loop, self._thread = {}, [], None, None
        self._began, self._number = time.monotonic(), count(1)

    # --- what tests ask -----------------------------------------------------------------------------------------

    @property
    def url(self):
        """ARM's endpoint, `https://127.0.0.1:PORT`."""
        return self.urls["arm"]

    @property
    def ca_file(self):
        """The PEM file of the certificate authority that all four hosts are signed by."""
        return str(_certificates()[1])

    @property
    def environment(self):
        """The variables with which a client-secret credential and the command reach this server."""
        return {
            "AZURE_TENANT_ID": self.estate.tenant_id,
            "AZURE_CLIENT_ID": CLIENT,
            "AZURE_CLIENT_SECRET": self.secret,
            "AZURE_AUTHORITY_HOST": self.urls["login"],
            "REQUESTS_CA_BUNDLE": self.ca_file,
            "SSL_CERT_FILE": self.ca_file,
            "READINESS_ARM_ENDPOINT": self.urls["arm"],
            "READINESS_METRICS_ENDPOINT": self.urls["metrics"],
            "NO_PROXY": "127.0.0.1,localhost",
        }

    @property
    def writes(self):
        """Requests that no reader may send: all but GET, the Resource Graph query, the metrics batch and sign-in."""
        return [s for s in self.log if s.method != "GET" and not _may_post(s)]

    def routes(self, role="arm"):
        """How often each `METHOD /path` was asked of a host, further pages and repeats included."""
        return Counter(seen.route for seen in self.log if seen.role == role)

    def expire_tokens(self):
        """Every token issued so far is refused from now on."""
        self._loop.call_soon_threadsafe(self.authority.expire_all)

    # --- answering (in the server's thread) ---------------------------------------------------------------------

    def answer(self, request):
        """The answer to a request, logged."""
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        at = time.monotonic() - self._began
        try:
            answer = self._host(request)
        except Exception as broken:  # a mistake of the fake's own, which `serve` raises in the test
            self.broken.append(broken)
            answer = errors.error(500, "FakeBroke", repr(broken))
        number = next(self._number)
        answer.headers.setdefault("x-ms-request-id", f"00000000-0000-4000-8000-{number:012d}")
        asked = request.text if request.role in ("arm", "metrics") and request.method == "POST" else ""
        where = (request.role, request.headers.get("host", ""), request.method, request.path, request.query)
        self.log.append(Seen(at, *where, asked, request.subject, answer.status, answer.fault))
        return answer

    def answered(self):
        """An answer has gone out."""
        self.in_flight -= 1

    def _host(self, request):
        if request.role == "foreign":
            return errors.Answer(200, {"value": []})
        if request.role == "arm":
            return self._spoilt(request, self._arm, {self.urls["arm"], self.audience or self.urls["arm"]})
        if request.role == "metrics":
            return self._spoilt(request, self.arm.batch, {self.urls["metrics"], tokens.METRICS})
        return self._spoilt(request, self.authority.answer, None)

    def _spoilt(self, request, real, audiences):
        """The real answer, unless the token or a fault stands in its way. Without audiences no token is asked for."""
        if audiences:
            header = request.headers.get("authorization", "")
            request.subject, refusal = self.authority.subject(header, audiences)
            if refusal:
                return refusal
        fault = self.faults.of(request)
        if fault is None:
            return real(request)
        answer = self.faults.instead(fault, request, self.authority)
        if answer is None:
            answer = self.faults.changed(fault, real(request), request, self.urls)
        answer.fault = fault.kind
        return answer

    def _arm(self, request):
        if self.limits is None:
            return self.arm.answer(request)
        try:
            left = self._limited(request)
        except errors.Refused as refusal:
            refusal.answer.fault = "limit"
            return refusal.answer
        answer = self.arm.answer(request)
        answer.headers |= left
        return answer

    def _limited(self, request):
        if request.method == "POST":
            return self.limits.query(request.subject)
        return self.limits.read(request.subject, ids.subscription_of(request.path))

    # --- starting and stopping ----------------------------------------------------------------------------------

    def start(self):
        """Listen; returns once every host does."""
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._listen())
        self.arm.base, self.authority.url = self.urls["arm"], self.urls["login"]
        own = {self.urls["arm"], self.urls["metrics"], tokens.METRICS, *tokens.ARM}
        self.authority.audiences = own | ({self.audience} if self.audience else set())
        self._thread = threading.Thread(target=self._loop.run_forever, name="azure-fake", daemon=True)
        self._thread.start()

    async def _listen(self):
        for role in ROLES:
            made = partial(Connection, self, role)
            server = await self._loop.create_server(made, "127.0.0.1", 0, ssl=_certificates()[0], backlog=256)
            self.urls[role] = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self._servers.append(server)

    def stop(self):
        """Stop listening and drop every connection."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _close(self):
        for server in self._servers:
            server.close()
        for transport in list(self.transports):
            transport.abort()
        await asyncio.sleep(0)


def _may_post(seen):
    path = seen.path.lower()
    if seen.method != "POST":
        return False
    if seen.role == "arm":
        return path == "/providers/microsoft.resourcegraph/resources"
    return path.endswith("/metrics:getbatch" if seen.role == "metrics" else "/oauth2/v2.0/token")


@contextmanager
def serve(estate, **options):
    """A running fake that serves an estate.

    `faults`: those dialled from the start; `page_size`: members in a page; `latency`: seconds before each answer;
    `limits`: True for ARM's and Resource Graph's documented ones; `expires_in`: seconds that a token lives;
    `compress`: gzip bodies over 1,000 bytes for clients that take it; `secret`: the client's; `audience`: of ARM's
    tokens, unless that is its URL.
    """
    fake = Fake(estate, **options)
    fake.start()
    try:
        yield fake
    finally:
        fake.stop()
    if fake.broken:
        raise fake.broken[0]
