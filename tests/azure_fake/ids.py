"""ARM ids, taken apart. Written apart from the product's own module, whose mistakes it must not share."""

from dataclasses import dataclass

SUBSCRIPTIONS = "Microsoft.Resources/subscriptions"
GROUPS = "Microsoft.Resources/resourceGroups"


def key(id_):
    """The form in which ids are compared: lower case, one leading slash (budgets come without), none trailing."""
    return "/" + id_.strip("/").lower()


@dataclass(frozen=True, slots=True)
class Place:
    """A path: what stands before the last `/providers/`, the namespace, and the segments of the rest."""

    scope: str
    namespace: str
    rest: tuple[str, ...]

    @property
    def is_list(self):
        """Whether the last segment is a type, so that the path names a list and not a resource."""
        return len(self.rest) % 2 == 1

    @property
    def type(self):
        """`Microsoft.X/a/b` of a resource, or of the members of a list."""
        return "/".join((self.namespace, *self.rest[::2]))

    @property
    def parent(self):
        """The path of the parent resource; the scope for a type at the top."""
        upper = self.rest[: -1 if self.is_list else -2]
        return f"{self.scope}/providers/{self.namespace}/{'/'.join(upper)}" if upper else self.scope

    @property
    def collection(self):
        """The path of the list that this is, or that the resource is a member of."""
        last = self.rest[-1 if self.is_list else -2]
        return f"{self.parent}/{last}" if len(self.rest) > 2 else f"{self.scope}/providers/{self.namespace}/{last}"


def place(path):
    """The place of a path with `/providers/` in it; None for subscriptions, groups and `/`."""
    clean = "/" + path.strip("/")
    at = clean.lower().rfind("/providers/")
    if at < 0:
        return None
    namespace, *rest = clean[at + len("/providers/") :].split("/")
    return Place(clean[:at], namespace, tuple(rest))


def type_of(id_):
    """The type by the id alone."""
    found = place(id_)
    if found:
        return found.type
    return GROUPS if "/resourcegroups/" in key(id_) else SUBSCRIPTIONS


def subscription_of(id_):
    """The subscription's GUID in lower case; None above subscriptions."""
    parts = key(id_).split("/")
    return parts[2] if parts[1] == "subscriptions" and len(parts) > 2 else None


def group_of(id_):
    """The path of the resource group, as spelt; None outside groups."""
    parts = ("/" + id_.strip("/")).split("/")
    return "/".join(parts[:5]) if len(parts) > 4 and parts[3].lower() == "resourcegroups" else None


def within(inner, outer):
    """Whether a key lies at or below another."""
    return inner == outer or inner.startswith(outer.rstrip("/") + "/")
