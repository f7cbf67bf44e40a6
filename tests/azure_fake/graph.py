"""Resource Graph: rows made of ARM bodies, queries, and pages of them.

The columns and what stands in them where ARM has nothing ("" for texts, null for objects) are those of the recorded
answers (ResourceGraphSource of Cloud Custodian). Paging: https://learn.microsoft.com/azure/governance/resource-graph/
concepts/work-with-data#paging-results
"""

import base64
from hashlib import blake2b

import orjson

from azure_fake import errors, ids, kinds, kql
from azure_fake.errors import Answer

COLUMNS = (
    *("id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy", "sku"),
    *("plan", "properties", "tags", "identity", "zones", "extendedLocation"),
)
_TEXTS = ("kind", "location", "managedBy", "resourceGroup", "subscriptionId")
MOST = 1000
"""Rows in an answer: the default and the maximum of $top."""


class Graph:
    """The tables of one estate."""

    def __init__(self, estate):
        self.estate = estate
        self._tables = {}

    def answer(self, body):
        """What `POST /providers/Microsoft.ResourceGraph/resources` says of a request's body."""
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return errors.graph_refused(400, "InvalidQuery", "Query is missing.")
        options = body.get("options") or {}
        try:
            scope = self._scope(body)
            rows, limited = kql.run(body["query"], lambda table: self._rows(table, scope), COLUMNS)
            return Answer(200, _page(rows, limited, options, _mark(body)))
        except kql.Invalid as problem:
            return errors.graph_refused(400, "InvalidQuery", str(problem))
        except errors.Refused as refusal:
            return refusal.answer

    def _scope(self, body):
        """Subscriptions in lower case; a subscription that the caller can't see is left out in silence."""
        known = {s["subscriptionId"].lower() for s in self.estate.subscriptions}
        asked = {s.lower() for s in body.get("subscriptions") or ()}
        for group in body.get("managementGroups") or ():
            inside = {name.lower(): subs for name, subs in self.estate.groups.items()}.get(group.lower(), ())
            asked |= {s.lower() for s in inside}
        found = known & asked if asked or body.get("managementGroups") else known
        if not found:
            text = "Please make sure the caller has access to the requested subscriptions."
            raise errors.Refused(errors.error(403, "AccessDenied", text))
        return frozenset(found)

    def _rows(self, table, scope):
        if table not in self._tables:
            self._tables[table] = [self._row(body) for body in self._bodies(table)]
        return [row for above, row in self._tables[table] if not above or above & scope]

    def _bodies(self, table):
        wanted = kinds.TABLES[table] if kinds.TABLES[table] is not None else kinds.IN_GRAPH
        for body in [*self.estate.records.values(), *self._management_groups()]:
            if _type(body) in wanted:
                yield body

    def _management_groups(self):
        for name in self.estate.groups:
            id_ = f"/providers/Microsoft.Management/managementGroups/{name}"
            yield {"id": id_, "name": name, "properties": {"displayName": name, "tenantId": self.estate.tenant_id}}

    def _row(self, body):
        """(the subscriptions that it belongs to, none for the whole tenant; its row)."""
        key = ids.key(body["id"])
        subscription, group = ids.subscription_of(key), ids.group_of(body["id"])
        if key in self.estate.rows:
            row = dict.fromkeys(COLUMNS) | self.estate.rows[key]
        else:
            row = {c: body.get(c, "" if c in _TEXTS else None) for c in COLUMNS}
            row |= {"type": _type(body), "tenantId": self.estate.tenant_id, "location": _location(body)}
            row |= {"subscriptionId": subscription or "", "resourceGroup": (group or "").split("/")[-1].lower()}
        if _type(body) == "microsoft.resources/subscriptions":
            row |= {"name": body["displayName"], "properties": self._container(body, row["properties"] or {})}
        return frozenset({subscription} if subscription else self._below(key)), row

    def _container(self, body, own):
        """The properties of a subscription's row; `own` are those that a snapshot has of it."""
        chain = [
            {"name": g, "displayName": g} for g, subs in self.estate.groups.items() if body["subscriptionId"] in subs
        ]
        more = {"managementGroupAncestorsChain": chain, "managedByTenants": body.get("managedByTenants", [])}
        return more | {"subscriptionPolicies": body.get("subscriptionPolicies")} | own | {"state": body["state"]}

    def _below(self, key):
        for name, inside in self.estate.groups.items():
            if ids.within(key, f"/providers/microsoft.management/managementgroups/{name.lower()}"):
                return {s.lower() for s in inside}
        return ()


def _type(body):
    found = ids.type_of(body["id"]).lower()
    return "microsoft.resources/subscriptions/resourcegroups" if found.endswith("/resourcegroups") else found


def _location(body):
    return body.get("location", "").replace(" ", "").lower()


def _mark(body):
    """What a skip token is good for: the same query over the same scope."""
    same = [body["query"], body.get("subscriptions"), body.get("managementGroups")]
    return blake2b(orjson.dumps(same), digest_size=6).hexdigest()


def _start(options, mark):
    token = options.get("$skipToken")
    if not token:
        return options.get("$skip", 0), options.get("$top", MOST)
    if token.startswith("again"):  # a page without end, dialled as a fault
        return 0, MOST
    try:
        offset, top, of = orjson.loads(base64.b64decode(token, validate=True))
    except ValueError:
        of = None
    if of != mark:
        raise kql.Invalid("The skip token is not valid for this query.")
    return offset, options.get("$top", top)


def _page(rows, limited, options, mark):
    start, top = _start(options, mark)
    if not 1 <= top <= MOST:
        raise kql.Invalid(f"The value of $top must be between 1 and {MOST}.")
    page = rows[start : start + top]
    more = start + top < len(rows)
    body = {"totalRecords": len(rows), "count": len(page), "facets": []}
    body["data"] = page if options.get("resultFormat", "objectArray") == "objectArray" else _table(page)
    # The documentation says "true" where a token follows, the specification's examples say "false": both occur here.
    body["resultTruncated"] = "true" if more and (start // top) % 2 == 0 else "false"
    if more and not limited and page and "id" in page[0]:  # without ids there is no further page
        body["$skipToken"] = base64.b64encode(orjson.dumps([start + top, top, mark])).decode()
    elif more:
        body["resultTruncated"] = "true"
    return body


def _table(rows):
    names = list(rows[0]) if rows else []
    named = {str: "string", int: "integer", float: "number", bool: "boolean"}
    columns = [{"name": n, "type": named.get(type(rows[0][n]), "object")} for n in names]
    return {"columns": columns, "rows": [list(row.values()) for row in rows]}
