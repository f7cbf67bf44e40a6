"""How a search service signs in elsewhere, and who signs in to it.

What indexers, skills and vectorizers call is not seen from Azure Resource Manager; a shared private link is the sign
that something there is called.
https://learn.microsoft.com/azure/search/search-security-rbac
https://learn.microsoft.com/azure/search/search-how-to-managed-identities
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.access import CALL_MODELS, GROUPS, Found, Holds, Right, access, keys_work
from readiness.arm import key_of, name_of, type_of, with_slash
from readiness.checks.app_roles import Exceeds, IsApplication
from readiness.checks.grants import anybody, named, unread, unread_of
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Related, Resource, Truth
from readiness.paths import Path, reader

ACCOUNTS: Final = "Microsoft.CognitiveServices/accounts"
LINKS: Final = "Microsoft.Search/searchServices/sharedPrivateLinkResources"
IDENTITY: Final = Path.parse("identity")
KIND: Final = reader(Path.parse("kind"))
TARGET: Final = reader(Path.parse("properties.privateLinkResourceId"))
ENFORCED: Final = Path.parse("properties.encryptionWithCmk.enforcement")
_READ_IDENTITY, _READ_ENFORCED = reader(IDENTITY), reader(ENFORCED)
LLM: Final = ("openai", "aiservices")
SERVICE_RIGHTS: Final = (
    Right("list the admin keys", ("microsoft.search/searchservices/listadminkeys/action",)),
    Right("manage the service", ("microsoft.search/searchservices/write",)),
)
SEARCH_DATA: Final = Right("reach the index", ("microsoft.search/*",), data=True, family=True)


def identities(resource: Resource) -> frozenset[str] | None:
    """The principals (in lower case) of a resource's own and user-assigned identities; None if not read."""
    identity = _READ_IDENTITY(resource, resource)
    if identity is UNKNOWN:
        return None
    if not isinstance(identity, dict):
        return frozenset()
    users = identity.get("userAssignedIdentities")
    values = list(users.values()) if isinstance(users, dict) else []
    texts = [identity.get("principalId"), *(v.get("principalId") for v in values if isinstance(v, dict))]
    return frozenset(text.lower() for text in texts if isinstance(text, str) and text)


# --- what it calls ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MayCallModels:
    """With `calls_models` a service calls an account of its workload, also where no link says so."""

    calls_models: bool = False


def may_call_models(subject: Resource, params: MayCallModels, world: World) -> Decision:
    """Fails where the service's identity may not call an account that it is linked to, and that refuses keys."""
    principals = identities(subject)
    if principals is None:
        return _unknown(IDENTITY, subject, world)
    if not principals:
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(IDENTITY.text, note="the service has no identity"),))
    links = world.related(subject, "children", LINKS)
    targets = _accounts_linked(links)
    if targets:
        parts = [_judged(target, principals, world) for target in targets]
        return summed(parts) if not links.lost else _not_all(summed(parts), links)
    if params.calls_models:
        return _any_of_workload(subject, principals, world)
    if links.lost:
        return Decision(Outcome.UNKNOWN, unread(links.lost))
    note = "no shared private link leads to an account; whether it calls one otherwise is not seen"
    return Decision(Outcome.NOT_APPLICABLE, (Evidence(LINKS, 0, note=note),))


def _unknown(path: Path, subject: Resource, world: World) -> Decision:
    return Decision(Outcome.UNKNOWN, (Evidence(path.text, note=world.why_unknown(subject, path, None)),))


def _not_all(decision: Decision, links: Related) -> Decision:
    """A decision over some links, where others may not have been read."""
    outcome = decision.outcome if decision.outcome is Outcome.FAIL else Outcome.UNKNOWN
    return Decision(outcome, (*decision.evidence, *unread(links.lost)))


def _accounts_linked(links: Related) -> list[str]:
    """The ids of the accounts that links lead to."""
    found = (TARGET(link, link) for link in links.items)
    ids = [with_slash(text) for text in found if isinstance(text, str)]
    return list({key_of(i): i for i in ids if (type_of(i) or "").lower() == ACCOUNTS.lower()}.values())


def _judged(target: str, principals: frozenset[str], world: World) -> Judged:
    record = next(iter(world.find(target, ACCOUNTS).items), None)
    account = record if isinstance(record, Resource) else Resource({"id": target}, (), None, target, key_of(target))
    may, why = _may_call(account, principals, world)
    refuses = None if not isinstance(record, Resource) else _negated(keys_work(record))
    evidence = Evidence("may call its models", may, True, note=f"{name_of(target)}: {why}", resource=target)
    if may is not False:
        return Outcome.PASS if may else Outcome.UNKNOWN, evidence
    if refuses is None:
        return Outcome.UNKNOWN, Evidence(
            evidence.path, None, note=f"{name_of(target)}: whether it refuses keys is not known"
        )
    return Outcome.FAIL if refuses else Outcome.NOT_APPLICABLE, evidence


def _negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _may_call(account: Resource, principals: frozenset[str], world: World) -> tuple[Truth, str]:
    """Whether one of some principals may call an account's models, and why."""
    found = access(account, world)
    holders = found.holders(Holds(CALL_MODELS))
    truths = {holders.of(principal) for principal in principals}
    if True in truths:
        return (None, "a denial may not have been read") if found.denials else (True, "has a role that calls models")
    if None in truths:
        return None, "whether its role lets it call models can't be told"
    if found.assignments:
        return None, "the role assignments could not all be read"
    if _through_group(holders):
        return None, "a group may, and its members are not known"
    return False, "has no role that lets it call models"


def _through_group(holders: Found) -> bool:
    return any(holders.kinds[kind] or holders.doubtful[kind] for kind in GROUPS)


def _any_of_workload(subject: Resource, principals: frozenset[str], world: World) -> Decision:
    """Passes if the service may call any account of its workload; fails if none, and all refuse keys."""
    listed = world.related(subject, "resources", ACCOUNTS)
    accounts = [a for a in listed.items if isinstance(a, Resource) and _is_llm(a)]
    parts = [_judged(account.id, principals, world) for account in accounts]
    if any(outcome is Outcome.PASS for outcome, _ in parts):
        return Decision(Outcome.PASS, tuple(e for outcome, e in parts if outcome is Outcome.PASS))
    if listed.lost or any(outcome is Outcome.UNKNOWN for outcome, _ in parts):
        return Decision(Outcome.UNKNOWN, (*(e for _, e in parts), *unread(listed.lost)))
    if any(outcome is Outcome.NOT_APPLICABLE for outcome, _ in parts) or not parts:
        note = "an account of the workload accepts keys" if parts else "the workload has no account"
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(ACCOUNTS, note=note),))
    return Decision(Outcome.FAIL, tuple(e for _, e in parts))


def _is_llm(account: Resource) -> bool:
    kind = KIND(account, account)
    return isinstance(kind, str) and kind.casefold() in LLM


# --- who calls it -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchRoles:
    """`allowed_roles` are the ids (last parts) of roles that an application may have on a search service."""

    allowed_roles: tuple[str, ...]


def search_roles(subject: Resource, params: SearchRoles, world: World) -> Decision:
    """Fails where a service reaches out without an identity, or where an application manages it."""
    return summed([*_own_identity(subject, world), *_callers(subject, params, world)])


def _own_identity(subject: Resource, world: World) -> list[Judged]:
    """Whether the service has the identity that it needs."""
    links = world.related(subject, "children", LINKS)
    enforced = _READ_ENFORCED(subject, subject)
    own_key = isinstance(enforced, str) and enforced.casefold() == "enabled"
    principals = identities(subject)
    if principals:
        return [(Outcome.PASS, Evidence(IDENTITY.text, _kind_of(subject), note="the service has an identity"))]
    if principals is None:
        return [(Outcome.UNKNOWN, Evidence(IDENTITY.text, note=world.why_unknown(subject, IDENTITY, None)))]
    if links.items or own_key:
        note = "reaches other resources by private links" if links.items else "encrypts with a key of the customer's"
        return [(Outcome.FAIL, Evidence(IDENTITY.text, None, "an identity", note=f"{note}, and has no identity"))]
    if links.lost:
        return [(Outcome.UNKNOWN, evidence) for evidence in unread(links.lost)]
    if enforced is UNKNOWN:
        return [(Outcome.UNKNOWN, Evidence(ENFORCED.text, note=world.why_unknown(subject, ENFORCED, None)))]
    return [(Outcome.NOT_APPLICABLE, Evidence(IDENTITY.text, None, note="nothing shows that it reaches out"))]


def _kind_of(subject: Resource) -> Json:
    identity = _READ_IDENTITY(subject, subject)
    return identity.get("type") if isinstance(identity, dict) else None


def _callers(subject: Resource, params: SearchRoles, world: World) -> list[Judged]:
    """Whether applications have no more than the roles of the index."""
    found = access(subject, world)
    allowed = tuple(sorted({role.lower() for role in params.allowed_roles}))
    holders = found.holders(Exceeds(SERVICE_RIGHTS, "", allowed))
    truth = anybody(found, holders)
    if truth is None:
        return [(Outcome.UNKNOWN, evidence) for evidence in (*named(holders, subject), *unread_of(found))]
    if truth:
        return [(Outcome.FAIL, evidence) for evidence in named(holders, subject)]
    present = found.holders(IsApplication((SEARCH_DATA, *SERVICE_RIGHTS))).high
    note = "applications have the roles of the index alone" if present else "no application has a role of its own"
    return [(Outcome.PASS if present else Outcome.NOT_APPLICABLE, Evidence("roleAssignments", present, note=note))]
