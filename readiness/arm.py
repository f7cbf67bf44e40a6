"""ARM ids: what they name, what lies above them, how they compare (semantics 1).

Shapes: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

from __future__ import annotations

from collections.abc import Iterator

SUBSCRIPTION_TYPE = "Microsoft.Resources/subscriptions"
GROUP_TYPE = "Microsoft.Resources/resourceGroups"
LONGEST_REGION = 100
"""Characters: longer than any region's name."""


def key_of(resource_id: str) -> str:
    """The form in which ids compare: lower case, without a trailing slash."""
    return resource_id.rstrip("/").lower()


def with_slash(resource_id: str) -> str:
    """An id with the slash that it begins with; some answers leave it out."""
    if resource_id[:1] == "/" or not resource_id.lower().startswith(("subscriptions/", "providers/")):
        return resource_id
    return f"/{resource_id}"


def type_of(resource_id: str) -> str | None:
    """The type that an id names; None if it names none.

    Extension objects take the part after the last `/providers/`.
    """
    return type_at(resource_id.rstrip("/"), key_of(resource_id))


def type_at(trimmed: str, key: str) -> str | None:
    """The type that an id without a trailing slash names, its key being known already."""
    at = key.rfind("/providers/")
    if at < 0:
        return _container_type(key.split("/"))
    # Counted from the end in names: some letters are two in lower case (\u0130).
    names = key.count("/", at + len("/providers/")) + 1
    tail = trimmed.rsplit("/", names)[1:]
    if len(tail) == 3:
        return f"{tail[0]}/{tail[1]}"
    return "/".join([tail[0], *tail[1::2]]) if len(tail) > 3 and len(tail) % 2 else None


def _container_type(folded: list[str]) -> str | None:
    if folded[:2] != ["", "subscriptions"]:
        return None
    if len(folded) == 3 and folded[2]:
        return SUBSCRIPTION_TYPE
    if len(folded) == 5 and folded[3] == "resourcegroups" and folded[4]:
        return GROUP_TYPE
    return None


def subscription_of(key: str) -> str | None:
    """The key of the subscription that an id lies in; None outside any."""
    if key[:15].lower() != "/subscriptions/":
        return None
    end = key.find("/", 15)
    found = key if end < 0 else key[:end]
    return found if len(found) > 15 else None


def group_of(key: str) -> str | None:
    """The key of the resource group that an id lies in; None outside any."""
    parts = key.split("/", 5)
    if len(parts) >= 5 and parts[3].lower() == "resourcegroups" and parts[4]:
        return "/".join(parts[:5])
    return None


def parent_of(key: str) -> str | None:
    """The id of the resource that a child or an extension object belongs to; None for a top-level one."""
    head, providers, tail = key.rpartition("/providers/")
    if not providers:
        return None
    if tail.count("/") >= 4:
        return key.rsplit("/", 2)[0]
    return head if "/providers/" in head else None


def parent_type(resource_type: str) -> str | None:
    """The type above a child type; None for a top-level one."""
    return resource_type.rpartition("/")[0] if resource_type.count("/") >= 2 else None


def region_of(location: object) -> str | None:
    """A region by the name that compares, as hosts have it: `West Europe` is `westeurope`; None without one."""
    if not isinstance(location, str) or len(location) > LONGEST_REGION:
        return None
    return "".join(location.split()).casefold() or None


def prefixes(key: str) -> Iterator[str]:
    """The id itself, then every id above it, down to "" (everything)."""
    while key:
        yield key
        key = key.rpartition("/")[0]
    yield ""


def name_of(resource_id: str) -> str:
    """The last part of an id."""
    return resource_id.rstrip("/").rpartition("/")[2]
