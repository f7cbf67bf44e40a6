"""The guard: the last thing before the wire lets reading pass, and nothing else (design 9).

GET, and POST to exactly two paths that only read: the query of Resource Graph
(https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources) and the metrics batch
(https://learn.microsoft.com/rest/api/monitor/metrics-batch/batch). Only https, only to the hosts of the chosen cloud.
The credential's own requests for tokens go another way.
"""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any, Final

from azure.core.pipeline.transport import HttpTransport
from azure.core.rest import HttpRequest, HttpResponse

from readiness.collect.answers import clipped
from readiness.collect.clouds import Address, Cloud

GRAPH: Final = "/providers/Microsoft.ResourceGraph/resources"
BATCH: Final = re.compile(r"/subscriptions/[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/metrics:getBatch")
MISLEADING: Final = frozenset({"host", "x-http-method", "x-http-method-override", "x-method-override"})
"""Headers that make a service read another method, or another host, than the guard did."""


class GuardError(Exception):
    """A request that is not for reading, or not for this cloud; it was not sent."""


class Guard(HttpTransport[HttpRequest, HttpResponse]):
    """A transport in front of another one; raises GuardError before anything is sent."""

    def __init__(self, inner: HttpTransport[HttpRequest, HttpResponse], cloud: Cloud) -> None:
        self._inner, self._cloud = inner, cloud

    def send(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The inner transport's answer, if the request may pass."""
        check(request, self._cloud)
        return self._inner.send(request, **kwargs)

    def open(self) -> None:
        """Open the inner transport."""
        self._inner.open()

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()

    def __enter__(self) -> Guard:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self._inner.__exit__(kind, error, trace)


def check(request: HttpRequest, cloud: Cloud) -> None:
    """Raise GuardError unless the request only reads, from a host of this cloud."""
    address = Address.parse(request.url)
    if address is None or address.climbs:
        raise _refused(request, "its URL is not plain https")
    arm, metrics = cloud.is_arm(address), cloud.is_metrics(address)
    if not arm and not metrics:
        raise _refused(request, f"its host is not of {cloud.name}")
    misleading = sorted(MISLEADING & {name.lower() for name in request.headers})
    if misleading:
        raise _refused(request, f"it has the header {misleading[0]}")
    if not _reads(request, address, arm=arm, metrics=metrics):
        raise _refused(request, "it is not one that only reads")


def _reads(request: HttpRequest, address: Address, *, arm: bool, metrics: bool) -> bool:
    if request.method == "GET":
        return request.content is None
    if request.method != "POST":
        return False
    return (arm and address.path == GRAPH) or (metrics and BATCH.fullmatch(address.path) is not None)


def _refused(request: HttpRequest, why: str) -> GuardError:
    return GuardError(clipped(f"{request.method} {request.url.partition('?')[0]} was not sent: {why}", 300))
