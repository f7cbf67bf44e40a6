"""How ARM, Resource Graph and Azure Monitor word a refusal.

ResourceNotFound is recorded (azure-cli, test_monitor_create_full_fledged_activity_log_alert); the others are as
users report them in issues: Azure/azure-sdk-for-python 34747 (api-version), Azure/azure-sdk-for-node 2305
(registration), webdevops/azure-metrics-exporter 36 (429), hashicorp/terraform-provider-azurerm 20867 (expired token).
"""

from dataclasses import dataclass, field

from azure_fake import ids


@dataclass(slots=True)
class Answer:
    """A status, a JSON value (or bytes that go out as they are) and headers.

    `fate` is what becomes of the connection: None, `reset` or `truncated`; `delay` is in seconds.
    """

    status: int
    body: object = None
    headers: dict = field(default_factory=dict)
    fate: str | None = None
    fault: str | None = None
    delay: float = 0.0


class Refused(Exception):  # noqa: N818 - an answer on its way, not a fault of ours
    """Raised where a request ends in a refusal."""

    def __init__(self, answer):
        super().__init__(answer.status)
        self.answer = answer


def error(status, code, message, details=None, **headers):
    """ARM's error body; header names are written with underscores."""
    inner = {"code": code, "message": message} | ({"details": details} if details else {})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"error": inner}, named | {"x-ms-failure-cause": "gateway"})


def not_found(path):
    """What ARM says of a resource that is not there: of its group or subscription, if those are not there either."""
    place = ids.place(path)
    group = (ids.group_of(path) or "").split("/")[-1]
    if place is None:
        return error(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")
    names = [place.rest[0], place.rest[1] if len(place.rest) > 1 else "", *place.rest[2:]]
    name = f"{place.namespace}/{'/'.join(filter(None, names))}"
    under = f" under resource group '{group}'" if group else ""
    more = "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    return error(404, "ResourceNotFound", f"The Resource '{name}'{under} was not found. {more}")


def no_group(name):
    """The resource group is not there."""
    return error(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def no_subscription(name):
    """The subscription is not there, or not for this caller."""
    return error(404, "SubscriptionNotFound", f"The subscription '{name}' could not be found.")


def no_type(place, version):
    """ARM knows the namespace, and no such type in it."""
    kind = place.type.partition("/")[2]
    text = f"The resource type '{kind}' could not be found in the namespace '{place.namespace}'"
    return error(404, "InvalidResourceType", f"{text} for api version '{version}'.")


def no_namespace(namespace):
    """ARM knows no such provider."""
    return error(404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.")


def not_registered(namespace):
    """The subscription has never used this provider."""
    text = (
        f"The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how"
    )
    text += " to register subscriptions."
    detail = {"code": "MissingSubscriptionRegistration", "target": namespace, "message": text}
    return error(409, "MissingSubscriptionRegistration", text, [detail])


def forbidden(method, path, subject):
    """The caller lacks the permission."""
    place = ids.place(path)
    kind = place.type if place else ids.type_of(path)
    action = f"{kind}/{'read' if method == 'GET' else 'action'}"
    text = (
        f"The client '{subject}' with object id '{subject}' does not have authorization to perform action '{action}'"
    )
    text += f" over scope '{path}' or the scope is invalid."
    return error(
        403, "AuthorizationFailed", f"{text} If access was recently granted, please refresh your credentials."
    )


def no_version():
    """A request without an api-version."""
    text = "The api-version query parameter (?api-version=) is required for all requests."
    return error(400, "MissingApiVersionParameter", text)


def bad_version(version):
    """An api-version that is no date."""
    return error(400, "InvalidApiVersionParameter", f"The api-version '{version}' is invalid.")


def method_not_allowed(method):
    """Nothing is ever written here."""
    return error(405, "MethodNotAllowed", f"The request method '{method}' is not allowed for this resource.")


def throttled(subscription, seconds):
    """A provider's limit was exceeded."""
    text = f"Number of requests for subscription '{subscription}' and operation exceeded the backend storage limit."
    text += f" Please try again after '{seconds}' seconds."
    return error(429, "SubscriptionRequestsThrottled", text, Retry_After=str(seconds))


def graph_refused(status, code, message, **headers):
    """Resource Graph's own form: the reason stands in the details."""
    text = "Please provide below info when asking for support: timestamp = 2026-10-01T06:00:00Z, correlationId = 0."
    outer = code if status == 429 else "BadRequest"
    return error(status, outer, text, [{"code": code, "message": message}], **headers)
