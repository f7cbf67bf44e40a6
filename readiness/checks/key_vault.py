"""Whether an account can go on using its key: the vault can't be purged, lets it in, and grants it wrap and unwrap.

Purge protection is off unless it was switched on, soft delete is on unless it was switched off; trusted services are
let in by default, and with public access disabled too.
https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from readiness.access import GROUPS, UNKNOWN_KIND, Access, Found, Holds, Right, access
from readiness.checks.customer_keys import CLIENT, MODULES, vault_of
from readiness.checks.grants import unread
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource, Truth
from readiness.paths import Path, reader

SOFT_DELETE: Final = Path.parse("properties.enableSoftDelete")
PURGE: Final = Path.parse("properties.enablePurgeProtection")
PUBLIC: Final = Path.parse("properties.publicNetworkAccess")
ACTION: Final = Path.parse("properties.networkAcls.defaultAction")
BYPASS: Final = Path.parse("properties.networkAcls.bypass")
STATES: Final = Path.parse(
    "properties.privateEndpointConnections[*].properties.privateLinkServiceConnectionState.status"
)
BY_ROLES: Final = Path.parse("properties.enableRbacAuthorization")
POLICIES: Final = Path.parse("properties.accessPolicies")
PRINCIPAL: Final = Path.parse("identity.principalId")
ASSIGNED: Final = Path.parse("identity.userAssignedIdentities")
NEEDED: Final = ("wrap", "unwrap")
RIGHTS: Final = tuple(
    Right(f"{word} keys", (f"microsoft.keyvault/vaults/keys/{word}/action",), data=True) for word in NEEDED
)


@dataclass(frozen=True, slots=True)
class KeyVault:
    """No params."""


def key_vault(subject: Resource, params: KeyVault, world: World) -> Decision:
    """Fails with everything that may cost the account its key; unknown where the vault was not read."""
    vault = vault_of(subject, world)
    if isinstance(vault, Evidence):
        return Decision(Outcome.UNKNOWN, (vault,))
    module = vault.type.casefold() == MODULES.casefold()
    rights = _module_rights(vault) if module else _rights(subject, vault, world)
    return summed([_soft_delete(vault, world), _purge(vault, world), _reachable(vault, world), rights])


def _soft_delete(vault: Resource, world: World) -> Judged:
    value = reader(SOFT_DELETE)(vault, vault)
    if value is UNKNOWN:
        return _unread(vault, SOFT_DELETE, world)
    outcome = Outcome.FAIL if str(value).casefold() == "false" else Outcome.PASS
    note = "not set, which means true" if value is None else None
    return outcome, Evidence(SOFT_DELETE.text, value, True, note, vault.id)


def _purge(vault: Resource, world: World) -> Judged:
    value = reader(PURGE)(vault, vault)
    if value is UNKNOWN:
        return _unread(vault, PURGE, world)
    outcome = Outcome.PASS if str(value).casefold() == "true" else Outcome.FAIL
    note = "not set, which means false" if value is None else None
    return outcome, Evidence(PURGE.text, value, True, note, vault.id)


def _unread(vault: Resource, path: Path, world: World) -> Judged:
    return Outcome.UNKNOWN, Evidence(path.text, note=world.why_unknown(vault, path, None), resource=vault.id)


# --- the network ---------------------------------------------------------------------------------------------------


def _reachable(vault: Resource, world: World) -> Judged:
    """Whether the service gets to the vault: it is open, or lets trusted services in."""
    bypass = reader(BYPASS)(vault, vault)
    if bypass is not UNKNOWN and str(bypass or "AzureServices").casefold() == "azureservices":
        return Outcome.PASS, Evidence(BYPASS.text, bypass or "AzureServices", "AzureServices", None, vault.id)
    public, action = reader(PUBLIC)(vault, vault), reader(ACTION)(vault, vault)
    closed = str(public).casefold() in ("disabled", "securedbyperimeter") or str(action).casefold() == "deny"
    if closed and bypass is not UNKNOWN:
        return _shut(vault, bypass)
    if UNKNOWN in (bypass, public, action):
        return _unread(vault, next(p for p in (BYPASS, PUBLIC, ACTION) if reader(p)(vault, vault) is UNKNOWN), world)
    return Outcome.PASS, Evidence(ACTION.text, action or "Allow", None, "open to all networks", vault.id)


def _shut(vault: Resource, bypass: Json) -> Judged:
    states = reader(STATES)(vault, vault)
    approved = states is UNKNOWN or any(str(state).casefold() == "approved" for state in states)
    note = "closed to other networks" + (
        "; whether the service comes through a private endpoint is not seen here" if approved else ""
    )
    outcome = Outcome.UNKNOWN if approved else Outcome.FAIL
    return outcome, Evidence(BYPASS.text, bypass, "AzureServices", note, vault.id)


# --- the account's rights -----------------------------------------------------------------------------------------


def _module_rights(vault: Resource) -> Judged:
    note = "the roles of a managed HSM are its own, and not read"
    return Outcome.UNKNOWN, Evidence("rights", note=note, resource=vault.id)


def _rights(account: Resource, vault: Resource, world: World) -> Judged:
    principal = _principal(account)
    if principal is UNKNOWN:
        note = "which identity uses the key could not be told"
        return Outcome.UNKNOWN, Evidence(PRINCIPAL.text, note=note)
    if principal is None:
        return Outcome.FAIL, Evidence(PRINCIPAL.text, None, "an identity that may use the key")
    by_roles = reader(BY_ROLES)(vault, vault)
    if by_roles is UNKNOWN:
        return _unread(vault, BY_ROLES, world)
    if str(by_roles).casefold() == "true":
        return _by_roles(principal, vault, world)
    return _by_policies(principal, vault, world)


def _principal(account: Resource) -> Json:
    """The principal that uses the key: the user-assigned one that the key names, else the system-assigned one."""
    client = reader(CLIENT)(account, account)
    if client is UNKNOWN:
        return UNKNOWN
    if not client:
        own = reader(PRINCIPAL)(account, account)
        return own.lower() if isinstance(own, str) else own if own is UNKNOWN else None
    listed = reader(ASSIGNED)(account, account)
    named = listed.values() if isinstance(listed, dict) else ()
    found = [
        m.get("principalId")
        for m in named
        if isinstance(m, dict) and str(m.get("clientId")).casefold() == str(client).casefold()
    ]
    return found[0].lower() if found and isinstance(found[0], str) else UNKNOWN


def _by_roles(principal: str, vault: Resource, world: World) -> Judged:
    found = access(vault, world)
    holders = [found.holders(Holds(right)) for right in RIGHTS]
    truths = [_holds(found, held, principal) for held in holders]
    if None in truths and False not in truths:
        certain = all(held.of(principal) is True for held in holders)
        lost = next(iter(unread(found.denials if certain else found.lost)), None)
        note = lost.note if lost else "a condition, a group or a role that was not read may decide it"
        return Outcome.UNKNOWN, Evidence("rights", note=f"whether it may wrap and unwrap: {note}", resource=vault.id)
    outcome = Outcome.FAIL if False in truths else Outcome.PASS
    has = [word for word, truth in zip(NEEDED, truths, strict=True) if truth]
    return outcome, Evidence("rights", has or "none", " and ".join(NEEDED), f"by role, for {principal}", vault.id)


def _holds(found: Access, holders: Found, principal: str) -> Truth:
    known = holders.of(principal)
    if known is True:
        return None if found.denials else True
    others = any(holders.kinds[kind] or holders.doubtful[kind] for kind in (*GROUPS, UNKNOWN_KIND))
    doubtful = known is None or others or found.lost
    return None if doubtful else False


def _by_policies(principal: str, vault: Resource, world: World) -> Judged:
    policies = reader(POLICIES)(vault, vault)
    if policies is UNKNOWN:
        return _unread(vault, POLICIES, world)
    held = {key for policy in policies or [] for key in _keys(policy, principal)}
    has = [word for word in NEEDED if held & {f"{word}key", "all"}]
    outcome = Outcome.PASS if len(has) == len(NEEDED) else Outcome.FAIL
    note = f"by access policy, for {principal}"
    return outcome, Evidence("rights", has or "none", " and ".join(NEEDED), note, vault.id)


def _keys(policy: Json, principal: str) -> Iterator[str]:
    """What an access policy lets a principal do with keys."""
    if isinstance(policy, dict) and str(policy.get("objectId")).casefold() == principal:
        permissions = policy.get("permissions")
        keys = permissions.get("keys") if isinstance(permissions, dict) else None
        yield from (str(key).casefold() for key in (keys if isinstance(keys, list) else ()))
