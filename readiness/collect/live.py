"""One live run: from what the user asked to a snapshot on disk. The only door to the rest of this package."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from readiness import __version__, dates
from readiness.arm import key_of
from readiness.collect import clouds, journal, signin
from readiness.collect.asked import Live
from readiness.collect.clouds import Cloud
from readiness.collect.collector import Collector
from readiness.collect.journal import Journal
from readiness.collect.limits import Deadline
from readiness.collect.listing import LISTED, Listed, below, guid_of, subscriptions
from readiness.collect.narrowed import Narrowed
from readiness.collect.progress import progress
from readiness.collect.reader import Reader
from readiness.collect.timings import timed
from readiness.errors import StoppedError, UsageError
from readiness.model import Json
from readiness.snapshot import Snapshot

EVERY: Final = "every"
"""In the scope of FILE.partial: no subscription was named, and those without AI are not known yet."""
CONTEXT: Final = "context"
"""In the scope of FILE: the subscriptions that were seen and are not judged, as they hold no workload."""


def collect(asked: Live, target: Path, told: Callable[[str], None]) -> None:
    """Read live Azure into a snapshot, or go on with one where `asked.resume` names FILE.partial.

    Raises CouldNotReadError without a sign-in, UsageError, and StoppedError when SIGINT or SIGTERM stopped it:
    FILE.partial then holds what was read.
    """
    cloud = clouds.of(
        asked.cloud,
        os.environ,
        arm_endpoint=asked.arm_endpoint,
        arm_audience=asked.arm_audience,
        metrics_endpoint=asked.metrics_endpoint,
    )
    before = left(asked, cloud) if asked.resume else None
    at = (before and before.collected_at) or datetime.now(UTC).replace(microsecond=0)
    deadline = Deadline(asked.run_seconds)
    credential = signin.credential(asked.auth, asked.tenant, cloud, told=told)
    reader = Reader(
        cloud, credential, deadline=deadline, concurrency=asked.concurrency, request_seconds=asked.request_seconds,
        told=_unless(asked.quiet, told),
    )  # fmt: skip
    with stoppable(asked, target, deadline), closing(reader), timed(asked.timings, reader.counts, told):
        listed = (before and listed_in(before)) or _listed(reader, cloud, at, _again(asked, before))
        made = before.header if before else header(listed, cloud, at, asked)
        kept, scope = Journal(target, made, before), made.get("scope") or {}
        shown, narrowed = progress(told, reader.counts, quiet=asked.quiet), Narrowed.in_scope(scope)
        run = Collector(reader, cloud, kept, at, shown, asked.concurrency, asked.metrics, narrowed)
        with _without_typing_errors(kept), shown:
            run.run(listed)
        kept.finish(_without_idle(scope, run.judged))


def _listed(reader: Reader, cloud: Cloud, at: datetime, asked: Live) -> Listed:
    return below(reader, cloud, subscriptions(reader, cloud, at, asked.subscriptions), asked.management_groups)


@contextmanager
def _without_typing_errors(kept: Journal) -> Iterator[None]:
    """Leaves no partial file where a name turned out to be none."""
    with kept:
        try:
            yield
        except UsageError:
            kept.close()
            kept.partial.unlink(missing_ok=True)
            raise


def _without_idle(scope: dict[str, Json], judged: list[str]) -> dict[str, Json]:
    """The scope in the end: where all subscriptions were asked for, those that are judged, and those left out."""
    if not scope.get(EVERY):
        return scope
    kept = {key: value for key, value in scope.items() if key != EVERY}
    left_out = sorted({*scope["subscriptions"]} - {*judged})
    return {**kept, "subscriptions": judged, **({CONTEXT: left_out} if left_out else {})}


def _unless(quiet: bool, told: Callable[[str], None]) -> Callable[[str], None]:
    return (lambda line: None) if quiet else told


def header(listed: Listed, cloud: Cloud, at: datetime, asked: Live) -> dict[str, Json]:
    """The first line of the snapshot; its scope is what is judged."""
    narrowed = Narrowed.of(asked.resource_groups, asked.tags)
    groups = {"management_groups": sorted(asked.management_groups)} if asked.management_groups else {}
    every = {EVERY: True} if listed.every else {}
    return {
        "collected_at": dates.shown(at),
        "tool": {"name": "readiness", "version": __version__},
        "scope": {"subscriptions": _guids(listed.judged), **groups, **narrowed.shown(), **every},
        "cloud": cloud.name,
    }


def _guids(ids: Iterable[str]) -> list[str]:
    return sorted(guid_of(id_) for id_ in ids)


# --- going on ----------------------------------------------------------------------------------------------------


def left(asked: Live, cloud: Cloud) -> Snapshot:
    """What the run left that is to go on; raises UsageError if that was asked something else."""
    if asked.subscriptions or asked.management_groups:
        hint = "Leave out --subscription and --management-group."
        raise UsageError("--resume goes on with the subscriptions of its run", hint)
    if asked.resource_groups or asked.tags:
        raise UsageError("--resume goes on with the scope of its run", "Leave out --resource-group and --tag.")
    found = journal.left(Path(asked.resume or ""))
    if found.cloud != cloud.name:
        raise UsageError(
            f"--resume: that run read {found.cloud}, and this one would read {cloud.name}", "See --cloud."
        )
    return found


def _again(asked: Live, before: Snapshot | None) -> Live:
    """What a run was asked that was stopped before it had listed the subscriptions: its header names them."""
    scope = (before.header.get("scope") or {}) if before else {}
    named = () if scope.get(EVERY) and not scope.get("management_groups") else scope.get("subscriptions")
    return replace(asked, subscriptions=tuple(named)) if named else asked


def listed_in(before: Snapshot) -> Listed | None:
    """The subscriptions that an earlier run listed; None if it did not come to that."""
    reads = [r for r in before.reads if r.operation == LISTED.name]
    if not any(r.scope == "" for r in reads):
        return None
    closed = {key_of(g.scope) for g in before.gaps if g.operation == LISTED.name}
    visible = tuple(r.scope for r in reads if r.scope and key_of(r.scope) not in closed)
    scope = before.header.get("scope") or {}
    judged = tuple(f"/subscriptions/{guid}" for guid in scope.get("subscriptions") or ())
    return Listed(visible, judged, every=bool(scope.get(EVERY)))


# --- stopping ----------------------------------------------------------------------------------------------------


@contextmanager
def stoppable(asked: Live, target: Path, deadline: Deadline) -> Iterator[None]:
    """SIGTERM stops as SIGINT does; both become a StoppedError that says how to go on."""
    before = _on_sigterm(_stop)
    try:
        yield
    except KeyboardInterrupt:
        deadline.stop()
        raise StoppedError(*_stopped(asked, target)) from None
    finally:
        _on_sigterm(before)


def _on_sigterm(handler: object) -> object:
    """The handler before; signals can be handled in the main thread alone."""
    try:
        return signal.signal(signal.SIGTERM, handler)  # type: ignore[arg-type] # the handler is one that it returned
    except (ValueError, TypeError):
        return None


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _stopped(asked: Live, target: Path) -> tuple[str, str]:
    partial = target.with_name(f"{target.name}{journal.SUFFIX}")
    if not partial.exists():
        return "stopped before anything was read", ""
    again = shlex.join(["readiness", "collect", "--resume", str(partial), *asked.options()])
    return f"stopped; {partial} holds what was read, go on with: {again}", ""
