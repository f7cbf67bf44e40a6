"""ARM's own routes: subscriptions, resources by id, lists, children and extension resources, with pages of them."""

import base64
import re

import orjson

from azure_fake import errors, ids, kinds, permissions
from azure_fake.errors import Answer
from azure_fake.graph import Graph
from azure_fake.metrics import Metrics

_VERSION = re.compile(r"\d{4}-\d\d-\d\d(-preview)?")
_EVENTS = re.compile(r"/providers/microsoft\.insights/eventtypes/management/values$", re.IGNORECASE)
_BATCH = re.compile(r"^/subscriptions/([^/]+)/metrics:getbatch$", re.IGNORECASE)
_COUNTED = "microsoft.apimanagement"
_SEARCH = "microsoft.search"
_EMPTY_LAST = "microsoft.keyvault"


class Arm:
    """What ARM and the metrics host say of one estate; `base` is ARM's own URL, for further pages."""

    def __init__(self, estate, page_size=100):
        self.estate, self.page_size = estate, page_size
        self.base = ""
        self.graph, self.metrics = Graph(estate), Metrics(estate)

    def answer(self, request):
        """The answer to a request whose token is good."""
        try:
            self._check_version(request)
            return self._post(request) if request.method == "POST" else self._get(request)
        except errors.Refused as refusal:
            return refusal.answer

    def batch(self, request):
        """The answer of a metrics host."""
        found = _BATCH.match(request.path)
        if not found or request.method != "POST":
            return errors.error(404, "NotFound", "The resource could not be found.")
        return self.metrics.of_batch(found[1], request.query, request.json)

    @staticmethod
    def _check_version(request):
        version = request.query.get("api-version")
        if not version:
            raise errors.Refused(errors.no_version())
        if not _VERSION.fullmatch(version):
            raise errors.Refused(errors.bad_version(version))

    def _post(self, request):
        if request.path.lower() == "/providers/microsoft.resourcegraph/resources":
            return self.graph.answer(request.json)
        return errors.method_not_allowed(request.method)

    def _get(self, request):
        if request.method != "GET":
            return errors.method_not_allowed(request.method)
        path = request.path.rstrip("/")
        fixed = {"/subscriptions": self.estate.subscriptions, "/tenants": self._tenants()}.get(path.lower())
        if fixed is not None:
            return self._paged(request, fixed)
        found = self.estate.get(path) or self._role_definition(path)
        if found:
            return Answer(200, self._shown(found, request.query.get("format")))
        self._check_scope(path)
        place = ids.place(path)
        if place is None:
            return self._plain(request, path)
        if not place.rest:
            return Answer(200, self._provider(ids.subscription_of(path), place.namespace))
        return self._list(request, path, place) if place.is_list else self._missing(request, path, place)

    # --- what is not a list -------------------------------------------------------------------------------------

    def _tenants(self):
        tenant = self.estate.tenant_id
        return [
            {"id": f"/tenants/{tenant}", "tenantId": tenant, "tenantCategory": "Home", "displayName": "Northwind"}
        ]

    def _check_scope(self, path):
        """The subscription and the group must be there, and the subscription must use the provider."""
        subscription, group, place = ids.subscription_of(path), ids.group_of(path), ids.place(path)
        if subscription and self.estate.get(f"/subscriptions/{subscription}") is None:
            raise errors.Refused(errors.no_subscription(subscription))
        if group and self.estate.get(group) is None:
            raise errors.Refused(errors.no_group(group.split("/")[-1]))
        if place and place.rest and (subscription, place.namespace.lower()) in self.estate.unregistered:
            raise errors.Refused(errors.not_registered(place.namespace))

    def _plain(self, request, path):
        """Lists of a subscription that belong to no provider."""
        parts = path.lower().split("/")
        subscription = parts[2] if len(parts) > 2 and parts[1] == "subscriptions" else None
        within = [
            b
            for k, b in self.estate.records.items()
            if subscription and k.startswith(f"/subscriptions/{subscription}/")
        ]
        match parts[3:]:
            case ["resourcegroups"]:
                return self._paged(request, [b for b in within if ids.type_of(b["id"]) == ids.GROUPS])
            case ["providers"]:
                names = sorted(kinds.NAMESPACES)
                return self._paged(request, [self._provider(subscription, name) for name in names])
            case ["resources"] | ["resourcegroups", _, "resources"]:
                inside = [b for b in within if ids.within(ids.key(b["id"]), ids.key(path).removesuffix("/resources"))]
                rows = [b for b in inside if ids.type_of(b["id"]).lower() in kinds.IN_GRAPH]
                return self._paged(request, [{k: v for k, v in b.items() if k != "properties"} for b in rows])
        return errors.not_found(path)

    def _provider(self, subscription, namespace):
        missing = (subscription, namespace.lower()) in self.estate.unregistered
        state = "NotRegistered" if missing else "Registered"
        named = {"id": f"/subscriptions/{subscription}/providers/{namespace}", "namespace": namespace}
        return named | {"registrationState": state, "registrationPolicy": "RegistrationRequired", "resourceTypes": []}

    def _missing(self, request, path, place):
        if place.namespace.lower() not in kinds.NAMESPACES:
            return errors.no_namespace(place.namespace)
        if place.type.lower() not in kinds.KNOWN and not self.estate.members(place.collection):
            return errors.no_type(place, request.query["api-version"])
        return errors.not_found(path)

    def _role_definition(self, path):
        """A built-in role, which every scope has as its own."""
        place = ids.place(path)
        if place is None or place.is_list or place.type.lower() != "microsoft.authorization/roledefinitions":
            return None
        found = self.estate.get(f"/providers/{place.type}/{place.rest[-1]}")
        return found and _at(place.scope, found)

    def _shown(self, body, form=None):
        """A body as it goes out: without the id that a snapshot gave it; policies as XML unless asked for raw."""
        if ids.key(body.get("id", "")) in self.estate.without_id:
            return {key: value for key, value in body.items() if key != "id"}
        inner = body.get("properties")
        if isinstance(inner, dict) and inner.get("format") == "rawxml" and form != "rawxml":
            return body | {"properties": inner | {"format": "xml", "value": inner["value"].replace("&", "&amp;")}}
        return body

    # --- lists --------------------------------------------------------------------------------------------------

    def _list(self, request, path, place):
        kind = place.type.lower()
        if kind == "microsoft.insights/metrics":
            return self.metrics.of_resource(place.scope, request.query)
        if kind == "microsoft.insights/metricdefinitions":
            return self.metrics.definitions(place.scope)
        if kind == permissions.TYPE:
            entries = permissions.of(self.estate, place.scope)
            refused = None if permissions.allowed(entries) else errors.forbidden("GET", path, "reader")
            return refused or Answer(200, {"value": entries})
        if _EVENTS.search(path):
            return self._paged(request, self.estate.members(path) or self.estate.events(ids.subscription_of(path)))
        members = self._members(request, place, kind)
        if not members and kind not in kinds.KNOWN:
            known = place.namespace.lower() in kinds.NAMESPACES
            return (
                errors.no_type(place, request.query["api-version"]) if known else errors.no_namespace(place.namespace)
            )
        return self._paged(request, members, place)

    def _members(self, request, place, kind):
        subscription = ids.subscription_of(place.scope)
        if kind in kinds.EXTENSIONS:
            return self._extensions(request, place, kind)
        if kind.endswith("/modelcapacities"):
            return self._capacities(request, place, subscription)
        if kind == "microsoft.capacity/reservations":
            return self.estate.of_type("Microsoft.Capacity/reservationOrders/reservations")
        if kind == "microsoft.management/managementgroups":
            return [
                {"id": f"/providers/{place.type}/{name}", "type": place.type, "name": name}
                for name in self.estate.groups
            ]
        if len(place.rest) == 1 and place.scope:
            return self.estate.below(place.scope, place.type) or self.estate.members(place.collection)
        return self._children(place, kind)

    def _children(self, place, kind):
        parent = self.estate.get(place.parent.removesuffix("/config/configreferences"))
        found = self.estate.members(place.collection)
        abstract = place.rest[0].lower() in ("locations", "reservationorders")
        if parent is None and not abstract and not found:
            raise errors.Refused(errors.not_found(place.parent))
        if kind == "microsoft.cognitiveservices/accounts/models" and not found:
            return self._models(parent)
        return found

    def _models(self, account):
        """The models of an account are those of its location that its kind may have, without the frame."""
        place = f"/subscriptions/{ids.subscription_of(account['id'])}/providers/Microsoft.CognitiveServices/locations"
        listed = self.estate.members(f"{place}/{account['location'].replace(' ', '').lower()}/models")
        return [entry["model"] for entry in listed if entry["kind"] == account.get("kind")]

    def _capacities(self, request, place, subscription):
        region = place.rest[1].lower() if place.rest[0].lower() == "locations" else None
        wanted = tuple(request.query.get(name) for name in ("modelFormat", "modelName", "modelVersion"))
        if None in wanted:
            raise errors.Refused(
                errors.error(400, "BadRequest", "modelFormat, modelName and modelVersion are required.")
            )
        found = []
        for body in self.estate.of_type("Microsoft.CognitiveServices/locations/models/skuCapacities"):
            if ids.subscription_of(body["id"]) == subscription and region in (None, body["location"].lower()):
                model = body["properties"]["model"]
                found += [body] if (model["format"], model["name"], model["version"]) == wanted else []
        return found

    def _extensions(self, request, place, kind):
        """At the scope alone; or above, at and below it (only above and at it with `$filter=atScope()`)."""
        scope = ids.key(place.scope).rstrip("/")
        if self.estate.get(scope) is None and not scope.startswith("/providers/") and scope:
            raise errors.Refused(errors.not_found(place.scope))
        above = self.estate.ancestors(ids.subscription_of(scope)) if ids.subscription_of(scope) else {""}
        filtered = request.query.get("$filter", "").lower()
        if kind.endswith("/roledefinitions"):
            return [
                _at(place.scope, b) if not s else b for s, b in self.estate.extensions(kind) if s in {*above, scope}
            ]
        inherited, deeper = kind in kinds.INHERITED, "scope()" not in filtered

        def wanted(at):
            if at == scope:
                return True
            over = at in above or (at and ids.within(scope, at))
            return inherited and "exactscope" not in filtered and (over or (deeper and ids.within(at, scope)))

        return [body for at, body in self.estate.extensions(kind) if wanted(at)]

    # --- pages --------------------------------------------------------------------------------------------------

    def _paged(self, request, members, place=None):
        query = {name.lower(): value for name, value in request.query.items()}
        start, size = _offset(query.get("$skiptoken")), min(self.page_size, int(query.get("$top", self.page_size)))
        start += int(query.get("$skip", 0))
        body = {"value": [self._shown(member) for member in members[start : start + size]]}
        namespace = place.namespace.lower() if place else ""
        if namespace == _COUNTED and len(place.rest) > 1:
            body["count"] = len(members)
        # A vault list was recorded whose last page is empty.
        last = len(members) + (namespace == _EMPTY_LAST)
        if members and start + size < last:
            token = base64.urlsafe_b64encode(orjson.dumps(["page", start + size])).decode()
            kept = [part for part in request.raw_query.split("&") if "skip" not in part.lower()]
            body["nextLink"] = f"{self.base}{request.raw_path}?{'&'.join(kept)}&$skiptoken={token}"
        elif namespace == _SEARCH:
            body["nextLink"] = None
        return Answer(200, body)


def _offset(token):
    if not token or token.startswith("again"):  # `again`: a page without end, dialled as a fault
        return 0
    try:
        return orjson.loads(base64.urlsafe_b64decode(token))[1]
    except ValueError:
        raise errors.Refused(errors.error(400, "InvalidSkipToken", "The skip token is not valid.")) from None


def _at(scope, body):
    return body | {"id": f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{body['name']}"}
