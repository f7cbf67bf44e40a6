"""Apps that share an identity: what one may do all may, and logs and costs can't tell them apart.

https://learn.microsoft.com/azure/app-service/overview-managed-identity
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from readiness.arm import key_of, name_of, with_slash
from readiness.checks.grants import TOLD, unread
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Lost, Outcome, Resource
from readiness.paths import Path, reader

IDENTITY: Final = Path.parse("identity")
_READ_IDENTITY: Final = reader(IDENTITY)


@dataclass(frozen=True, slots=True)
class OwnIdentities:
    """`types` are the resource types that count as apps."""

    types: tuple[str, ...]


def own_identities(subject: Resource, params: OwnIdentities, world: World) -> Decision:
    """Fails with each user-assigned identity that an app of the workload shares with another app."""
    listed = [world.related(subject, "resources", type_) for type_ in params.types]
    apps = [app for each in listed for app in each.items if isinstance(app, Resource)]
    holders, others = _holders(world, params.types)
    shared = {i: holders[i] for app in apps for i in _identities(app) if len(holders.get(i, ())) > 1}
    if shared:
        evidence = [
            Evidence(f"apps with {name_of(i)}", sorted(map(name_of, who)), "one") for i, who in shared.items()
        ]
        return Decision(Outcome.FAIL, tuple(evidence[:TOLD]))
    lost = tuple(dict.fromkeys((*(lost for each in listed for lost in each.lost), *others)))
    unclear = [app for app in apps if _READ_IDENTITY(app, app) is UNKNOWN]
    return _unshared(apps, unclear, lost, world)


def _unshared(apps: list[Resource], unclear: list[Resource], lost: tuple[Lost, ...], world: World) -> Decision:
    """What it comes to where no shared identity was seen."""
    if lost or unclear:
        notes = [Evidence(IDENTITY.text, note=world.why_unknown(a, IDENTITY, None), resource=a.id) for a in unclear]
        return Decision(Outcome.UNKNOWN, (*notes[:TOLD], *unread(lost)))
    signed = [app for app in apps if isinstance(_READ_IDENTITY(app, app), dict)]
    if not signed:
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(IDENTITY.text, 0, note="no app has an identity"),))
    return Decision(Outcome.PASS, (Evidence("apps with an identity of their own", len(signed)),))


@lru_cache(maxsize=2)
def _holders(world: World, types: tuple[str, ...]) -> tuple[dict[str, list[str]], tuple[Lost, ...]]:
    """The ids of the apps of the whole estate by each user-assigned identity (a key), and the lists lost."""
    everything = Resource({}, id="estate", key="estate", type="estate")
    listed = [world.related(everything, "resources", type_) for type_ in types]
    found: dict[str, list[str]] = {}
    for app in (app for each in listed for app in each.items if isinstance(app, Resource)):
        for identity in _identities(app):
            found.setdefault(identity, []).append(app.id)
    return found, tuple(lost for each in listed for lost in each.lost)


def _identities(app: Resource) -> Iterator[str]:
    identity = _READ_IDENTITY(app, app)
    users = identity.get("userAssignedIdentities") if isinstance(identity, dict) else None
    yield from (key_of(with_slash(str(own))) for own in (users if isinstance(users, dict) else ()))
