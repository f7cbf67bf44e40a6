"""The next page of a list, and the traps on the way: links to elsewhere, without end, or that hide a short list.

Lists of Resource Manager have `value` and `nextLink`,
https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#collections;
Resource Graph has `data` and `$skipToken`,
https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data#paging-results.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import orjson
from azure.core.rest import HttpRequest

from readiness.collect.answers import Failure, failure
from readiness.collect.clouds import Cloud
from readiness.collect.limits import GRAPH, scope_of
from readiness.model import Json, Reason

PAGES: Final = 10_000
EMPTY: Final = 100
"""Pages without a member, one after the other: more than any service was seen to send."""


class Pages:
    """What was seen of one list."""

    def __init__(self, request: HttpRequest, cloud: Cloud) -> None:
        self._request, self._cloud = request, cloud
        self._graph = scope_of(request.method, request.url) == GRAPH
        self._seen: set[str] = {request.url}
        self._firsts: set[str] = set()
        self._count = self._items = self._empty = 0

    def problem(self, body: Json) -> Failure | None:
        """Why this is not a page of a list."""
        name = "data" if self._graph else "value"
        if not isinstance(body.get(name), list):
            return failure(Reason.UNPARSABLE, f"'{name}' is not a list", 200, "NotAList")
        return None

    def next(self, body: Json) -> HttpRequest | Failure | None:
        """The request for the page after this one; None after the last; a failure if the list can't be read on."""
        items = body["data" if self._graph else "value"]
        self._count, self._items = self._count + 1, self._items + len(items)
        link = body.get("$skipToken" if self._graph else "nextLink")
        if link is None or link == "":
            return self._short(body) if self._graph else None
        if not isinstance(link, str) or (not self._graph and not self._cloud.allows(link)):
            return _truncated("ForeignNextLink", "the list goes on at an address that is not of this cloud")
        if link in self._seen or self._begins_again(items):
            return _truncated("EndlessList", f"the list begins again after {self._count} pages")
        self._empty = 0 if items else self._empty + 1
        if self._empty >= EMPTY:
            return _truncated("EndlessList", f"the list has {EMPTY} empty pages in a row")
        if self._count >= PAGES:
            return _truncated("EndlessList", f"the list has more than {PAGES} pages")
        self._seen.add(link)
        return self._graph_page(link) if self._graph else HttpRequest("GET", link, headers=self._headers())

    def _begins_again(self, items: list[Json]) -> bool:
        """Links may differ for ever (a counter in them), items don't; those without an id are told apart by all."""
        if not items:
            return False
        first = items[0].get("id") if isinstance(items[0], dict) else None
        mark = first if isinstance(first, str) else hashlib.sha256(orjson.dumps(items)).hexdigest()
        seen = mark in self._firsts
        self._firsts.add(mark)
        return seen

    def _short(self, body: Json) -> Failure | None:
        """Resource Graph says so when it cut a result that it can't page, or holds more records than it gave."""
        total = body.get("totalRecords")
        cut = str(body.get("resultTruncated", "false")).lower() == "true"
        if cut or (isinstance(total, int) and total > self._items):
            return _truncated("ResultTruncated", f"Resource Graph gave {self._items} of {total} records")
        return None

    def _graph_page(self, token: str) -> HttpRequest:
        query: Any = orjson.loads(self._request.content)
        query["options"] = {**(query.get("options") or {}), "$skipToken": token}
        headers = {**self._headers(), "Content-Type": "application/json"}
        return HttpRequest("POST", self._request.url, headers=headers, content=orjson.dumps(query))

    def _headers(self) -> dict[str, str]:
        own = {"authorization", "content-length", "content-type"}
        return {name: value for name, value in self._request.headers.items() if name.lower() not in own}


def later(found: Failure) -> Failure:
    """The failure of a page that is not the first: 'there is nothing' would be said of a list that has something."""
    if found.reason in (Reason.NOT_FOUND, Reason.NOT_REGISTERED):
        return Failure(str(Reason.TRUNCATED), found.status, found.code, found.message)
    return found


def _truncated(code: str, message: str) -> Failure:
    return failure(Reason.TRUNCATED, message, 200, code)
