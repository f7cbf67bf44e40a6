"""An app's managed identity, and whether each Key Vault reference in its settings resolves with it.

App Service lists the references at `{site}/config/configreferences/appsettings`: a GET, which shows no setting's
value. `configreferences` itself is no resource that anything lists, so they are asked for below its id.
https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness.arm import name_of
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Evidence, Item, Json, Outcome, Resource
from readiness.paths import Path, reader

RESOLVED: Final = "resolved"
BROKEN: Final = frozenset(
    {"invalidsyntax", "msinotenabled", "vaultnotfound", "secretnotfound", "secretversionnotfound"}
    | {"accesstokeyvaultdenied", "fetchtimedout", "unauthorizedclient", "otherreasons"}
)
"""ResolveStatus of Microsoft.Web; `Initialized` is on the way, and what is not listed is not known yet."""
_IDENTITY: Final = Path.parse("identity.type")
_STATUS: Final = Path.parse("properties.status")
_read_identity: Final = reader(_IDENTITY)
_read_status: Final = reader(_STATUS)


@dataclass(frozen=True, slots=True)
class ReferencesResolved:
    """`needs_identity`: an app without a managed identity fails, whether or not it refers to anything."""

    needs_identity: bool = True


def references_resolved(subject: Resource, params: ReferencesResolved, world: World) -> Decision:
    """Fails without an identity and with each broken reference; unknown where the references were not read."""
    judged = [_identity(subject, world)] if params.needs_identity else []
    type_ = f"{subject.type}/config/appsettings"
    found = world.related(_below(subject), "children", type_)
    judged += [_reference(item, world) for item in found.items]
    if found.lost:
        judged.append(
            (Outcome.UNKNOWN, Evidence("references", None, "a complete list", lost_in_words(found.lost[0])))
        )
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        evidence = tuple(e for own, e in judged if own is outcome)
        if evidence:
            return Decision(outcome, evidence)
    references = Evidence(
        "references",
        len(found.items),
        None,
        "of app settings to Key Vault" if found.items else "no app setting refers to Key Vault",
    )
    return Decision(Outcome.PASS, (*(e for _, e in judged), references))


def _below(subject: Resource) -> Resource:
    """What the references' ids have above them; no record of it exists."""
    place = f"{subject.id.rstrip('/')}/config/configreferences"
    return Resource(None, (), None, place, place.lower(), f"{subject.type}/config")


def _identity(subject: Resource, world: World) -> tuple[Outcome, Evidence]:
    value = _read_identity(subject, subject)
    expected = "a managed identity"
    if value is UNKNOWN:
        why = world.why_unknown(subject, _IDENTITY, None)
        return Outcome.UNKNOWN, Evidence(_IDENTITY.text, None, expected, why)
    if value is None or _folded(value) in ("", "none"):
        return Outcome.FAIL, Evidence(_IDENTITY.text, value, expected, None if value else "not set")
    known = "assigned" in _folded(value)
    note = None if known else "is no kind of identity that is known"
    return Outcome.PASS if known else Outcome.UNKNOWN, Evidence(_IDENTITY.text, value, expected, note)


def _reference(item: Item, world: World) -> tuple[Outcome, Evidence]:
    name = name_of(item.id) if isinstance(item, Resource) else "reference"
    path, value = f"setting {name}", _read_status(item, item)
    if value is UNKNOWN:
        return Outcome.UNKNOWN, Evidence(path, None, "Resolved", world.why_unknown(item, _STATUS, None))
    status = _folded(value)
    outcome = Outcome.PASS if status == RESOLVED else Outcome.FAIL if status in BROKEN else Outcome.UNKNOWN
    return outcome, Evidence(path, value, "Resolved", "no status is given" if value is None else None)


def _folded(value: Json) -> str:
    return value.strip().casefold() if isinstance(value, str) else "?"
