"""From a row and a target to the request: the SDK's own method names the URL, and nothing is sent.

A client of Azure's packages is made with no policies and a transport that raises instead of sending, so that calling
a method ends with the request in hand; the answer is read raw, elsewhere. The api-version is the row's. Clients hold
no state of a call, so that threads share them; one is made for each subscription. Measured: 0.07 ms a request; the
packages are imported when first asked (azure.mgmt.network, the dearest: 0.2 s, 29 MB).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, NoReturn
from urllib.parse import quote

from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import HttpTransport
from azure.core.rest import HttpRequest

from readiness.arm import subscription_of
from readiness.collect import graphed
from readiness.collect.clouds import Cloud
from readiness.collect.operations import MODEL, Operation, Sdk
from readiness.dates import shown

JSON: Final = {"Accept": "application/json"}
WINDOW: Final = timedelta(days=90, hours=-12)
"""How far back the activity log is asked: it goes back 90 days from when it is asked, and runs and resumes take time.
https://learn.microsoft.com/azure/azure-monitor/platform/activity-log#retention-period"""
PLACEHOLDER: Final = re.compile(r"\{([^}]+)\}")
NOWHERE: Final = "00000000-0000-0000-0000-000000000000"
"""The subscription of clients whose method takes none."""


class TargetError(ValueError):
    """An id that the operation can't be asked for: what Azure answered is untrusted."""


def request_of(operation: Operation, target: str, cloud: Cloud, at: datetime) -> HttpRequest:
    """The GET for a target (an id, a region's or a model's path, "" for the tenant); `at` is when the run began.

    Raises TargetError for an id that is not of the operation's kind, or that would lead elsewhere.
    """
    target = target.rstrip("/")
    _check(target)
    if isinstance(operation.how, Sdk):
        return HttpRequest("GET", _url_by_sdk(operation, operation.how, target, cloud, at), headers=JSON)
    path = operation.how.replace("{id}", quoted(target))
    return HttpRequest("GET", f"{cloud.arm}{path}?api-version={operation.api_version}", headers=JSON)


def graph_request(
    table: str, query: str, subscriptions: Iterable[str], cloud: Cloud, skip_token: str | None = None
) -> HttpRequest:
    """The POST of a Resource Graph query; by path, since the SDK's model lacks `authorizationScopeFilter`."""
    url = f"{cloud.arm}{graphed.PATH}?api-version={graphed.API_VERSION}"
    return HttpRequest("POST", url, headers=JSON, json=graphed.asked(table, query, subscriptions, skip_token))


@dataclass(frozen=True, slots=True)
class Batch:
    """Metrics of several resources of one subscription, region and type; `top` series of each, where `split` says."""

    resources: tuple[str, ...]
    namespace: str
    metrics: tuple[str, ...]
    start: datetime
    end: datetime
    grain: timedelta
    aggregation: str
    split: str
    top: int


def batch_request(origin: str, batch: Batch, api_version: str) -> HttpRequest:
    """The POST of a batch of metrics to a region's origin, as azure-monitor-querymetrics names it.

    Raises TargetError for an id in which the package finds no subscription: it looks for `subscriptions/`, in that
    letter case, and does not take an id that has it twice.
    """
    more = {"filter": batch.split, "max_results": batch.top} if batch.split else {}
    try:
        _batches(origin).query_resources(
            resource_ids=batch.resources, metric_namespace=batch.namespace, metric_names=batch.metrics,
            timespan=(batch.start, batch.end), granularity=batch.grain, aggregations=[batch.aggregation],
            api_version=api_version, **more,
        )  # fmt: skip
    except _AskedError as asked:
        return HttpRequest("POST", asked.request.url, headers=JSON, json={"resourceids": list(batch.resources)})
    except ValueError as error:
        raise TargetError(str(error)) from None
    raise AssertionError("a batch of metrics asks nothing")


@lru_cache(maxsize=128)
def _batches(origin: str) -> Any:
    made = importlib.import_module("azure.monitor.querymetrics").MetricsClient
    return made(origin, _NoCredential(), policies=[], transport=_Telling())


def quoted(target: str) -> str:
    """An id as it stands in a path: each name escaped, as the SDK escapes them."""
    return "/".join(quote(part, safe="") for part in target.split("/"))


def _check(target: str) -> None:
    parts = target.split("/")[1:]
    if target and (target[0] != "/" or any(part in ("", ".", "..") for part in parts)):
        raise TargetError(f"no id that can be asked for: {target[:200]!r}")


# --- by the SDK --------------------------------------------------------------------------------------------------


class _AskedError(Exception):
    """Carries the request out of the client that made it."""

    def __init__(self, request: Any) -> None:
        self.request = request


class _Telling(HttpTransport[Any, Any]):
    """A transport that sends nothing, and raises what it was to send."""

    def send(self, request: Any, **kwargs: Any) -> NoReturn:
        raise _AskedError(request)

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        pass


class _NoCredential:
    """Clients want one; these ask it for nothing."""

    def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        raise AssertionError("a client that only names requests asked for a token")


@lru_cache(maxsize=1024)
def _client(name: str, arm: str, subscription: str) -> Any:
    module, _, kind = name.rpartition(".")
    made = getattr(importlib.import_module(module), kind)
    return made(_NoCredential(), subscription, base_url=arm, policies=[], transport=_Telling())


def _url_by_sdk(operation: Operation, how: Sdk, target: str, cloud: Cloud, at: datetime) -> str:
    group, _, method = how.method.partition(".")
    key = subscription_of(target) or ""
    client = _client(how.client, cloud.arm, key.rpartition("/")[2] or NOWHERE)
    arguments = dict(_arguments(operation, how, target, at))
    try:
        answer = getattr(getattr(client, group), method)(**arguments, api_version=operation.api_version)
        next(iter(answer))
    except _AskedError as asked:
        if asked.request.method != "GET":
            raise AssertionError(f"{operation.name} would {asked.request.method}") from None
        return str(asked.request.url)
    raise AssertionError(f"{operation.name} asks nothing")


def _arguments(operation: Operation, how: Sdk, target: str, at: datetime) -> Iterator[tuple[str, str]]:
    names = iter(_names(operation, target))
    for argument in how.arguments:
        name, fixed, value = argument.partition("=")
        if fixed:
            yield name, value.replace("{since}", shown(at - WINDOW)).replace("{until}", shown(at))
        elif name == "scope":
            yield name, quoted(target).removeprefix("/")
        elif name == "resource_group_name":
            yield name, _group(target)
        else:
            yield name, _next(names, name, target)
    if not any(a == "scope" for a in how.arguments) and next(names, None) is not None:
        raise TargetError(f"{operation.name} is not asked for {target[:200]!r}")


def _next(names: Iterator[str], name: str, target: str) -> str:
    found = next(names, "")
    if not found:
        raise TargetError(f"no {name} in {target[:200]!r}")
    return found


def _group(target: str) -> str:
    parts = target.split("/", 5)
    if len(parts) < 6 or parts[3].lower() != "resourcegroups":
        raise TargetError(f"no resource group in {target[:200]!r}")
    return parts[4]


def _names(operation: Operation, target: str) -> list[str]:
    """The names in an id after its provider, in order; a model's are format, name and version."""
    tail = target.rpartition("/providers/")[2].split("/")
    names = tail[2::2] if "/providers/" in target else []
    return [*names[:-1], *names[-1].split(":", 2)] if operation.each == MODEL and names else names


# --- ids ---------------------------------------------------------------------------------------------------------


def with_ids(operation: Operation, path: str, items: Iterable[Any]) -> list[Any]:
    """The items of an answer, those without an id with the one of semantics 1; `path` is that of the request.

    What lacks a word that its id is made of stays without one.
    """
    if operation.id_of is None:
        return list(items)
    return [_with_id(operation.id_of, path, item) for item in items]


def _with_id(form: str, path: str, item: Any) -> Any:
    if not isinstance(item, dict) or isinstance(item.get("id"), str):
        return item
    parts = PLACEHOLDER.split(form)  # what is fixed and what is not, by turns
    for at in range(1, len(parts), 2):
        parts[at] = path.rstrip("/") if parts[at] == "path" else _word(item, parts[at])
    if "" in parts[1::2]:
        return item
    return {"id": "".join(parts), **{key: value for key, value in item.items() if key != "id"}}


def _word(item: Mapping[str, Any], path: str) -> str:
    """A text inside an item, without slashes: they would make it a longer id; "" if there is none."""
    value: Any = item
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value.replace("/", "%2F") if isinstance(value, str) else ""
