"""What a sign-in reaches and may read: one list of the subscriptions, and one of the permissions of each.

The permissions of the caller are asked of the subscription as a whole: what was granted on a resource group alone, or
is denied on one, does not show. https://learn.microsoft.com/rest/api/authorization/permissions
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Final

from azure.core.rest import HttpRequest

from readiness.collect import clouds, signin
from readiness.collect.answers import Failure
from readiness.collect.asked import Live
from readiness.collect.claims import claims_of
from readiness.collect.clouds import Cloud
from readiness.collect.granted import missing
from readiness.collect.limits import Deadline
from readiness.collect.listing import Listed, below, is_enabled, subscriptions
from readiness.collect.reached import Diagnosis, Reached
from readiness.collect.reader import Reader
from readiness.collect.requests import quoted
from readiness.collect.role import needed
from readiness.model import Json

NAME: Final = "authorization.permissions.list"
PATH: Final = "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"


def diagnose(asked: Live, told: Callable[[str], None], *, permissions: bool = True) -> Diagnosis:
    """What a live run would meet; without `permissions` only who reaches what.

    Raises CouldNotReadError without a sign-in, and UsageError.
    """
    cloud = clouds.of(
        asked.cloud, os.environ, arm_endpoint=asked.arm_endpoint, arm_audience=asked.arm_audience
    )  # fmt: skip
    credential = signin.credential(asked.auth, asked.tenant, cloud, told=told)
    claims = claims_of(credential.get_token(f"{cloud.audience}/.default").token)
    reader = Reader(
        cloud, credential, deadline=Deadline(asked.run_seconds), concurrency=asked.concurrency,
        request_seconds=asked.request_seconds, told=told,
    )  # fmt: skip
    try:
        every = subscriptions(reader, cloud, datetime.now(UTC), asked.subscriptions)
        listed = below(reader, cloud, every, asked.management_groups)
        look = partial(_reached, reader, cloud, permissions=permissions)
        with ThreadPoolExecutor(asked.concurrency) as pool:
            reached = tuple(pool.map(look, _asked_for(asked, listed)))
    finally:
        reader.close()
    return Diagnosis(
        cloud.arm if cloud.is_custom else cloud.name,
        asked.auth,
        signin.answered(credential),
        claims,
        reached,
        listed.failure,
    )


def _asked_for(asked: Live, listed: Listed) -> list[dict[str, Json]]:
    """All that can be seen, disabled ones too, or those that were named."""
    named = asked.subscriptions or asked.management_groups
    return [body for body in listed.bodies if not named or body["id"] in listed.judged]


def _reached(reader: Reader, cloud: Cloud, body: dict[str, Json], *, permissions: bool) -> Reached:
    state, name = str(body.get("state", "Enabled")), str(body.get("displayName") or body["id"])
    lacking, why = None, None
    if permissions and is_enabled(body):
        lacking, why = _lacking(reader, cloud, body["id"])
    return Reached(body["id"], name, state, is_enabled(body), lacking, why)


def _lacking(reader: Reader, cloud: Cloud, subscription: str) -> tuple[tuple[str, ...] | None, Failure | None]:
    held: list[Json] = []
    request = HttpRequest("GET", f"{cloud.arm}{quoted(subscription)}{PATH}")
    for answer in reader.pages(request, operation=NAME):
        if answer.failure:
            return None, answer.failure
        held += answer.body["value"] if answer.body else []
    return missing(needed(), held), None
