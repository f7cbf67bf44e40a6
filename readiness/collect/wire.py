"""The transport under the guard: azure-core's, with a pool as large as the concurrency and a limit on each answer.

azure-core hands everything to requests (azure/core/pipeline/transport/_requests_basic.py). What requests reads from
the environment by itself is switched off and done here instead: it would put a password of ~/.netrc in the place of
our token, looks the proxies up for every single request, and knows REQUESTS_CA_BUNDLE but not SSL_CERT_FILE,
https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, Final

import requests
import requests.adapters
import requests.utils
from azure.core.pipeline.transport import RequestsTransport
from urllib3.exceptions import ReadTimeoutError
from urllib3.response import BaseHTTPResponse

from readiness.errors import UsageError

AUTHORITIES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""Where the certificates of a company's own authority are named; the first that is set counts."""
CHUNK: Final = 1 << 16

# Python would write their warnings to stderr; a handler of the user's stays.
for _name in ("azure", "msal", "urllib3"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


def trusted(environment: Mapping[str, str]) -> str | bool:
    """The file or folder of trusted authorities, True for those that come with requests (certifi)."""
    for name in AUTHORITIES:
        if path := environment.get(name):
            if not Path(path).exists():
                raise UsageError(f"{name} names {path!r}, which does not exist", f"correct {name} or unset it")
            return path
    return True


class Wire(RequestsTransport):  # type: ignore[misc] # azure-core imports it lazily, so its type is Any
    """Send over pooled connections; an answer, its body included, takes at most the seconds of `read_timeout`."""

    def __init__(self, concurrency: int) -> None:
        session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.mount("https://", _Adapter(pool_connections=concurrency, pool_maxsize=concurrency))
        super().__init__(session=session, connection_verify=trusted(os.environ))
        self._proxies: dict[str, dict[str, str]] = {}

    def send(self, request: Any, *, proxies: Any = None, **kwargs: Any) -> Any:
        """See RequestsTransport; the proxies are those of the environment (HTTPS_PROXY, NO_PROXY) or the system."""
        return super().send(request, proxies=proxies or self._proxies_for(request.url), **kwargs)

    def _proxies_for(self, url: str) -> dict[str, str]:
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in self._proxies:
            self._proxies[origin] = requests.utils.get_environ_proxies(url, no_proxy=None)
        return self._proxies[origin]


class _Adapter(requests.adapters.HTTPAdapter):
    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        timeout = kwargs.get("timeout")
        started = time.monotonic()
        response = super().send(request, *args, **kwargs)
        if isinstance(timeout, tuple) and timeout[1] is not None:
            response.raw = _Timed(response.raw, started + timeout[1])
        return response


class _Timed:
    """A urllib3 response whose body must be there by a moment; a socket's time-out alone lets a trickle go on.

    `read1` returns with what one read of the socket gave, so the clock is looked at between any two of them.
    """

    def __init__(self, raw: BaseHTTPResponse, until: float) -> None:
        self._raw, self._until = raw, until

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, amt: int = CHUNK, decode_content: bool | None = None) -> Iterator[bytes]:
        """The body in parts, as they come."""
        while chunk := self._raw.read1(CHUNK, decode_content=decode_content):
            yield chunk
            if time.monotonic() > self._until:
                self._raw.close()
                # urllib3 types a pool, and takes none where an answer was read without one.
                raise ReadTimeoutError(None, None, "the answer was not complete in time")  # type: ignore[arg-type]
