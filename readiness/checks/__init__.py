"""Measurements that a condition can't express: pure functions with typed params, in one explicit mapping.

A check gets the subject, its params and the world, and returns a Decision. It does no I/O, knows no SDK and no
score. To add one: a module with a frozen dataclass of params and a function, and a line in CHECKS.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, get_origin, get_type_hints

from readiness.checks import (
    allow_list,
    app_network,
    circuit_breaker,
    content_filters,
    gateway_diagnostics,
    gateway_regions,
    gateway_zones,
    ip_rules,
    named_values,
    naming,
    one_per_region,
    pool_members,
    references_resolved,
    spillover,
    steady_latency,
    tags_present,
)
from readiness.conditions import World
from readiness.model import Decision, Resource


@dataclass(frozen=True, slots=True)
class Check:
    """A named measurement; `params` is the frozen dataclass that it takes."""

    name: str
    params: type[Any]
    measure: Callable[[Resource, Any, World], Decision]

    def fields(self) -> dict[str, tuple[type[Any], bool]]:
        """The params' names with their type and whether they must be given."""
        hints = get_type_hints(self.params)
        kinds = {name: get_origin(hint) or hint for name, hint in hints.items()}
        return {f.name: (kinds[f.name], f.default is dataclasses.MISSING) for f in dataclasses.fields(self.params)}


CHECKS: Final[dict[str, Check]] = {
    check.name: check
    for check in (
        Check("content-filters", content_filters.ContentFilters, content_filters.content_filters),
        Check("content-filter-mode", content_filters.ContentFilterMode, content_filters.content_filter_mode),
        Check("app-network", app_network.AppNetwork, app_network.app_network),
        Check("ip-rules-narrow", ip_rules.IpRulesNarrow, ip_rules.ip_rules_narrow),
        Check("name-identifies", naming.NameIdentifies, naming.name_identifies),
        Check(
            "references-resolved",
            references_resolved.ReferencesResolved,
            references_resolved.references_resolved,
        ),
        Check("tags-present", tags_present.TagsPresent, tags_present.tags_present),
        Check("outbound-allow-list", allow_list.OutboundAllowList, allow_list.outbound_allow_list),
        Check("one-per-region", one_per_region.OnePerRegion, one_per_region.one_per_region),
        Check("steady-latency", steady_latency.SteadyLatency, steady_latency.steady_latency),
        Check("spillover-target-valid", spillover.SpilloverTarget, spillover.spillover_target_valid),
        Check("secrets-from-vault", named_values.SecretsFromVault, named_values.secrets_from_vault),
        Check(
            "application-insights-attached",
            gateway_diagnostics.ApplicationInsightsAttached,
            gateway_diagnostics.application_insights_attached,
        ),
        Check("payloads-masked", gateway_diagnostics.PayloadsMasked, gateway_diagnostics.payloads_masked),
        Check("gateway-zones", gateway_zones.GatewayZones, gateway_zones.gateway_zones),
        Check("gateway-regions", gateway_regions.GatewayRegions, gateway_regions.gateway_regions),
        Check("pool-members", pool_members.PoolMembers, pool_members.pool_members),
        Check("circuit-breaker", circuit_breaker.CircuitBreaker, circuit_breaker.circuit_breaker),
    )
}
