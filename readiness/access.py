"""Effective access: which principals hold which rights on a resource, as role and deny assignments say.

Everything counts that is assigned at the resource and above it: its group, subscription, management groups, the
tenant. A grant that may not hold (a condition, a role whose definition was not read, a deny assignment that may meet
it through a group) is one that can't be told. Groups are not expanded: a group is one principal of unknown size.
What a scope grants, and what a chain of scopes above a resource comes to, is worked out once.
https://learn.microsoft.com/azure/role-based-access-control/overview
https://learn.microsoft.com/azure/role-based-access-control/deny-assignments
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Final, Protocol, TypeAlias

from readiness.arm import key_of, with_slash
from readiness.dates import parse
from readiness.model import UNKNOWN, Inherited, Json, Lost, Related, Resource, Truth
from readiness.paths import Path, reader
from readiness.roles import ROLE_DEFINITIONS, Block, Role, blocks_of, covers, guid_of, meets, role_of, unread

ASSIGNMENTS: Final = "Microsoft.Authorization/roleAssignments"
DENIES: Final = "Microsoft.Authorization/denyAssignments"
ELIGIBLE: Final = "Microsoft.Authorization/roleEligibilityScheduleInstances"
SCHEDULED: Final = "Microsoft.Authorization/roleAssignmentScheduleInstances"
EVERYONE: Final = "00000000-0000-0000-0000-000000000000"
"""The principal of a deny assignment that is about all: its type is SystemDefined."""

KINDS: Final = {kind.casefold(): kind for kind in ("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")}
"""The types of principals: https://learn.microsoft.com/rest/api/authorization/role-assignments/get"""
ABOVE_UNKNOWN: Final = "the management groups above the subscription are not known"
"""What keeps a list open whose members may lie above the subscription, and nowhere below."""
UNKNOWN_KIND: Final = "principal of unknown type"
GROUPS: Final = ("Group", "ForeignGroup")


def _at(path: str) -> Callable[[Resource], Json]:
    read = reader(Path.parse(f"properties.{path}"))
    return lambda record: read(record, record)


PRINCIPAL, KIND, ROLE = _at("principalId"), _at("principalType"), _at("roleDefinitionId")
SCOPE, CONDITION = _at("scope"), _at("condition")
DENIED, EXCLUDED, HERE_ONLY = _at("principals"), _at("excludePrincipals"), _at("doNotApplyToChildScopes")
HOW, FROM, UNTIL, ORIGIN = (
    _at("assignmentType"),
    _at("startDateTime"),
    _at("endDateTime"),
    _at("originRoleAssignmentId"),
)
LOCAL_AUTH_OFF: Final = reader(Path.parse("properties.disableLocalAuth"))


class Estate(Protocol):
    """What the analysis asks of what was read."""

    def __hash__(self) -> int:
        """By identity: what was worked out for one estate is remembered by it."""

    @property
    def as_of(self) -> datetime:
        """The moment that is judged."""

    def inherited(self, subject: Resource, type_: str) -> Inherited:
        """What of a type lies at a resource or above it, by scope."""

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        """The resources in a relation to one."""


# --- rights -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Right:
    """Any one of some actions (in lower case), or anything of a family of them, which is then a pattern."""

    name: str
    actions: tuple[str, ...]
    data: bool = False
    family: bool = False

    def granted(self, role: Role, action: str) -> Truth:
        """Whether a role grants one of them."""
        if not self.family:
            return role.grants(action, data=self.data)
        found = role.reaching(action, data=self.data)
        return None if found is None else bool(found)

    def denied(self, blocks: Iterable[Block], action: str) -> Truth:
        """Whether permission blocks of a deny assignment take one of them away."""
        found = [self._denied(block, action) for block in blocks]
        return True if True in found else None if None in found else False

    def _denied(self, block: Block, action: str) -> Truth:
        if not self.family:
            return block.allows(action, data=self.data)
        allowed, without = block.lists(data=self.data)
        if any(covers(own, action) for own in allowed) and not any(meets(out, action) for out in without):
            return True
        return None if block.reaching(action, data=self.data) else False


LIST_KEYS: Final = Right("list the keys", ("microsoft.cognitiveservices/accounts/listkeys/action",))
REACH_DATA: Final = Right("reach the data", ("microsoft.cognitiveservices/*",), data=True, family=True)
CALL_MODELS: Final = Right(
    "call the models",
    tuple(
        f"microsoft.cognitiveservices/accounts/openai/{operation}/action"
        for operation in (
            "deployments/chat/completions",
            "deployments/completions",
            "deployments/embeddings",
            "engines/completions",
            "engines/embeddings",
        )
    ),
    data=True,
)
GRANT_ACCESS: Final = Right("grant access", ("microsoft.authorization/roleassignments/write",))


# --- grants and denials -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Grant:
    """A role that a principal has at a scope (a key); `record` is the assignment. Compared by identity."""

    principal: str
    kind: str
    role: Role
    scope: str
    record: Resource
    conditional: bool = False
    eligible: bool = False

    @property
    def is_group(self) -> bool:
        """Whether it is held by members that are not known."""
        return self.kind in GROUPS


@dataclass(frozen=True, slots=True)
class Deny:
    """A deny assignment. `blocks` is None where its permissions were not read, `principals` where those were not."""

    scope: str
    blocks: tuple[Block, ...] | None
    principals: frozenset[str] | None
    excluded: frozenset[str] | None
    groups: bool
    """Whether groups are among those that it is about."""
    excluded_groups: bool
    here_only: bool
    conditional: bool = False

    def about(self, grant: Grant) -> Truth:
        """Whether it is about the holder of a grant; None where that rests on who is in a group."""
        if self.principals is None or self.excluded is None:
            return None
        if grant.principal in self.excluded:
            return False
        named = grant.principal in self.principals or EVERYONE in self.principals
        if not named:
            return None if self.groups else False
        return None if self.excluded_groups or self.conditional else True

    def takes(self, right: Right, action: str, grant: Grant) -> Truth:
        """Whether it takes an action of a right from the holder of a grant."""
        about = self.about(grant)
        if about is False:
            return False
        denied = None if self.blocks is None else right.denied(self.blocks, action)
        return False if denied is False else True if about and denied else None


Scopes: TypeAlias = Sequence[tuple[str, Sequence[Resource]]]
Denies: TypeAlias = tuple[Deny, ...]
Test: TypeAlias = Callable[[Grant, Denies], Truth]
"""What is asked of a grant: hashable, so that it is asked once of what many resources inherit."""


@dataclass(frozen=True, slots=True)
class Holds:
    """The test whether a grant gives a right that no deny assignment takes away."""

    right: Right

    def __call__(self, grant: Grant, denies: Denies) -> Truth:
        """True, False, or None where it can't be told."""
        found = [self._holds(grant, action, denies) for action in self.right.actions]
        return True if True in found else None if None in found else False

    def _holds(self, grant: Grant, action: str, denies: Denies) -> Truth:
        granted = _granted(self.right, grant.role, action)
        if granted is False:
            return False
        taken = [deny.takes(self.right, action, grant) for deny in denies]
        if True in taken:
            return False
        return True if granted and not grant.conditional and None not in taken else None


@lru_cache(maxsize=4096)
def _granted(right: Right, role: Role, action: str) -> Truth:
    """Whether a role grants an action, worked out once for all that hold the role."""
    return right.granted(role, action)


@dataclass(slots=True)
class Found:
    """What a test finds among the grants of a scope and of those above it, which are not joined.

    `sure` and `maybe` are the scope's own, by principal; `low` and `high` count each principal once, and `kinds` and
    `doubtful` count them by type: those that are certain, and those that may be.
    """

    above: Found | None
    sure: dict[str, Grant] = field(default_factory=dict)
    maybe: dict[str, Grant] = field(default_factory=dict)
    low: int = 0
    high: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    doubtful: Counter[str] = field(default_factory=Counter)

    @staticmethod
    def among(grants: Iterable[Grant], denies: Denies, test: Test, above: Found | None) -> Found:
        """What a test finds among grants, and above them."""
        found = Found(above)
        for grant in grants:
            truth = test(grant, denies)
            if truth is not False:
                (found.sure if truth else found.maybe).setdefault(grant.principal, grant)
        for principal in found.sure.keys() & found.maybe.keys():
            del found.maybe[principal]
        found._count()
        return found

    def _count(self) -> None:
        """Counts what is new here, and adds what is known above."""
        before = {principal: self.above.of(principal) if self.above else False for principal in self._own()}
        fresh = [grant for principal, grant in self.sure.items() if before[principal] is not True]
        self.kinds = Counter(grant.kind for grant in fresh)
        self.doubtful = Counter(grant.kind for principal, grant in self.maybe.items() if before[principal] is False)
        self.low, self.high = len(fresh), sum(truth is False for truth in before.values())
        if self.above:
            settled = Counter(g.kind for p, g in self.sure.items() if before[p] is None)
            self.kinds += self.above.kinds
            self.doubtful += self.above.doubtful
            self.doubtful -= settled
            self.low += self.above.low
            self.high += self.above.high

    def _own(self) -> Iterable[str]:
        return chain(self.sure, self.maybe)

    def of(self, principal: str) -> Truth:
        """Whether it holds of a principal (in lower case)."""
        if principal in self.sure:
            return True
        higher = self.above.of(principal) if self.above else False
        return None if higher is False and principal in self.maybe else higher

    def certain(self) -> Iterator[Grant]:
        """One grant for each principal of which it holds; those assigned nearest first."""
        seen: set[str] = set()
        for found in self._chain():
            yield from (g for p, g in found.sure.items() if p not in seen)
            seen |= found.sure.keys() if found.above else set()

    def uncertain(self) -> Iterator[Grant]:
        """One grant for each principal of which it may hold."""
        seen: set[str] = set()
        for found in self._chain():
            yield from (g for p, g in found.maybe.items() if p not in seen and self.of(p) is None)
            seen |= found.maybe.keys() if found.above else set()

    def _chain(self) -> Iterator[Found]:
        found: Found | None = self
        while found:
            yield found
            found = found.above


# --- what a resource inherits -------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Layer:
    """The grants of a scope, the scopes above it, and what tests have found; `denies` are all that matter below."""

    scope: str
    grants: tuple[Grant, ...]
    denies: Denies
    above: Layer | None
    _found: dict[Test, Found] = field(default_factory=dict)
    _rows: tuple[Row, ...] | None = None

    def found(self, test: Test) -> Found:
        """What a test finds here and above, once."""
        if test not in self._found:
            higher = self.above.found(test) if self.above else None
            self._found[test] = Found.among(self.grants, self.denies, test, higher)
        return self._found[test]

    def rows(self) -> tuple[Row, ...]:
        """The rows of the access table for what is granted at this scope, once."""
        if self._rows is None:
            made = (_row(grant, self.denies) for grant in self.grants)
            self._rows = tuple(row for row in made if row)
        return self._rows

    def chain(self) -> Iterator[Layer]:
        """This scope and those above it."""
        layer: Layer | None = self
        while layer:
            yield layer
            layer = layer.above


@dataclass(frozen=True, slots=True)
class Access:
    """Who has access to a resource; `assignments`, `denials` and `definitions` are the lists that were lost."""

    layer: Layer
    assignments: tuple[Lost, ...]
    denials: tuple[Lost, ...]
    definitions: tuple[Lost, ...]

    def holders(self, test: Test) -> Found:
        """The principals of which a test holds."""
        return self.layer.found(test)

    def grants(self) -> Iterator[Grant]:
        """All grants, those at the resource first."""
        return (grant for layer in self.layer.chain() for grant in layer.grants)

    @property
    def lost(self) -> tuple[Lost, ...]:
        """All lists that were lost."""
        return tuple(dict.fromkeys((*self.assignments, *self.denials, *self.definitions)))


def access(subject: Resource, estate: Estate) -> Access:
    """Who has access to a resource, a group or a subscription."""
    return _analysis(estate).access(subject)


class _Analysis:
    """What was worked out for one estate: roles by id, grants and denials by scope, chains by their scopes."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.roles: dict[str, Role] = {}
        self.grants: dict[tuple[str, str], tuple[Grant, ...]] = {}
        self.denies: dict[str, Denies] = {}
        self.layers: dict[tuple[tuple[str, ...], tuple[Deny, ...]], Layer] = {}
        self.learned: set[str] = set()
        everything = Resource({}, id="estate", key="estate", type="estate")
        self._learn(estate.related(everything, "resources", ROLE_DEFINITIONS).items)

    def access(self, subject: Resource) -> Access:
        assigned, denied = (self.estate.inherited(subject, type_) for type_ in (ASSIGNMENTS, DENIES))
        defined = self.learn_inherited(subject)
        found = (deny for scope, held in denied.by_scope for deny in self._denied(scope, held))
        denies = tuple(deny for deny in found if not deny.here_only or deny.scope == subject.key)
        return Access(self._layer(assigned.by_scope, denies), assigned.lost, denied.lost, defined)

    def _layer(self, scopes: Scopes, denies: Denies) -> Layer:
        """The layers of a chain of scopes: what lies above the nearest one is the same for all below it."""
        key = (tuple(scope for scope, _ in scopes), denies)
        if key not in self.layers:
            above = self._layer(scopes[1:], denies) if len(scopes) > 1 else None
            scope, records = scopes[0] if scopes else ("", ())
            self.layers[key] = Layer(scope, self.granted(scope, ASSIGNMENTS, records), denies, above)
        return self.layers[key]

    def granted(self, scope: str, type_: str, records: Sequence[Resource]) -> tuple[Grant, ...]:
        """What the assignments of a scope grant."""
        if (scope, type_) not in self.grants:
            self.grants[scope, type_] = tuple(self._grant(scope, record, type_ == ELIGIBLE) for record in records)
        return self.grants[scope, type_]

    def _grant(self, scope: str, record: Resource, eligible: bool) -> Grant:
        principal, kind, condition = PRINCIPAL(record), KIND(record), CONDITION(record)
        named = principal if isinstance(principal, str) and principal else record.key
        known = KINDS.get(kind.casefold()) if isinstance(kind, str) else None
        limited = condition is UNKNOWN or bool(condition)
        return Grant(named.lower(), known or UNKNOWN_KIND, self.role(record), scope, record, limited, eligible)

    def role(self, record: Resource) -> Role:
        """The role that a record names."""
        named = ROLE(record)
        if not isinstance(named, str) or not named:
            return Role("", "a role that was not read")
        return self.roles.get(guid_of(named)) or unread(named)

    def _denied(self, scope: str, records: Sequence[Resource]) -> Denies:
        if scope not in self.denies:
            self.denies[scope] = tuple(_deny(scope, record) for record in records)
        return self.denies[scope]

    def learn_inherited(self, subject: Resource) -> tuple[Lost, ...]:
        """Takes in the roles that are recorded at or above a resource; which lists of them are lost."""
        found = self.estate.inherited(subject, ROLE_DEFINITIONS)
        for scope, records in found.by_scope:
            if scope not in self.learned:
                self.learned.add(scope)
                self._learn(records)
        return found.lost

    def _learn(self, records: Iterable[object]) -> None:
        for record in records:
            if isinstance(record, Resource):
                role = role_of(record)
                known = self.roles.get(role.id)
                if known is None or known.blocks is None:
                    self.roles[role.id] = role


@lru_cache(maxsize=2)
def _analysis(estate: Estate) -> _Analysis:
    return _Analysis(estate)


def _deny(scope: str, record: Resource) -> Deny:
    principals, groups = _principals(DENIED(record), record, needed=True)
    excluded, excluded_groups = _principals(EXCLUDED(record), record, needed=False)
    here, condition = HERE_ONLY(record), CONDITION(record)
    blocks = blocks_of(record)
    return Deny(scope, blocks, principals, excluded, groups, excluded_groups, here is True, bool(condition))


def _principals(value: Json, record: Resource, *, needed: bool) -> tuple[frozenset[str] | None, bool]:
    """The principals of a list, and whether groups are among them; None if the list was not read."""
    if value is UNKNOWN or (value is None and needed) or not isinstance(value or [], list):
        return None, True
    members = [m for m in value or [] if isinstance(m, dict) and isinstance(m.get("id"), str)]
    if len(members) < len(value or []):
        return None, True
    kinds = {str(m.get("type") or "Group").casefold() for m in members if m["id"].lower() != EVERYONE}
    return frozenset(m["id"].lower() for m in members), any("group" in kind for kind in kinds)


# --- for a time, and on demand ------------------------------------------------------------------------------------


def eligible(subject: Resource, estate: Estate) -> tuple[tuple[Grant, ...], tuple[Lost, ...]]:
    """The roles that principals may activate on a resource at present, and which lists of them are lost."""
    made, found = _analysis(estate), estate.inherited(subject, ELIGIBLE)
    made.learn_inherited(subject)
    grants = (g for scope, held in found.by_scope for g in made.granted(scope, ELIGIBLE, held))
    return tuple(g for g in grants if _is_current(g.record, estate.as_of)), found.lost


def _is_current(record: Resource, as_of: datetime) -> bool:
    begin, end = parse(FROM(record)), parse(UNTIL(record))
    return (begin is None or begin <= as_of) and (end is None or as_of < end)


def temporary(subject: Resource, estate: Estate) -> tuple[frozenset[str], tuple[Lost, ...]]:
    """The role assignments (keys) at or above a resource that were activated for a time, or that end on a date."""
    found = estate.inherited(subject, SCHEDULED)
    origins = (ORIGIN(r) for _, held in found.by_scope for r in held if _ends(r))
    return frozenset(key_of(with_slash(text)) for text in origins if isinstance(text, str)), found.lost


def _ends(record: Resource) -> bool:
    how = HOW(record)
    return (isinstance(how, str) and how.casefold() == "activated") or parse(UNTIL(record)) is not None


# --- the access table ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A role of a principal that reaches an account's keys or data; `data` and `keys` are None if not to be told.

    `scope` is where the role was assigned (an ARM id, "" for the tenant), `patterns` its data actions.
    """

    principal: str
    kind: str
    role: str
    scope: str
    data: Truth
    patterns: tuple[str, ...]
    keys: Truth
    conditional: bool
    eligible: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Who reaches an account's data, by role or by key; `keys_work` is whether keys are accepted at all.

    A row whose scope is not the account's id (in whatever letters) is inherited.
    `more` is how many rows were left out, `lost` the lists that keep it from being whole.
    """

    account: str
    rows: tuple[Row, ...]
    keys_work: Truth
    more: int
    lost: tuple[Lost, ...]


def table(account: Resource, estate: Estate, most: int = 200) -> Table:
    """The access table of an account, with at most so many rows: those at the account first, the tenant's last."""
    found = access(account, estate)
    layer = found.layer
    may, unread_lists = eligible(account, estate)
    on_demand = [row for grant in may if (row := _row(grant, layer.denies))]
    rows = chain((row for each in layer.chain() for row in each.rows()), on_demand)
    number = sum(len(each.rows()) for each in layer.chain()) + len(on_demand)
    shown = tuple(islice(rows, most))
    return Table(account.key, shown, keys_work(account), number - len(shown), (*found.lost, *unread_lists))


def keys_work(account: Resource) -> Truth:
    """Whether an account accepts keys: unless local authentication is switched off. None if that was not read."""
    value = LOCAL_AUTH_OFF(account, account)
    return None if value is UNKNOWN else str(value).casefold() != "true"


def _row(grant: Grant, denies: Denies) -> Row | None:
    data, keys = Holds(REACH_DATA)(grant, denies), Holds(LIST_KEYS)(grant, denies)
    if data is False and keys is False:
        return None
    written = SCOPE(grant.record)
    spelled = written if isinstance(written, str) and grant.scope else grant.scope
    patterns = grant.role.reaching(REACH_DATA.actions[0], data=True) or ()
    return Row(
        grant.principal, grant.kind, grant.role.name, spelled, data, patterns, keys, grant.conditional, grant.eligible
    )
