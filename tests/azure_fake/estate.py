"""What the fake serves: ARM bodies by id, and the metrics of some of them."""

import gzip
from collections import defaultdict
from pathlib import Path

import orjson

from azure_fake import ids, kinds
from azure_fake.ids import GROUPS, SUBSCRIPTIONS

TENANT = "7e4a0000-0000-4000-8000-00000000c0de"
_ADDED = ("usages", "models")
"""Children of a location that ARM gives without an id; in a snapshot they have one, made from the request."""


class Estate:
    """Resources in ARM's own shape, in the order in which lists give them."""

    def __init__(self, bodies, *, metrics=(), groups=None, states=None, unregistered=(), rows=(), secrets=()):
        """`groups` maps a management group to its subscriptions, `states` a subscription to Disabled, Warned ...;
        `unregistered` holds (subscription, namespace); `rows` are Resource Graph's own of resources without a body.
        """
        self.metrics, self.secrets = list(metrics), tuple(secrets)
        self.unregistered = {(s.lower(), n.lower()) for s, n in unregistered}
        self.rows = {ids.key(row["id"]): row for row in rows}
        self.records = {}
        self.without_id = set()
        for body in [*bodies, *map(_without_columns, rows)]:
            self.records.setdefault(ids.key(body["id"]), body)
        self._complete(states or {})
        self._index()
        self.groups = groups if groups is not None else self._groups_named()

    # --- where an estate comes from -----------------------------------------------------------------------------

    @classmethod
    def of(cls, resources, **more):
        """These bodies; their subscriptions and resource groups are made up where they are missing."""
        return cls(list(resources), **more)

    @classmethod
    def of_snapshot(cls, path, **more):
        """The resources and metrics of a snapshot; its gaps and reads are left aside."""
        raw = Path(path).read_bytes()
        plain = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
        records = [orjson.loads(line) for line in plain.splitlines()]
        found = [r for r in records if "resource" in r]
        bodies = [r["resource"] for r in found if r["from"] != "graph"]
        rows = [r["resource"] for r in found if r["from"] == "graph"]
        estate = cls(bodies, metrics=[r["metrics"] for r in records if "metrics" in r], rows=rows, **more)
        estate.mark_without_id()
        return estate

    @classmethod
    def tenant(cls, **sizes):
        """A large one, the same each time; see `azure_fake.tenant`."""
        from azure_fake.tenant import tenant

        return tenant(**sizes)

    def mark_without_id(self):
        """Usages and models of locations go out without the id that they have here."""
        self.without_id |= {key for key in self.records if key.split("/")[-2] in _ADDED and "/locations/" in key}

    # --- what is in it ------------------------------------------------------------------------------------------

    def ids(self, *kinds):
        """Every id as it is spelt, or those of some types (without case)."""
        return {body["id"] for kind in kinds or self._by_type for body in self.of_type(kind)}

    @property
    def subscriptions(self):
        """The bodies of the subscriptions."""
        return self.of_type(SUBSCRIPTIONS)

    def of_type(self, type_):
        """The bodies of a type, wherever they are."""
        return self._by_type.get(type_.lower(), [])

    @property
    def tenant_id(self):
        """The tenant of the first subscription."""
        return next((s["tenantId"] for s in self.subscriptions), TENANT)

    def get(self, path):
        """The body of an id, or None."""
        return self.records.get(ids.key(path))

    def members(self, collection):
        """The resources whose id is this path and a name; those embedded in their parent, failing that."""
        found = self._collections.get(ids.key(collection))
        if found is not None:
            return found
        parent, _, name = ids.key(collection).rpartition("/")
        return _embedded(self.records.get(parent) or {}, name)

    def below(self, scope, type_):
        """The resources of a type whose scope lies at or below a subscription or a resource group."""
        subscription = self._types.get((ids.subscription_of(scope), type_.lower()), ())
        outer = ids.key(scope)
        return [body for key, body in subscription if ids.within(key, outer)]

    def extensions(self, type_):
        """(scope's key, body) of every resource of an extension type."""
        return self._extensions.get(type_.lower(), ())

    def events(self, subscription):
        """The activity log of a subscription: `{resource}/events/{GUID}/ticks/{number}`, whenever they were."""
        return [
            b for b in self.records.values() if _is_event(b["id"]) and ids.subscription_of(b["id"]) == subscription
        ]

    def ancestors(self, subscription):
        """Keys of the scopes above a subscription."""
        named = [g for g, inside in self.groups.items() if subscription in {s.lower() for s in inside}]
        return {"", *(f"/providers/microsoft.management/managementgroups/{g.lower()}" for g in named)}

    # --- making the index ---------------------------------------------------------------------------------------

    def _complete(self, states):
        for body in list(self.records.values()):
            group, subscription = ids.group_of(body["id"]), ids.subscription_of(body["id"])
            if subscription:
                self._subscription(subscription)
            if group and ids.key(group) not in self.records:
                parts = {"name": group.split("/")[-1], "type": GROUPS, "location": body.get("location", "westeurope")}
                self.records[ids.key(group)] = {
                    "id": group,
                    **parts,
                    "properties": {"provisioningState": "Succeeded"},
                }
        for subscription, state in states.items():
            self._subscription(subscription.lower())
            key = f"/subscriptions/{subscription.lower()}"
            self.records[key] = self.records[key] | {"state": state}

    def _subscription(self, guid):
        if f"/subscriptions/{guid}" not in self.records:
            self.records[f"/subscriptions/{guid}"] = subscription(guid, f"sub-{guid[:8]}")

    def _groups_named(self):
        """As the subscriptions' rows say; where none does, all lie in each group that anything names."""
        found = defaultdict(list)
        for row in self.rows.values():
            for group in (row.get("properties") or {}).get("managementGroupAncestorsChain") or ():
                found[group["name"]].append(row["subscriptionId"])
        names = {
            b["id"].split("/")[4] for k, b in self.records.items() if k.startswith("/providers/microsoft.management/")
        }
        everywhere = [s["subscriptionId"] for s in self.subscriptions]
        return dict(found) or dict.fromkeys(sorted(names), everywhere)

    def _index(self):
        collections, top, extensions = defaultdict(list), defaultdict(list), defaultdict(list)
        self._by_type = defaultdict(list)
        for key, body in self.records.items():
            self._by_type[ids.type_of(body["id"]).lower()].append(body)
            place = ids.place(body["id"])
            if place is None:
                continue
            collections[ids.key(place.collection)].append(body)
            kind = place.type.lower()
            if kind in kinds.EXTENSIONS:
                extensions[kind].append((ids.key(place.scope).rstrip("/"), body))
            elif len(place.rest) == 2 and place.scope:
                top[ids.subscription_of(key), kind].append((key, body))
        self._collections, self._types, self._extensions = dict(collections), dict(top), dict(extensions)


def subscription(guid, name, state="Enabled", tenant=TENANT):
    """The body of a subscription (2022-12-01)."""
    policies = {"locationPlacementId": "Public_2014-09-01", "quotaId": "EnterpriseAgreement_2014-09-01"}
    top = {"id": f"/subscriptions/{guid}", "authorizationSource": "RoleBased", "managedByTenants": []}
    ends = {"displayName": name, "state": state, "subscriptionPolicies": policies | {"spendingLimit": "Off"}}
    return top | {"subscriptionId": guid, "tenantId": tenant} | ends


def _is_event(id_):
    return ids.key(id_).split("/")[-4::2] == ["events", "ticks"]


def _embedded(parent, name):
    """The members of an array of the parent that have ids: subnets, private endpoint connections."""
    for key, value in (parent.get("properties") or {}).items():
        if key.lower() == name and isinstance(value, list):
            return [item for item in value if isinstance(item, dict) and "id" in item]
    return []


def _without_columns(row):
    """A row of Resource Graph as ARM would give it: without the columns that the table adds."""
    if row["type"].lower() == SUBSCRIPTIONS.lower():
        return subscription(row["subscriptionId"], row["name"], row["properties"]["state"], row["tenantId"])
    kept = ("id", "name", "location", "sku", "kind", "tags", "identity", "zones", "properties")
    body = {key: row[key] for key in kept if row.get(key) not in (None, "")}
    return body | {"type": ids.type_of(row["id"])}
