"""Private paths and access as data, for `--full`. Keys are only ever added; a truth is true, false or null."""

from __future__ import annotations

from readiness.access import Row
from readiness.model import Json, Lost, Resource
from readiness.private_path import Caller, Endpoint, Origin, Part
from readiness.render.path_drawing import summary
from readiness.report import AccountAccess, Holders, Reached


def path(one: Reached) -> dict[str, Json]:
    """The private path of an account."""
    found = one.path
    return {
        "resource": found.id,
        "state": one.way.replace(" ", "_"),
        "summary": summary(found),
        "approved": _part(found.approved),
        "endpoints": [_endpoint(endpoint) for endpoint in found.endpoints],
        "required_zones": found.required,
        "networks": [_network(origin) for origin in found.origins],
        "unseen": found.unseen,
    }


def _part(part: Part) -> dict[str, Json]:
    return {"name": part.name, "holds": part.truth, "said": part.said, "resource": part.id, "path": part.path}


def _endpoint(endpoint: Endpoint) -> dict[str, Json]:
    return {
        "resource": endpoint.id,
        "subnet": endpoint.subnet,
        "managed": endpoint.managed,
        "zones": [zone.id for zone in endpoint.zones],
        "registered": _part(endpoint.registered),
    }


def _network(origin: Origin) -> dict[str, Json]:
    return {
        "resource": origin.id,
        "callers": [_caller(caller) for caller in origin.callers],
        "links": [_part(part) for part in origin.links],
        "route": _part(origin.route),
    }


def _caller(caller: Caller) -> dict[str, Json]:
    return {"name": caller.name, "kind": caller.kind, "resource": caller.id, "subnet": caller.subnet}


def access(account: Resource, found: AccountAccess) -> dict[str, Json]:
    """Who has access to an account."""
    return {
        "resource": account.id,
        "keys_work": found.table.keys_work,
        "data": _holders(found.data),
        "keys": _holders(found.keys),
        "rows": [_row(row) for row in found.table.rows],
        "more": found.table.more,
        "lost": [_lost(lost) for lost in found.table.lost],
    }


def _holders(holders: Holders) -> dict[str, Json]:
    return {
        "certain": [{"type": kind, "count": count} for kind, count in holders.certain.items()],
        "possible": [{"type": kind, "count": count} for kind, count in holders.possible.items()],
    }


def _row(row: Row) -> dict[str, Json]:
    return {
        "principal": row.principal,
        "type": row.kind,
        "role": row.role,
        "scope": row.scope,
        "data": row.data,
        "data_actions": row.patterns,
        "keys": row.keys,
        "conditional": row.conditional,
        "eligible": row.eligible,
    }


def _lost(lost: Lost) -> dict[str, Json]:
    return {"scope": lost.scope, "type": lost.type, "reason": lost.reason, "permission": lost.permission}
