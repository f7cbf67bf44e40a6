"""What Azure Monitor says of the sample's two weeks: of accounts with models, of gateways and of search services.

All that `readiness collect` asks for was read, but of the insights team's account; a metric without series had
nothing to count. Names, units and grains are those of `readiness/collect/measured.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tools.sample_cast import (
    AIF_DEV,
    AIF_HUB,
    APIM_HUB,
    APIM_SDC,
    OAI_DEV,
    OAI_HUB_SDC,
    OAI_SDC,
    OAI_WEU,
    SRCH_DEV,
    SRCH_HUB,
    SRCH_SDC,
    SRCH_WEU,
)
from tools.sample_metrics import (
    CAPACITY,
    LATENCY,
    MAINTENANCE,
    QUERIES,
    TURNED_AWAY,
    Series,
    all_day,
    available,
    counts,
    flooded,
    held,
    latency,
    load,
    metrics,
    much_slower,
    response,
    share,
    slower,
    utilisation,
    when_full,
)
from tools.sample_shapes import Json

UTILISATION = "AzureOpenAIProvisionedManagedUtilizationV2"
REQUESTS = "AzureOpenAIRequests"
AVAILABILITY = "AzureOpenAIAvailabilityRate"
TO_FIRST_TOKEN, BETWEEN_TOKENS = "AzureOpenAINormalizedTTFTInMS", "AzureOpenAINormalizedTBTInMS"
TO_RESPONSE = "AzureOpenAITimeToResponse"
TOKENS = ("ProcessedPromptTokens", "GeneratedTokens")
FILTERED = ("RAITotalRequests", "RAIRejectedRequests", "RAIHarmfulRequests")
OF_MODELS = (UTILISATION, REQUESTS, AVAILABILITY, TO_FIRST_TOKEN, BETWEEN_TOKENS, TO_RESPONSE, *TOKENS, *FILTERED)
OF_SEARCH = (QUERIES, LATENCY, TURNED_AWAY)

Found = dict[str, list[Series]]
"""The series of a resource by metric."""


def measured() -> Iterator[Json]:
    """One deployment is saturated, one idle, one without traffic; the others have days, nights and weekends."""
    without_traffic: dict[str, Found] = {each: {} for each in (OAI_SDC, OAI_HUB_SDC, AIF_DEV)}
    accounts = {OAI_WEU: first_region(), AIF_HUB: platform(), OAI_DEV: development(), **without_traffic}
    for asked, resources in ((OF_MODELS, accounts), ((CAPACITY,), gateways()), (OF_SEARCH, searches())):
        for resource, found in resources.items():
            for name in asked:
                yield {"metrics": metrics(resource, name, *found.get(name, ()))}


def first_region() -> Found:
    """`chat` answers with an error now and then, `embed-knowledge` is out of tokens around noon."""
    requests = requests_of_first_region()
    asked = (("chat-ptu", 5200.0), ("summarise-ptu", 1700.0), ("chat", 700.0))
    tokens = {
        name: [counts(name, peak * each, all_day, ModelDeploymentName=one) for one, peak in asked]
        for name, each in zip(TOKENS, (900, 240), strict=True)
    }
    batches = counts(TOKENS[0], 20_000_000, all_day, ModelDeploymentName="embed-knowledge")
    return {
        UTILISATION: [utilisation("chat-ptu", 18, 46, MAINTENANCE), utilisation("summarise-ptu", 24, 86)],
        REQUESTS: requests,
        AVAILABILITY: available(requests),
        TO_FIRST_TOKEN: [latency("chat-ptu", 38.0, slower), latency("summarise-ptu", 52.0, much_slower)],
        BETWEEN_TOKENS: [latency("chat-ptu", 21.0, slower)],
        TO_RESPONSE: [response("chat", 850), response("embed-knowledge", 120)],
        TOKENS[0]: [*tokens[TOKENS[0]], batches],
        TOKENS[1]: tokens[TOKENS[1]],
        **filtered(("chat-ptu", 5200, 30), ("summarise-ptu", 1700, 4), ("chat", 700, 4)),
    }


def requests_of_first_region() -> list[Series]:
    """By status code; what `summarise-ptu` turns away at noon is answered by `chat`."""
    kinds = (
        ("chat-ptu", "200", "False", 5200, all_day),
        ("summarise-ptu", "200", "False", 1900, held),
        ("summarise-ptu", "429", "False", 1100, when_full),
        ("chat", "200", "True", 1090, when_full),
        ("chat", "200", "False", 90, all_day),
        ("chat", "429", "True", 10, when_full),
        ("chat", "500", "False", 1.4, all_day),
        ("embed-knowledge", "200", "False", 800, all_day),
        ("embed-knowledge", "429", "False", 60, when_full),
    )
    return [
        counts("weu", peak, shape, ModelDeploymentName=name, StatusCode=code, IsSpillover=spilled)
        for name, code, spilled, peak, shape in kinds
    ]


def platform() -> Found:
    """Its prompts grew in the second week, and so did the waiting."""
    asked = {"ModelDeploymentName": "partner-chat"}
    requests = [counts("hub", 120, all_day, StatusCode="200", **asked)]
    return {
        REQUESTS: requests,
        AVAILABILITY: available(requests),
        TO_RESPONSE: [response("partner-chat", 900, later=1.4)],
        **{name: [counts(name, 90000, all_day, **asked)] for name in TOKENS},
        **filtered(("partner-chat", 120, 0.6)),
    }


def development() -> Found:
    """Nobody is there at night; who is there tries what the filter stops."""
    tried = {"chat-dev": 40.0, "loadtest-ptu": 3.0}
    requests = [
        counts("dev", peak, float, ModelDeploymentName=name, StatusCode="200") for name, peak in tried.items()
    ]
    return {
        UTILISATION: [utilisation("loadtest-ptu", -3, 2)],
        REQUESTS: requests,
        AVAILABILITY: available(requests),
        TO_RESPONSE: [response("chat-dev", 700), response("loadtest-ptu", 600, every=12)],
        **{
            name: [counts(name, peak * 1200, float, ModelDeploymentName=one) for one, peak in tried.items()]
            for name in TOKENS
        },
        **filtered(("chat-dev", 40, 4), ("loadtest-ptu", 3, 0)),
    }


def filtered(*deployments: tuple[str, float, float]) -> Found:
    """What went through content filters, and what they stopped of it, as (name, all at noon, stopped at noon)."""
    found: Found = {name: [] for name in FILTERED}
    for deployment, every, stopped in deployments:
        for name, peak in zip(FILTERED, (every, stopped, stopped), strict=True):
            found[name].append(counts(name, peak, float, ModelDeploymentName=deployment))
    return found


def gateways() -> dict[str, Found]:
    """The platform's first region is nearly full at noon, the others have little to do."""
    hub = [load("hub", 14, 54, Location="West Europe"), load("hub", 6, 4, Location="Sweden Central")]
    return {APIM_HUB: {CAPACITY: hub}, APIM_SDC: {CAPACITY: [load("sdc", 4, 5, Location="Sweden Central")]}}


def searches() -> dict[str, Found]:
    """The platform's turns queries away at noon; nobody asks the one in Sweden."""
    unasked: Found = {QUERIES: [share("none", 0.0)], TURNED_AWAY: [share("none", 0.0)]}
    return {
        SRCH_WEU: searched("assist", 3.0, 0.12),
        SRCH_HUB: {**searched("platform", 2.0, 0.3), TURNED_AWAY: [share("platform", 6.0, flooded)]},
        SRCH_SDC: unasked,
        SRCH_DEV: searched("lab", 0.2, 0.35),
    }


def searched(seed: str, queries: float, seconds: float) -> Found:
    """A service that is asked by day, and answers all."""
    return {
        QUERIES: [share(f"{seed} queries", queries, float)],
        LATENCY: [share(f"{seed} latency", seconds, slower)],
        TURNED_AWAY: [share(seed, 0.0)],
    }
