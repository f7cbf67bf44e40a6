"""Whether the key that encrypts an account is renewed: by the vault's policy, or by hand and not long ago.

An account without a version in its key's name uses the newest; one with a version stays with it whatever the vault
does. ARM's list of keys leaves out versions and policies, the record of one key has them.
https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation
https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults/keys
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from readiness.arm import name_of
from readiness.checks.customer_keys import NAME, VAULTS, VERSION, vault_of
from readiness.checks.llm_accounts import lists_lost
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource, Truth
from readiness.paths import Path, reader

KEYS: Final = f"{VAULTS}/keys"
CREATED: Final = Path.parse("properties.attributes.created")
NEWEST: Final = reader(Path.parse("properties.keyUriWithVersion"))
POLICY: Final = Path.parse("properties.rotationPolicy")
ACTIONS: Final = reader(Path.parse("properties.rotationPolicy.lifetimeActions[*].action.type"))
YOUNG: Final = "a version of at most {days} days"
OUTCOMES: Final = {True: Outcome.PASS, False: Outcome.FAIL, None: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class CmkRotation:
    """`max_age_days` is how old the version in use may be, where no policy of the vault renews it."""

    max_age_days: int = 365


def cmk_rotation(subject: Resource, params: CmkRotation, world: World) -> Decision:
    """Fails with a version that is too old and that nothing renews; unknown where the key was not read."""
    version, name = reader(VERSION)(subject, subject), reader(NAME)(subject, subject)
    vault = vault_of(subject, world)
    if isinstance(vault, Evidence):
        return Decision(Outcome.UNKNOWN, (vault,))
    if version is UNKNOWN or not isinstance(name, str) or not name:
        path = VERSION if version is UNKNOWN else NAME
        note = world.why_unknown(subject, path, None) if UNKNOWN in (version, name) else "names no key"
        return Decision(Outcome.UNKNOWN, (Evidence(path.text, note=note),))
    found = world.find(f"{vault.id}/keys/{name}", KEYS)
    key = next(iter(found.items), None)
    if not isinstance(key, Resource):
        unclear = tuple(lists_lost(found)) or (Evidence(NAME.text, name, note="the vault has no such key"),)
        return Decision(Outcome.UNKNOWN if found.lost else Outcome.FAIL, unclear)
    if isinstance(version, str) and version:
        return _pinned(version, key, params, world)
    return _latest(key, params, world)


def _latest(key: Resource, params: CmkRotation, world: World) -> Decision:
    """The account uses the newest version: a policy renews it, or somebody does."""
    rotates = _rotates(key)
    if rotates:
        return Decision(Outcome.PASS, (Evidence(POLICY.text, "rotate", "rotate", resource=key.id),))
    young, seen = _aged(key, params, world)
    if young is not True and rotates is None:
        note = "whether the vault renews the key could not be told"
        return Decision(Outcome.UNKNOWN, (seen, Evidence(POLICY.text, note=note, resource=key.id)))
    note = "whether one renews it was not read" if rotates is None else "no policy renews it"
    return Decision(OUTCOMES[young], (seen, Evidence(POLICY.text, None, "rotate", note, key.id)))


def _rotates(key: Resource) -> Truth:
    """Whether the vault renews a key by itself; None where the record is one of a list, which does not say."""
    actions, policy = ACTIONS(key, key), reader(POLICY)(key, key)
    if isinstance(actions, list) and any(str(action).casefold() == "rotate" for action in actions):
        return True
    listed = policy is None and _newest(key) is None
    return None if listed or policy is UNKNOWN or actions is UNKNOWN else False


def _newest(key: Resource) -> str | None:
    """The newest version's name; None where the record does not say."""
    uri = NEWEST(key, key)
    return name_of(uri) if isinstance(uri, str) and uri else None


def _pinned(version: str, key: Resource, params: CmkRotation, world: World) -> Decision:
    """The account stays with one version: its age counts."""
    own = next(iter(world.find(f"{key.id}/versions/{version}", f"{KEYS}/versions").items), None)
    newest = _newest(key)
    pinned = Evidence(VERSION.text, version, note="pinned: a newer version is not taken")
    if isinstance(own, Resource) or (newest or "").casefold() == version.casefold():
        young, seen = _aged(own if isinstance(own, Resource) else key, params, world)
        return Decision(OUTCOMES[young], (pinned, seen))
    young, seen = _aged(key, params, world)
    if young is False:
        return Decision(Outcome.FAIL, (pinned, seen))
    note = "when this version was made was not read" + (f": the newest is {newest}" if newest else "")
    return Decision(Outcome.UNKNOWN, (Evidence(VERSION.text, version, note=note), seen))


def _aged(key: Resource, params: CmkRotation, world: World) -> tuple[Truth, Evidence]:
    """Whether a key's version is young enough."""
    value = reader(CREATED)(key, key)
    wanted = YOUNG.format(days=params.max_age_days)
    made = _moment(value)
    if made is None:
        note = world.why_unknown(key, CREATED, None) if value is UNKNOWN else "is no date"
        return None, Evidence(CREATED.text, None, wanted, note, key.id)
    age = world.as_of - made
    young = age <= timedelta(days=params.max_age_days)
    return young, Evidence(CREATED.text, f"{made:%Y-%m-%d}", wanted, f"{age.days} days old", key.id)


def _moment(value: Json) -> datetime | None:
    """Seconds since 1970, as Key Vault writes dates."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**35:
        return None
    return datetime.fromtimestamp(value, UTC)
