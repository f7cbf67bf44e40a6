"""Whether the workspaces that a resource's logs go to exist, take them in and keep them long enough.

Tables may keep less or more than their workspace says; that is not read.
https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap, data-retention-configure
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from readiness.arm import region_of
from readiness.checks.diagnostic_settings import EVERYTHING, WORKSPACE, WORKSPACES, Destination, Setting, Settings
from readiness.checks.summing import Judged, summed
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Evidence, Outcome, Resource
from readiness.paths import Path, reader

RETENTION: Final = Path.parse("properties.retentionInDays")
QUOTA: Final = Path.parse("properties.workspaceCapping.dailyQuotaGb")
STATUS: Final = Path.parse("properties.workspaceCapping.dataIngestionStatus")
DESTINATION: Final = "properties.workspaceId"
LOCATION: Final = Path.parse("location")
OVER_QUOTA: Final = "overquota"
STOPPED: Final = (OVER_QUOTA, "forceoff", "subscriptionsuspended")
"""https://learn.microsoft.com/dotnet/api/azure.resourcemanager.operationalinsights.models.operationalinsightsdataingestionstatus"""


@dataclass(frozen=True, slots=True)
class LogRetention:
    """A workspace keeps logs `min_days`, and lies in the resource's region or one of `regions`, if any are named."""

    min_days: int
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """A setting that sends logs to a workspace, and what was found of that workspace."""

    setting: Setting
    judged: tuple[Judged, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst."""
        return summed(list(self.judged)).outcome

    def carries(self, other: _Kept) -> bool:
        """Whether all that another one sends is sent by this one too."""
        own = {e.name for e in self.setting.logs or () if e.enabled}
        theirs = {e.name for e in other.setting.logs or () if e.enabled is not False}
        return other.setting.logs is not None and (EVERYTHING in own or theirs <= own)


def log_retention(subject: Resource, params: LogRetention, world: World) -> Decision:
    """Fails with each workspace that is gone, full or forgets too soon, unless another one gets the same logs."""
    settings = Settings.of(subject, world)
    kept = [_Kept(s, tuple(_judged(s, d, subject, params, world))) for s, d in _sent(settings)]
    good = [k for k in kept if k.outcome is Outcome.PASS]
    judged = [j for k in kept if k in good or not any(g.carries(k) for g in good) for j in k.judged]
    judged += [(Outcome.UNKNOWN, Evidence("diagnosticSettings", None, None, lost_in_words(o))) for o in settings.lost]
    judged += [_unread(s) for s in settings.settings if WORKSPACE in s.unread and s.collects_logs() is not False]
    if not judged:
        note = "no logs go to a workspace"
        return Decision(Outcome.NOT_APPLICABLE, (Evidence("diagnosticSettings", "none", None, note),))
    return summed(judged)


def _sent(settings: Settings) -> Iterator[tuple[Setting, Destination]]:
    for setting in settings.settings:
        if setting.collects_logs() is not False:
            yield from ((setting, d) for d in setting.destinations if d.property == WORKSPACE)


def _unread(setting: Setting) -> Judged:
    note = "its destinations could not be read"
    return Outcome.UNKNOWN, Evidence(DESTINATION, None, None, note, setting.record.id)


def _judged(
    setting: Setting, to: Destination, subject: Resource, params: LogRetention, world: World
) -> Iterator[Judged]:
    if setting.collects_logs() is None:
        note = "whether logs are switched on could not be read"
        yield Outcome.UNKNOWN, Evidence("properties.logs", None, None, note, setting.record.id)
        return
    if to.exists is not True:
        outcome = Outcome.FAIL if to.exists is False else Outcome.UNKNOWN
        yield (
            outcome,
            Evidence("properties.workspaceId", to.id, "a workspace that exists", to.note, setting.record.id),
        )
    for workspace in world.find(to.id, WORKSPACES).items:
        if isinstance(workspace, Resource):
            yield _keeps(workspace, params, world)
            yield _takes_in(workspace, world)
            yield from _lies(workspace, subject, params, world)


def _keeps(workspace: Resource, params: LogRetention, world: World) -> Judged:
    days, expected = _value(workspace, RETENTION), f"at least {params.min_days}"
    if isinstance(days, bool) or not isinstance(days, int | float):
        why = world.why_unknown(workspace, RETENTION, None) if days is UNKNOWN else "does not say"
        return Outcome.UNKNOWN, Evidence(RETENTION.text, None, expected, why, workspace.id)
    outcome = Outcome.PASS if days >= params.min_days else Outcome.FAIL
    return outcome, Evidence(RETENTION.text, days, expected, None, workspace.id)


def _takes_in(workspace: Resource, world: World) -> Judged:
    """Whether it is taking logs in; over its quota says something only where there is a cap (-1 is none)."""
    status, quota = _value(workspace, STATUS), _value(workspace, QUOTA)
    if status is UNKNOWN:
        why = world.why_unknown(workspace, STATUS, None)
        return Outcome.UNKNOWN, Evidence(STATUS.text, None, None, why, workspace.id)
    folded = str(status).casefold()
    capped = quota is UNKNOWN or (isinstance(quota, int | float) and quota >= 0)
    stopped = folded in STOPPED and (folded != OVER_QUOTA or capped)
    note = f"its daily cap is {quota} GB" if capped and quota is not UNKNOWN else None
    return (Outcome.FAIL if stopped else Outcome.PASS), Evidence(
        STATUS.text, status, "logs are taken in", note, workspace.id
    )


def _lies(workspace: Resource, subject: Resource, params: LogRetention, world: World) -> Iterator[Judged]:
    if not params.regions:
        return
    own, home = _value(workspace, LOCATION), _value(subject, LOCATION)
    allowed = {region_of(r) for r in params.regions}
    expected = "the resource's region, or one of " + ", ".join(params.regions)
    if own is UNKNOWN or (home is UNKNOWN and region_of(own) not in allowed):
        why = world.why_unknown(workspace if own is UNKNOWN else subject, LOCATION, None)
        yield Outcome.UNKNOWN, Evidence(LOCATION.text, None, expected, why, workspace.id)
    else:
        outcome = Outcome.PASS if region_of(own) in {*allowed, region_of(home)} else Outcome.FAIL
        yield outcome, Evidence(LOCATION.text, own, expected, None, workspace.id)


def _value(item: Resource, path: Path) -> Any:
    return reader(path)(item, item)
