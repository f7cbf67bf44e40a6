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
    account_keys,
    activity_alerts,
    alert_metrics,
    allow_list,
    app_network,
    app_roles,
    budget_alerts,
    busy_hours,
    circuit_breaker,
    cmk_rotation,
    content_filters,
    custom_roles,
    delete_lock,
    direct_users,
    endpoint_subnet,
    environments_alike,
    environments_apart,
    gateway_diagnostics,
    gateway_regions,
    gateway_zones,
    idle_quota,
    ip_rules,
    key_holders,
    key_vault,
    latency,
    lifecycle,
    log_retention,
    logs_collected,
    model_regions,
    named_values,
    naming,
    one_per_region,
    policy_guards,
    pool_members,
    private_access,
    project_roles,
    quota_headroom,
    references_resolved,
    reservations,
    retirement,
    search_access,
    secondary_region,
    shared_identities,
    signals_watched,
    spillover,
    standing_roles,
    steady_latency,
    subnet_egress,
    tags_present,
    throughput,
    version_distance,
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
        Check("few-key-holders", key_holders.FewKeyHolders, key_holders.few_key_holders),
        Check("app-roles", app_roles.AppRoles, app_roles.app_roles),
        Check("no-wide-data-roles", standing_roles.NoWideDataRoles, standing_roles.no_wide_data_roles),
        Check("few-standing-owners", standing_roles.FewStandingOwners, standing_roles.few_standing_owners),
        Check("few-direct-users", direct_users.FewDirectUsers, direct_users.few_direct_users),
        Check("no-wildcard-data", custom_roles.NoWildcardData, custom_roles.no_wildcard_data),
        Check("may-call-models", search_access.MayCallModels, search_access.may_call_models),
        Check("search-roles", search_access.SearchRoles, search_access.search_roles),
        Check("own-identities", shared_identities.OwnIdentities, shared_identities.own_identities),
        Check("project-roles", project_roles.ProjectRoles, project_roles.project_roles),
        Check("keys-rotated", account_keys.KeysRotated, account_keys.keys_rotated),
        Check("circuit-breaker", circuit_breaker.CircuitBreaker, circuit_breaker.circuit_breaker),
        Check("budget-alerts", budget_alerts.BudgetAlerts, budget_alerts.budget_alerts),
        Check("environments-alike", environments_alike.EnvironmentsAlike, environments_alike.environments_alike),
        Check("environments-apart", environments_apart.EnvironmentsApart, environments_apart.environments_apart),
        Check("delete-lock", delete_lock.DeleteLock, delete_lock.delete_lock),
        Check("cmk-rotation", cmk_rotation.CmkRotation, cmk_rotation.cmk_rotation),
        Check("key-vault", key_vault.KeyVault, key_vault.key_vault),
        Check("policy-guards", policy_guards.PolicyGuards, policy_guards.policy_guards),
        Check("logs-collected", logs_collected.LogsCollected, logs_collected.logs_collected),
        Check("app-logs", logs_collected.AppLogs, logs_collected.app_logs),
        Check("log-retention", log_retention.LogRetention, log_retention.log_retention),
        Check("signals-watched", signals_watched.SignalsWatched, signals_watched.signals_watched),
        Check("capacity-watched", signals_watched.CapacityWatched, signals_watched.capacity_watched),
        Check("alert-metrics", alert_metrics.AlertMetrics, alert_metrics.alert_metrics),
        Check(
            "service-health-watched",
            activity_alerts.ServiceHealthWatched,
            activity_alerts.service_health_watched,
        ),
        Check("operations-watched", activity_alerts.OperationsWatched, activity_alerts.operations_watched),
        Check("model-regions", model_regions.ModelRegions, model_regions.model_regions),
        Check("private-zones", private_access.PrivateZones, private_access.private_zones),
        Check("zone-links", private_access.ZoneLinks, private_access.zone_links),
        Check("private-route", private_access.PrivateRoute, private_access.private_route),
        Check("endpoint-subnet", endpoint_subnet.EndpointSubnet, endpoint_subnet.endpoint_subnet),
        Check("retirement", retirement.Retirement, retirement.retirement),
        Check("not-retired", lifecycle.NotRetired, lifecycle.not_retired),
        Check("not-preview", lifecycle.NotPreview, lifecycle.not_preview),
        Check("quota-headroom", quota_headroom.QuotaHeadroom, quota_headroom.quota_headroom),
        Check("reserved-units", reservations.ReservedUnits, reservations.reserved_units),
        Check("secondary-region", secondary_region.SecondaryRegion, secondary_region.secondary_region),
        Check("not-behind-default", version_distance.NotBehindDefault, version_distance.not_behind_default),
        Check("subnet-egress", subnet_egress.SubnetEgress, subnet_egress.subnet_egress),
        Check("throughput-within-limits", throughput.ThroughputWithinLimits, throughput.throughput_within_limits),
        Check("no-idle-quota", idle_quota.NoIdleQuota, idle_quota.no_idle_quota),
        Check("used-in-business-hours", busy_hours.UsedInBusinessHours, busy_hours.used_in_business_hours),
        Check("latency-steady", latency.LatencySteady, latency.latency_steady),
    )
}
