"""What Azure Monitor is asked to measure, as the rules of stage time need it: names, grains, dimensions, windows.

Five minutes for utilisation, latency and load, an hour for counts and availability (semantics 16). A record holds
one metric in one aggregation, hence a row names all dimensions that any rule tells apart. Averages of counts, and
totals of percentages, mean nothing.
https://learn.microsoft.com/azure/ai-foundry/openai/monitor-openai-reference
https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-cognitiveservices-accounts-metrics
https://learn.microsoft.com/azure/ai-foundry/openai/how-to/spillover-traffic-management (the dimension IsSpillover)
https://learn.microsoft.com/azure/api-management/monitor-api-management-reference
https://learn.microsoft.com/azure/search/monitor-azure-cognitive-search-data-reference
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from readiness.collect.operations import ACCOUNTS, GATEWAYS, LLM, SEARCH
from readiness.dates import Duration

NAME: Final = "monitor.metrics"
PERMISSION: Final = "Microsoft.Insights/metrics/read"
NAMES: Final = 20
"""Metrics in a request, https://learn.microsoft.com/rest/api/monitor/metrics/list#uri-parameters."""
RESOURCES: Final = 50
"""Resources in a batch, https://learn.microsoft.com/azure/azure-monitor/metrics/migrate-to-batch-api#request-conversion-steps."""
SAMPLES: Final = 100_000
"""Samples of single series in a batch: each is some 60 bytes, and resources have several series."""
DEPLOYMENT: Final = "ModelDeploymentName"
CLASSIC: Final = ("Developer", "Basic", "Standard", "Premium")
V2: Final = ("BasicV2", "StandardV2", "PremiumV2")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of every resource of a type. `window` is how far back, `only` as for an Operation."""

    name: str
    type: str
    aggregation: Literal["Average", "Total"]
    grain: Literal["PT5M", "PT1H"]
    dimensions: tuple[str, ...]
    rules: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    window: str = "P14D"

    @property
    def namespace(self) -> str:
        """The metric namespace: for these types it is the type."""
        return self.type

    @property
    def samples(self) -> int:
        """How many a series has."""
        window, grain = (Duration.parse(text) for text in (self.window, self.grain))
        return int(window.seconds // grain.seconds) if window and grain else 0


MODELS_IN: Final = {"kind": LLM}


def _of_models(name: str, how: Literal["Average", "Total"], grain: Literal["PT5M", "PT1H"], *rules: str) -> Metric:
    return Metric(name, ACCOUNTS, how, grain, (DEPLOYMENT,), rules, MODELS_IN)


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "AzureOpenAIRequests", ACCOUNTS, "Total", "PT1H", (DEPLOYMENT, "StatusCode", "IsSpillover", "StreamType"),
        ("AOAI-REL-012", "AOAI-CAP-002", "AOAI-CAP-003", "AOAI-CAP-005", "AOAI-CAP-007", "AOAI-CAP-008",
         "AOAI-PERF-002", "AOAI-COST-002"),
        MODELS_IN,
    ),
    _of_models("ProcessedPromptTokens", "Total", "PT1H", "AOAI-CAP-002"),
    _of_models("GeneratedTokens", "Total", "PT1H", "AOAI-CAP-002"),
    _of_models("AzureOpenAIProvisionedManagedUtilizationV2", "Average", "PT5M", "AOAI-CAP-004", "AOAI-COST-001"),
    _of_models("AzureOpenAIAvailabilityRate", "Average", "PT1H", "AOAI-REL-011"),
    Metric("AzureOpenAINormalizedTTFTInMS", ACCOUNTS, "Average", "PT5M", (DEPLOYMENT, "StreamType"),
           ("AOAI-PERF-001",), MODELS_IN),
    Metric("AzureOpenAINormalizedTBTInMS", ACCOUNTS, "Average", "PT5M", (DEPLOYMENT, "StreamType"),
           ("AOAI-PERF-001",), MODELS_IN),
    Metric("AzureOpenAITimeToResponse", ACCOUNTS, "Average", "PT5M", (DEPLOYMENT, "StreamType"),
           ("AOAI-PERF-001",), MODELS_IN),
    _of_models("RAITotalRequests", "Total", "PT1H", "AOAI-RAI-007"),
    _of_models("RAIRejectedRequests", "Total", "PT1H", "AOAI-RAI-007"),
    _of_models("RAIHarmfulRequests", "Total", "PT1H", "AOAI-RAI-007"),
    Metric("Capacity", GATEWAYS, "Average", "PT5M", ("Location",), ("APIM-REL-005",), {"sku.name": CLASSIC}),
    Metric("CpuPercent_Gateway", GATEWAYS, "Average", "PT5M", (), ("APIM-REL-005",), {"sku.name": V2}),
    Metric("MemoryPercent_Gateway", GATEWAYS, "Average", "PT5M", (), ("APIM-REL-005",), {"sku.name": V2}),
    Metric("SearchLatency", SEARCH, "Average", "PT5M", (), ("SRCH-PERF-001",)),
    Metric("SearchQueriesPerSecond", SEARCH, "Average", "PT5M", (), ("SRCH-PERF-001",)),
    Metric("ThrottledSearchQueriesPercentage", SEARCH, "Average", "PT5M", (), ("SRCH-PERF-001",)),
)  # fmt: skip


def groups(metrics: Iterable[Metric] = METRICS) -> list[tuple[Metric, ...]]:
    """The metrics that one request can ask for together, so that each group is a request for each resource."""
    found: dict[object, list[Metric]] = {}
    for m in metrics:
        key = (m.type, tuple(sorted(m.only.items())), m.aggregation, m.grain, m.dimensions, m.window)
        found.setdefault(key, []).append(m)
    return [tuple(group[n : n + NAMES]) for group in found.values() for n in range(0, len(group), NAMES)]


def at_once(group: tuple[Metric, ...]) -> int:
    """The resources for which one batch asks for a group."""
    return max(1, min(RESOURCES, SAMPLES // (group[0].samples * len(group))))
