"""Each fault at each kind of route: the right gap, the right unknowns, and nothing else changes (semantics 15, 28).

One server and one estate for all: the sample's hub and its first spoke. A run sends only what a fault is
dialled for; everything else is answered as it was before.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from azure_fake import Estate, Fault, serve
from azure_runs import judging_once, replaying

from readiness import assets
from readiness.arm import name_of
from readiness.collect import faults as waiting
from readiness.collect import graphed, limits, paging
from readiness.collect.measured import METRICS
from readiness.collect.measured import NAME as METRICS_NAME
from readiness.collect.operations import OPERATIONS
from readiness.model import Outcome

SAMPLE = Path(assets.__file__).parent / "sample" / "estate.jsonl.gz"
WHOLE = Estate.of_snapshot(SAMPLE)
LEFT_OUT = (
    "/subscriptions/a5515703", "/subscriptions/a5515704",
    "/providers/microsoft.management/managementgroups/mg-northwind-sandbox",
)  # fmt: skip
"""Development and its management group, the second spoke: runs are many, and these are asked the same again."""
HUB, PROD = READ = tuple(f"a551570{n}-0000-4000-8000-00000000000{n}" for n in (1, 2))
GRAPH = f"POST {graphed.PATH}"
BATCH = f"POST /subscriptions/{PROD}/metrics:getbatch"
ALONE = f"GET /subscriptions/{PROD}*/accounts/*/providers/microsoft.insights/metrics"
SERIES_OF = "/providers/Microsoft.Insights/metrics"

LIST = {
    "forbidden": ("forbidden", 403), "not_found": ("not_found", 404), "not_registered": ("not_registered", 409),
    "throttled": ("throttled", 429), "error": ("interrupted", 500), "slow": ("timeout", None),
    "reset": ("interrupted", None), "truncated": ("interrupted", None), "invalid_json": ("unparsable", 200),
    "null_value": ("unparsable", 200), "endless_same": ("truncated", 200),
    "endless_new": ("truncated", 200), "foreign_link": ("truncated", 200), "expired_token": ("forbidden", 401),
    "claims_challenge": ("forbidden", 401), "big_page": None, "error, then fine": None,
    "expired_token, once": None,
}  # fmt: skip
"""What becomes of a list: the reason and the status of its gap; None, if all is well."""
OWN = LIST | {"not_registered": ("interrupted", 409)}
"""Of a resource whose provider is registered, whatever it says: that is no proof that there is nothing."""
OBJECT = OWN | dict.fromkeys(("endless_same", "endless_new", "foreign_link"))
"""An object has no further pages."""
PERHAPS = OBJECT | {"not_found": None}
"""An object that may be missing: 404 is the answer that there is none."""
SERIES = OBJECT | {"not_registered": ("not_registered", 409)}
SPARED = dict.fromkeys(LIST)
DISCOVERY = ("subscriptions.list", graphed.NAME, "cognitiveservices.accounts.list")
"""Every rule needs what these list."""
FALLBACKS = {row.name for row in OPERATIONS if row.fallback}
CUT = ("endless_same", "endless_new", "foreign_link")


@dataclass(frozen=True)
class Route:
    """`patterns` of what is struck, `becomes` for each kind; the gaps are of `operation`, at scopes named `at`.

    `unknown` are rules with verdicts that are lost: unknown, or without a subject. `besides` is struck in each run.
    """

    patterns: tuple
    operation: str
    becomes: dict
    at: frozenset
    unknown: frozenset = frozenset()
    besides: tuple = ()
    containing: str = ""
    metrics: bool = False


def route(pattern, operation, becomes, at, unknown="", **more):
    patterns = (pattern,) if isinstance(pattern, str) else pattern
    return Route(patterns, operation, becomes, frozenset(at.split(" ")), frozenset(unknown.split()), **more)


def named(kind, start):
    """Names of the resources of a kind whose names begin so, in what is read."""
    found = (key.rsplit("/", 2) for key in WHOLE.records if not key.startswith(LEFT_OUT))
    return " ".join(sorted(name for _, type_, name in found if type_ == kind and name.startswith(start)))


EVERYWHERE = " ".join(READ)
GATEWAYS = named("service", "apim-nwa-")
UTILISATION = "AzureOpenAIProvisionedManagedUtilizationV2"
ROUTES = {
    "subscriptions": route(
        "GET /subscriptions", "subscriptions.list", OWN, "", "AOAI-NET-001 APIM-SEC-002 SRCH-IAM-001",
    ),
    "Resource Graph": route(
        GRAPH, graphed.NAME, OWN, EVERYWHERE, "DATA-STG-001 KV-SEC-001 MON-APPI-001 NET-EDGE-001",
    ),
    "provider list": route(
        "GET /subscriptions/*/providers/microsoft.cognitiveservices/accounts", "cognitiveservices.accounts.list",
        LIST, EVERYWHERE, "AOAI-NET-001 AOAI-IAM-001 AOAI-CAP-006", besides=(Fault(GRAPH, "forbidden"),),
    ),
    "children of accounts": route(
        "GET */accounts/oai-nwa-*/deployments", "cognitiveservices.deployments.list", OWN,
        named("accounts", "oai-nwa-"), "AOAI-CAP-006 AOAI-RAI-002 AOAI-REL-004",
    ),
    "object": route(
        "GET */sites/app-nwa-*/config/web", "web.sites.config.get", OBJECT, named("sites", "app-nwa-"), "APP-002",
    ),
    "object that may be missing": route(
        "GET */apis/assist-chat/policies/policy", "apimanagement.apiPolicies.get", PERHAPS, "assist-chat",
    ),
    "extension": route(
        "GET */service/*diagnosticsettings", "monitor.diagnosticSettings.list", LIST, GATEWAYS, "APIM-MON-001",
    ),
    "extension of subscriptions": route(
        "GET */microsoft.authorization/locks", "authorization.locks.list", LIST, EVERYWHERE, "AOAI-REL-006",
    ),
    "region": route(
        "GET */locations/*/usages", "cognitiveservices.usages.list", OWN, "westeurope swedencentral", "AOAI-CAP-001",
    ),
    "children of gateways": route(
        "GET */namedvalues", "apimanagement.namedValues.list", OWN, GATEWAYS, "APIM-SEC-004",
    ),
    "metrics": route(
        (BATCH, ALONE), METRICS_NAME, SERIES, "oai-nwa-prod-weu aif-nwa-insights-prod-weu", "AOAI-CAP-004",
        containing=UTILISATION, metrics=True,
    ),
    "metrics batch": route(BATCH, METRICS_NAME, SPARED, "", containing=UTILISATION, metrics=True),
}  # fmt: skip
CASES = [(name, kind) for name in ROUTES for kind in LIST]


@pytest.fixture(scope="module")
def azure():
    bodies = [body for key, body in WHOLE.records.items() if not key.startswith(LEFT_OUT)]
    metrics = [record for record in WHOLE.metrics if not record["resource"].startswith(LEFT_OUT)]
    groups = {name: READ for name, inside in WHOLE.groups.items() if set(READ) <= set(inside)}
    estate = Estate(bodies, metrics=metrics, groups=groups)
    estate.mark_without_id()
    with serve(estate) as running:
        yield running


@pytest.fixture(scope="module")
def run(azure):
    with replaying(azure) as one:
        yield one


@pytest.fixture(scope="module")
def verdicts():
    """{(rule, subject): outcome} of a scan of a file."""
    return judging_once()


@pytest.fixture(scope="module")
def well(run, verdicts, tmp_path_factory):
    """(snapshot, verdicts) of a run with what is struck besides alone, by that and by whether metrics are read."""
    known, folder = {}, tmp_path_factory.mktemp("well")

    def of(besides, metrics):
        if (besides, metrics) not in known:
            target = folder / f"{len(known)}.jsonl"
            known[besides, metrics] = run(target, *besides, metrics=metrics), verdicts(target)
        return known[besides, metrics]

    return of


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Retries follow at once, Resource Graph is asked as often as we like, and lists of nothing end soon."""
    monkeypatch.setattr(waiting, "BACK_OFF", 0.0)
    monkeypatch.setattr(limits, "QUERIES", 10_000)
    monkeypatch.setattr(paging, "EMPTY", 5)


def dialled(struck, kind):
    """The faults of a case; one route's refusal of a token leaves the token good for the others."""
    name, _, times = kind.partition(", ")
    how = {"once": {"overall": 1}, "then fine": {"times": 2}}.get(times, {"revokes": False})
    options = {"retry_after": "0", "seconds": 0.5, "containing": struck.containing} | how
    return [Fault(pattern, name, **options) for pattern in struck.patterns]


def concerned(name):
    """The rules that an operation, and all that is asked for what it yields, are for."""
    rows = [row for row in OPERATIONS if row.name == name]
    rules = {rule for row in (*rows, *(m for m in METRICS if name == METRICS_NAME)) for rule in row.rules}
    for row in (row for row in rows if not row.single):
        below = {o.name for o in OPERATIONS if o.name != name and o.each.lower() == row.yields.lower()}
        rules |= {rule for other in below for rule in concerned(other)}
    return rules


def told(gap):
    return gap.operation, gap.scope, gap.type, gap.reason, gap.status


def extra(read, before, what):
    """What one snapshot has more of, by `what`."""
    return Counter(map(what, read)) - Counter(map(what, before))


@pytest.mark.parametrize(("name", "kind"), CASES, ids=lambda word: word.replace(" ", "-"))
def test_a_fault_is_a_gap_and_makes_unknown_what_it_touches(tmp_path, azure, run, well, verdicts, name, kind):
    struck, becomes = ROUTES[name], ROUTES[name].becomes[kind]
    before, verdicts_before = well(struck.besides, struck.metrics)
    seconds = 0.1 if kind == "slow" else 20
    read = run(
        tmp_path / "x.jsonl", *dialled(struck, kind), *struck.besides, metrics=struck.metrics, request_seconds=seconds
    )
    assert set(azure.faults.struck) >= set(dialled(struck, kind)[:1])
    assert (azure.writes, azure.routes("foreign")) == ([], Counter())
    assert len(azure.log) < 150  # no list goes on for ever
    # The gaps: all of this operation, for this reason, at the scopes that were struck; none was lost.
    gaps = extra(read.gaps, before.gaps, lambda g: (g.operation, g.reason, g.status))
    assert set(gaps) == ({(struck.operation, *becomes)} if becomes else set())
    lost = {g.scope for g in read.gaps if g.operation == struck.operation}
    lost -= {g.scope for g in before.gaps if g.operation == struck.operation}
    assert {name_of(scope.partition(SERIES_OF)[0]) for scope in lost} == (struck.at if becomes else set())
    # A list that was lost is not said to have been read.
    assert not {r.scope for r in read.reads if r.operation == struck.operation} & lost
    more = extra(read.reads, before.reads, lambda r: (r.operation, r.scope, r.type))
    assert {operation for operation, *_ in more} <= (FALLBACKS if struck.operation == graphed.NAME else set())
    # The verdicts.
    found = verdicts(tmp_path / "x.jsonl")
    changed = {at: found.get(at) for at in verdicts_before | found if found.get(at) is not verdicts_before.get(at)}
    assert not changed or becomes or struck.becomes is PERHAPS
    assert Outcome.PASS not in changed.values()
    assert struck.operation in DISCOVERY or {rule for rule, _ in changed} <= concerned(struck.operation)
    if becomes and becomes[0] != "not_registered":
        # A provider lists built-in roles below each subscription: subjects that are new, and none of which matters.
        old = {outcome for at, outcome in changed.items() if at in verdicts_before}
        assert old <= {Outcome.UNKNOWN, None}
        assert set(changed.values()) - old <= {Outcome.UNKNOWN, Outcome.NOT_APPLICABLE}
    if becomes and kind not in CUT:
        assert struck.unknown <= {rule for rule, _ in changed}
    gone = {subject for (_, subject), outcome in changed.items() if outcome is None}
    assert all(any(subject.startswith(scope.lower()) for scope in lost) for subject in gone)


@pytest.mark.parametrize("kind", ["forbidden", "not_registered", "error", "null_value"])
def test_where_resource_graph_refuses_the_providers_lists_are_asked(tmp_path, azure, run, well, verdicts, kind):
    before, verdicts_before = well((), False)
    read = run(tmp_path / "x.jsonl", *dialled(ROUTES["Resource Graph"], kind), metrics=False)
    listed = {row.yields.lower() for row in OPERATIONS if row.fallback}
    named = listed - {"microsoft.authorization/roledefinitions"}  # whose ids name the scope that they were listed at
    assert {key for key, r in before.resources.items() if r.type.lower() in named} <= set(read.resources)
    assert {g.type for g in read.gaps if g.operation == graphed.NAME} == {
        g.type for g in graphed.GRAPHED if g.type.lower() not in listed
    }
    lists = {(r.type.lower(), r.scope) for r in read.reads if r.operation in FALLBACKS}
    assert lists == {(type_, f"/subscriptions/{guid}") for type_ in listed for guid in READ}
    # What is known of accounts, gateways and search services by their own records and children is known as before.
    found = verdicts(tmp_path / "x.jsonl")
    own = ("AOAI-IAM-001", "AOAI-NET-001", "AOAI-RAI-002", "APIM-SEC-002", "APIM-SEC-004", "SRCH-IAM-001")
    kept = {at: outcome for at, outcome in verdicts_before.items() if at[0] in own}
    assert len(kept) > 20
    assert {at: found.get(at) for at in kept} == kept


def test_a_metrics_batch_that_is_overloaded_is_throttled(tmp_path, azure, run):
    faults = [Fault(pattern, "error", status=529, containing=UTILISATION) for pattern in (BATCH, ALONE)]
    read = run(tmp_path / "x.jsonl", *faults)
    gaps = {(g.reason, g.status) for g in read.gaps if g.operation == METRICS_NAME}
    assert gaps == {("throttled", 529)}
    assert max(azure.faults.tries.values()) == waiting.TRIES


def test_a_metrics_batch_that_was_overloaded_is_asked_again(tmp_path, azure, run):
    read = run(tmp_path / "x.jsonl", Fault(BATCH, "error", status=529, times=2, containing=UTILISATION))
    assert {seen.status for seen in azure.log} == {529, 200}
    assert not [g for g in read.gaps if g.operation == METRICS_NAME]
    assert {seen.role for seen in azure.log} == {"metrics"}
