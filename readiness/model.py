"""The nouns of the field: frozen values and enums that flow one way, and nothing else.

This module knows no other of ours: no files, no Azure, no scoring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any
"""A JSON value: dict, list, str, int, float, bool or None."""

Truth: TypeAlias = bool | None
"""Three-valued: None is unknown."""


class Outcome(StrEnum):
    """What a rule says of a subject."""

    PASS = "pass"  # noqa: S105 - the word of the wire format, no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    MANUAL = "manual"
    ERROR = "error"


class Severity(StrEnum):
    """How much a failed rule matters; in falling order."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical, 4 for info."""
        return list(Severity).index(self)


class Pillar(StrEnum):
    """The five of the Well-Architected Framework."""

    RELIABILITY = "reliability"
    SECURITY = "security"
    COST = "cost"
    OPERATIONS = "operations"
    PERFORMANCE = "performance"


class Area(StrEnum):
    """The production concern that a rule serves."""

    NETWORKING = "networking"
    IDENTITY = "identity"
    RELIABILITY = "reliability"
    CAPACITY = "capacity"
    OBSERVABILITY = "observability"
    COST = "cost"
    PERFORMANCE = "performance"
    MULTITENANCY = "multitenancy"
    GENAIOPS = "genaiops"
    RESPONSIBLE_AI = "responsible-ai"


class Status(StrEnum):
    """Preview rules are shown and not scored."""

    STABLE = "stable"
    PREVIEW = "preview"


class Environment(StrEnum):
    """Where a resource runs; undecided counts as production, and is said."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    UNDECIDED = "undecided"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why something could not be read."""

    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    UNPARSABLE = "unparsable"
    NOT_ASKED = "not_asked"
    NO_PROPERTIES = "no_properties"
    TRUNCATED = "truncated"
    INTERRUPTED = "interrupted"
    NOT_REGISTERED = "not_registered"


class Origin(StrEnum):
    """Where a record comes from."""

    ARM = "arm"
    GRAPH = "graph"
    FILE = "file"
    EMBEDDED = "embedded"


class Kind(Enum):
    """How complete an input can be."""

    SNAPSHOT = "snapshot"
    EXPORT = "export"


class Unknown:
    """The one value that a path yields when nothing can be said of it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be read, and why.

    `scope` is an ARM id prefix ("" is everything), `type` a resource type or None for all, `path` a property
    path or None for whole records. `kept` is the record as it was read where it has keys that are not known here.
    """

    scope: str = ""
    type: str | None = None
    path: str | None = None
    reason: str = Reason.NOT_ASKED
    operation: str | None = None
    status: int | None = None
    code: str | None = None
    permission: str | None = None
    message: str | None = None
    kept: Json = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read in full: a list of a type in a scope."""

    scope: str
    type: str
    operation: str | None = None
    count: int | None = None
    api_version: str | None = None
    at: str | None = None
    kept: Json = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Series:
    """One time series of a metric; value i is at start + i x interval, None is no sample."""

    dimensions: Mapping[str, str]
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The series of one metric of one resource."""

    resource: str
    name: str
    aggregation: str
    start: datetime
    interval_seconds: float
    series: tuple[Series, ...]
    namespace: str | None = None
    unit: str | None = None
    interval: str = "PT5M"
    kept: Json = field(default=None, compare=False, repr=False)


class Item:
    """Something that a path can be followed in: a resource, or an element inside one.

    `gaps` are those with a path that cover this record; `api_version` is that of the answer it came in.
    `properties` is the body's own object, kept at hand because nearly every path goes through it.
    """

    __slots__ = ("api_version", "body", "gaps", "properties")

    def __init__(self, body: Json, gaps: tuple[Gap, ...] = (), api_version: str | None = None) -> None:
        self.body = body
        self.gaps = gaps
        self.api_version = api_version
        self.properties: Json = body.get("properties") if isinstance(body, dict) else None


class Resource(Item):
    """A subject: an ARM object in ARM's own JSON shape, a workload or the estate."""

    __slots__ = ("id", "key", "origin", "type")

    def __init__(
        self,
        body: Json,
        gaps: tuple[Gap, ...] = (),
        api_version: str | None = None,
        id: str = "",  # noqa: A002 - ARM's own word
        key: str = "",
        type: str = "",  # noqa: A002 - ARM's own word
        origin: Origin = Origin.ARM,
    ) -> None:
        self.body, self.gaps, self.api_version = body, gaps, api_version
        self.properties = body.get("properties") if isinstance(body, dict) else None
        self.id, self.key, self.type, self.origin = id, key, type, origin


@dataclass(frozen=True, slots=True)
class Lost:
    """A list that could not be read, or only in part."""

    scope: str
    type: str
    reason: str
    permission: str | None = None
    message: str | None = None
    operation: str | None = None


@dataclass(slots=True, eq=False)
class Related:
    """The items of a relation: those known, and what kept the list from being complete."""

    items: Sequence[Item]
    lost: tuple[Lost, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether absence can be proved."""
        return not self.lost


@dataclass(frozen=True, slots=True)
class Inherited:
    """What lies at a resource or above it, by scope (a key, the nearest first; "" is the tenant), and what is lost.

    The list of a scope is the same object for all below it: what is worked out of it can be kept by the scope.
    """

    by_scope: tuple[tuple[str, Sequence[Resource]], ...]
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation behind an outcome."""

    path: str
    observed: Json = None
    expected: Json = None
    note: str | None = None
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold that a rule leaves to its user."""

    default: Json
    description: str
    min_value: float | None = None
    max_value: float | None = None
    allowed_values: tuple[Json, ...] = ()

    def wrong(self, value: Json) -> str | None:
        """Why a value is outside the bounds; None if it is inside."""
        if self.allowed_values and value not in self.allowed_values:
            return f"is one of {', '.join(map(str, self.allowed_values))}, found {value!r}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if self.min_value is not None and value < self.min_value:
            return f"is at least {self.min_value}, found {value}"
        if self.max_value is not None and value > self.max_value:
            return f"is at most {self.max_value}, found {value}"
        return None


@dataclass(frozen=True, slots=True)
class Attest:
    """A question that no API can answer."""

    question: str
    guidance: str
    valid_for: str | None = None


@dataclass(frozen=True, slots=True)
class Remediation:
    """How to mend it; `fix` is an RFC 7396 merge patch of the judged resource."""

    summary: str
    effort: str
    fix: Json = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One case of a rule file: an input and the outcome it must have."""

    expect: Outcome
    name: str
    resource: Json
    resources: tuple[Json, ...] = ()
    metrics: tuple[Json, ...] = ()
    gaps: tuple[Json, ...] = ()
    parameters: Mapping[str, Json] = field(default_factory=dict)
    as_of: datetime | None = None
    environment: Environment | None = None
    api_version: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a check measured: an outcome that is pass, fail, unknown or not_applicable, and what it saw."""

    outcome: Outcome
    evidence: tuple[Evidence, ...] = ()
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A dated, owned acceptance of a finding; `resource` is a glob over the subject's id."""

    rule: str
    resource: str
    reason: str
    owner: str
    expires: str
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Attestation:
    """A dated, owned answer to an `attest:` rule; `subject` is the file's `for`."""

    rule: str
    subject: str
    answer: Outcome
    author: str
    date: str
    expires: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome of a rule on a subject, with what was seen."""

    rule: str
    resource: str
    outcome: Outcome
    severity: Severity
    pillar: Pillar
    area: Area
    message: str
    evidence: tuple[Evidence, ...]
    fingerprint: str
    waiver: Waiver | None = None


Judge: TypeAlias = Callable[[Resource], Truth]
