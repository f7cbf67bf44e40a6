"""From a rule's fix to two texts to paste, an az command and a Bicep fragment, with the judged resource's own names.

A fix is an RFC 7396 merge patch of the judged ARM resource (design 8). az has two ways to bring one home:

* `az rest --method patch` sends it as it stands; a url that is a resource id goes to the ARM endpoint of the active
  cloud (`send_raw_request`, https://github.com/Azure/azure-cli/blob/dev/src/azure-cli-core/azure/cli/core/util.py).
  Right where the type's Update takes what the fix sets (the links at `_KNOWN`), and no more is written than asked.
* `az resource update` reads, edits by path and writes the whole: for types whose Update takes less. Deployments are
  such a type: "only Tags and Sku can be updated" by PATCH
  (https://learn.microsoft.com/dotnet/api/azure.resourcemanager.cognitiveservices.cognitiveservicesaccountdeploymentresource.update).
  It is used for the types that are not known here too, though it is the poorer way: read-only properties may be
  refused (https://github.com/Azure/azure-cli/issues/25670), and keys beside `properties` that its generic model lacks
  are lost, `zones` among them (https://github.com/Azure/azure-cli/issues/16653), so those are set anew.

How az reads `--set`, `--remove` and an `@` in an argument, each read in azure-cli 2.91.0: `set_properties` and
`remove_properties` (core/commands/arm.py), `_expand_file_prefixed_files` (core/commands/__init__.py). A value is
JSON, then a Python literal, else text; a path ends at `.`, `[` and `=`; an object on the way must exist, unless it
stands beside `properties`; what follows the first `=` of any argument is a file's name if it begins with `@`.

Bicep: https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types and
https://github.com/Azure/bicep/blob/main/docs/spec/bicep.md (escapes, numbers, identifiers).
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from readiness.arm import name_of, parent_of, type_of
from readiness.model import Json, Origin, Resource
from readiness.paths import is_older, lacks_properties

ID: Final = re.compile(r"/subscriptions(?:/(?!\.{1,2}(?:/|\Z))[\w.()\-;=](?:[\w.()\-;= ]{0,258}[\w.()\-;=])?)+")
"""What an id is made of: letters and digits of any script, `_ . - ( )` (resource groups may hold those), `; =` (an
API's revision is `api;rev=2`) and inner spaces. Nothing that a shell, a url or a reader takes for something else.
https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules"""
LONGEST: Final = 2048
"""Characters of an id: more than any has, with a group of 90, names of 260 and a few types below each other."""
_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.]*(?:/[A-Za-z0-9.\-]+)+")
_VERSION: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:-[a-z]{1,20})?")
_WORD: Final = re.compile(r"(?!(?:true|false|null|None|True|False|NaN|Infinity)\Z)[A-Za-z][A-Za-z0-9]*")
_STEP: Final = re.compile(r"(?![@\-\s])[^.\[\]=]*[^.\[\]=\s]")
_IDENTIFIER: Final = re.compile(r"(?!(?:true|false|null)\Z)[A-Za-z_][A-Za-z0-9_]*")
_OF_THE_DECLARATION: Final = frozenset({"id", "name", "type", "apiVersion", "parent", "scope"})
_NO_VERSION: Final = "<api-version>"
_MERGE: Final = "// Merge into the declaration that exists: only what changes is shown."
_IN_SUBSCRIPTION: Final = "// It stands in a file with targetScope = 'subscription'."
_LARGEST: Final = 2**63 - 1

Edit: TypeAlias = tuple[str, str]
"""An option of `az resource update` and its argument: ("--set", "properties.x=true")."""


@dataclass(frozen=True, slots=True)
class Snippets:
    """One fix for one resource, ready to paste."""

    az: str
    """A bash command, over several lines."""
    bicep: str
    """A Bicep fragment: the resource with what changes, and `existing` resources above it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a type: a stable api-version that has what the fixes set, and what its PATCH takes."""

    type: str
    api_version: str
    patches: bool = True
    needs_match: bool = False


_KNOWN: Final = {
    known.type.lower(): known
    for known in (
        # https://learn.microsoft.com/rest/api/aiservices/accountmanagement/accounts/update
        _Known("Microsoft.CognitiveServices/accounts", "2025-06-01"),
        # https://learn.microsoft.com/rest/api/aifoundry/accountmanagement/deployments/create-or-update
        _Known("Microsoft.CognitiveServices/accounts/deployments", "2025-06-01", patches=False),
        # https://learn.microsoft.com/rest/api/apimanagement/api-management-service/update
        _Known("Microsoft.ApiManagement/service", "2024-05-01"),
        # https://learn.microsoft.com/rest/api/apimanagement/backend/update: If-Match is required
        _Known("Microsoft.ApiManagement/service/backends", "2024-05-01", needs_match=True),
        # https://learn.microsoft.com/rest/api/searchmanagement/services/update
        _Known("Microsoft.Search/searchServices", "2025-05-01"),
    )
}


class _InexpressibleError(ValueError):
    """A fix that a command or a fragment can't say."""


def snippets(resource: Resource, fix: Json) -> Snippets | None:
    """The az command and the Bicep fragment that bring a fix home.

    None for what is no ARM resource in a subscription (`workload:x`, `estate`, subscriptions and resource groups
    themselves), for an id with characters that no id has, and for a fix that can't be said.
    """
    named = len(resource.id) <= LONGEST and ID.fullmatch(resource.id)
    if not named or not isinstance(fix, dict) or not fix or fix.keys() & _OF_THE_DECLARATION:
        return None
    try:
        _json(fix)
        chain = _chain(resource.id)
        version = _version(resource)
        return Snippets(_az(resource, fix, version), _bicep(chain, fix, version))
    except (_InexpressibleError, RecursionError):
        return None


def _version(resource: Resource) -> str | None:
    """The later of the api-version of the record and the known one; None without either.

    A Resource Graph row names no api-version of its type. An older version would not have what the fix sets, and a
    PUT with it may drop what it does not know.
    """
    known = _KNOWN.get(_type(resource.id).lower())
    read = resource.api_version if resource.origin is not Origin.GRAPH else None
    if not read or not _VERSION.fullmatch(read):
        return known.api_version if known else None
    return known.api_version if known and is_older(read, known.api_version) else read


def _type(resource_id: str) -> str:
    """The type of an id as Microsoft spells it, if it is known."""
    found = type_of(resource_id)
    if "/providers/" not in resource_id.lower() or not found or not _TYPE.fullmatch(found):
        raise _InexpressibleError(resource_id)
    known = _KNOWN.get(found.lower())
    return known.type if known else found


def _chain(resource_id: str) -> list[str]:
    """The ids of the resources above, the outermost first, and the id itself."""
    found = [resource_id]
    while above := parent_of(found[0]):
        found.insert(0, above)
    return found


# --- az ---------------------------------------------------------------------------------------------------------


def _az(resource: Resource, fix: dict[str, Json], version: str | None) -> str:
    known = _KNOWN.get(_type(resource.id).lower())
    if known and known.patches:
        match = [("--headers", "If-Match=*")] if known.needs_match else []
        url = f"{resource.id}?api-version={version}"
        return _command("az rest --method patch", [("--url", url), *match, ("--body", _json(fix))])
    edits = list(_edits(resource, fix))
    if not edits:
        raise _InexpressibleError("nothing to change")
    pinned = [("--api-version", version)] if version else []
    return _command("az resource update", [("--ids", resource.id), *pinned, *edits])


def _command(start: str, options: list[Edit]) -> str:
    return " \\\n  ".join([start, *(f"{name} {shlex.quote(value)}" for name, value in options)])


def _json(value: Json) -> str:
    """JSON in ASCII; `=@` is kept apart, since az takes what follows it for a file's name."""
    try:
        return json.dumps(value, allow_nan=False).replace("=@", "=\\u0040")
    except (TypeError, ValueError, RecursionError) as error:
        raise _InexpressibleError("no JSON") from error


def _edits(resource: Resource, fix: dict[str, Json]) -> Iterator[Edit]:
    """A merge patch as edits of the resource that az reads before it writes."""
    body = resource.body if isinstance(resource.body, dict) else {}
    whole = not resource.gaps and not lacks_properties(resource)
    yield from _edits_of("", fix, body, whole=whole)
    zones = body.get("zones")
    if isinstance(zones, list) and zones and "zones" not in fix:
        yield "--set", f"zones={_json(zones)}"


def _edits_of(above: str, patch: dict[str, Json], current: Json, *, whole: bool) -> Iterator[Edit]:
    """The edits below a path. Unless the record is known as a whole, an object that it lacks is not replaced."""
    have = current if isinstance(current, dict) else {}
    for key, new in patch.items():
        if not _STEP.fullmatch(key) or not key.isprintable():
            raise _InexpressibleError(key)
        path, old = f"{above}.{key}" if above else key, have.get(key)
        if new is None:
            yield from [("--remove", path)] if key in have or not whole else []
        elif isinstance(new, dict) and (isinstance(old, dict) or not whole):
            yield from _edits_of(path, new, old, whole=whole)
        else:
            yield "--set", f"{path}={_argument(_without_nulls(new))}"


def _argument(value: Json) -> str:
    """A value as `--set` reads it: JSON, or a word that nothing takes for JSON."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else _json(value)


def _without_nulls(value: Json) -> Json:
    """What a merge patch leaves where nothing was; a list is taken as it is."""
    if not isinstance(value, dict):
        return value
    return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}


# --- Bicep ------------------------------------------------------------------------------------------------------


def _bicep(chain: list[str], fix: dict[str, Json], version: str | None) -> str:
    """`existing` resources for what lies above, then the resource with what the fix sets."""
    symbols = _symbols(chain)
    of_group = "/resourcegroups/" in chain[0].lower()
    blocks = ["\n".join([_MERGE] if of_group else [_MERGE, _IN_SUBSCRIPTION])]
    for place, resource_id in enumerate(chain):
        own = _type(resource_id)
        last = place == len(chain) - 1
        at = f"{own}@{_version_above(own, chain[-1], version)}"
        lines = [f"resource {symbols[place]} {_string(at)} {'=' if last else 'existing ='} {{"]
        lines += [f"  {_below(own, chain[place - 1])}: {symbols[place - 1]}"] if place else []
        lines += [f"  name: {_string(name_of(resource_id))}"]
        lines += _members(fix, "  ") if last else []
        blocks.append("\n".join([*lines, "}"]))
    return f"{blocks[0]}\n" + "\n\n".join(blocks[1:])


def _version_above(own: str, judged: str, version: str | None) -> str:
    """The api-version of a resource above: one provider's types share theirs."""
    if own.partition("/")[0].lower() == _type(judged).partition("/")[0].lower():
        return version or _NO_VERSION
    known = _KNOWN.get(own.lower())
    return known.api_version if known else _NO_VERSION


def _below(own: str, above: str) -> str:
    """How a resource hangs on the one above: as its child, or as an extension of it."""
    return "parent" if own.lower().rpartition("/")[0] == _type(above).lower() else "scope"


def _symbols(chain: list[str]) -> list[str]:
    """A name for each resource, from its type: account, deployment; the second of a kind is account2."""
    found: list[str] = []
    for resource_id in chain:
        symbol = _symbol(_type(resource_id))
        count = sum(other.rstrip("0123456789") == symbol for other in found)
        found.append(f"{symbol}{count + 1}" if count else symbol)
    return found


def _symbol(type_: str) -> str:
    word = re.sub(r"[^A-Za-z]", "", type_.rpartition("/")[2]) or "item"
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "sis", "dis")):
        word = word[:-1] or "item"
    word = word[0].lower() + word[1:]
    return word if _IDENTIFIER.fullmatch(word) else f"{word}Item"


def _members(value: dict[str, Json], indent: str) -> Iterator[str]:
    """The lines of an object of the fix; null, which takes a property away, is said in a comment."""
    for key, inner in value.items():
        name = key if _IDENTIFIER.fullmatch(key) else _string(key)
        if inner is None:
            yield f"{indent}// leave out {name}"
        elif isinstance(inner, dict) and inner:
            yield from [f"{indent}{name}: {{", *_members(inner, indent + "  "), f"{indent}}}"]
        else:
            yield f"{indent}{name}: {_value(inner, indent)}"


def _value(value: Json, indent: str) -> str:
    """A value as Bicep writes it; it has whole numbers alone, of 64 bits."""
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list | dict):
        return _many(value, indent)
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > _LARGEST):
        return f"json({_string(json.dumps(value))})"
    return json.dumps(value)


def _many(value: list[Json] | dict[str, Json], indent: str) -> str:
    """A list, or an object in one: there null is a value like any other."""
    inside = indent + "  "
    if isinstance(value, list):
        lines = [f"{inside}{_value(inner, inside)}" for inner in value]
    else:
        names = {key: key if _IDENTIFIER.fullmatch(key) else _string(key) for key in value}
        lines = [f"{inside}{names[key]}: {_value(inner, inside)}" for key, inner in value.items()]
    start, end = "[]" if isinstance(value, list) else "{}"
    return "\n".join([start, *lines, f"{indent}{end}"]) if lines else start + end


def _string(text: str) -> str:
    """A Bicep string: quotes, backslashes and holes escaped, and whatever can't be seen by its number."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${")
    seen = (c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in escaped)
    return f"'{''.join(seen)}'"
