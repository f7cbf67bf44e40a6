"""What a live run is asked: values alone, so that the command line can make them without Azure's packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Live:
    """What to read, and how. `subscriptions` are ids or names; without any, all that the credential can see.

    `management_groups`: only subscriptions below these; `resource_groups` and `tags` (`name=value`): only what is in
    these, or has these, is judged and read in every detail.
    `resume` is the FILE.partial to go on with. `quiet`: no lines on how far it is;
    `timings`: how many requests, at the end.
    """

    subscriptions: tuple[str, ...] = ()
    management_groups: tuple[str, ...] = ()
    resource_groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    auth: str = "default"
    tenant: str | None = None
    cloud: str | None = None
    arm_endpoint: str | None = None
    arm_audience: str | None = None
    metrics_endpoint: str | None = None
    concurrency: int = 32
    request_seconds: float = 60.0
    run_seconds: float | None = None
    resume: str | None = None
    metrics: bool = True
    quiet: bool = False
    timings: bool = False

    def options(self) -> Iterator[str]:
        """The command line's words for how to sign in, and where."""
        if self.auth != "default":
            yield from ("--auth", self.auth)
        for name in ("tenant", "cloud", "arm_endpoint", "arm_audience", "metrics_endpoint"):
            if value := getattr(self, name):
                yield from (f"--{name.replace('_', '-')}", value)
        if not self.metrics:
            yield "--no-metrics"
