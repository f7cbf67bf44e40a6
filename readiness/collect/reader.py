"""The reader: sends what the table asks for, waits where Azure wants it, and asks again where that helps.

One pipeline of azure-core with policies of our own, because the SDKs' pipeline registers resource providers on a 409
(a write), follows any nextLink with the token, and sleeps on any Retry-After.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy, UserAgentPolicy
from azure.core.pipeline.transport import HttpTransport
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient

from readiness import __version__, dates
from readiness.collect import faults, paging
from readiness.collect.answers import Answer, Failure, failure
from readiness.collect.bearer import Bearer
from readiness.collect.clouds import Address, Cloud
from readiness.collect.guard import Guard, GuardError
from readiness.collect.limits import Buckets, Deadline
from readiness.collect.signin import SignInError
from readiness.collect.wire import Wire
from readiness.model import Reason

CONNECT: Final = 20.0
"""Seconds for a connection."""
WORTH_TELLING: Final = 5.0
"""Seconds of a wait that the user is told of."""
OPERATION: Final = "operation"


class Counts:
    """What was sent, for `--timings`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests: Counter[str] = Counter()
        """Sent, by operation, further pages and attempts included."""
        self.retries = 0
        """Requests that were sent again."""
        self.throttles = 0
        """Answers of 429, and of the metrics batch's 529."""

    def sent(self, operation: str) -> None:
        """One more request."""
        with self._lock:
            self.requests[operation] += 1

    def again(self) -> None:
        """One answer that is asked for again."""
        with self._lock:
            self.retries += 1

    def throttled(self) -> None:
        """One answer of 429."""
        with self._lock:
            self.throttles += 1


class _Counted(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    """The last policy: sees each attempt, also those that the policies before it repeat."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        context = request.context
        self._counts.sent(context.setdefault(OPERATION, context.options.pop(OPERATION, "")))


@dataclass(frozen=True, slots=True)
class _Try:
    """What one attempt came to; `after` are the seconds that the service asked for."""

    answer: Answer
    again: bool = False
    after: float | None = None


class Reader:
    """Reads pages of JSON, from however many threads; a failure is a value, but for a sign-in that never was.

    `concurrency` requests are under way at most; one that waits before it is asked again leaves its place to others.
    Raises SignInError if the credential has no token to begin with. `told` gets a line when a wait is long.
    """

    def __init__(
        self,
        cloud: Cloud,
        credential: TokenCredential,
        *,
        deadline: Deadline,
        transport: HttpTransport[HttpRequest, HttpResponse] | None = None,
        concurrency: int = 32,
        request_seconds: float = 60.0,
        told: Callable[[str], None] = lambda line: None,
        buckets: Buckets | None = None,
        draw: Callable[[], float] = random.random,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._cloud, self._deadline, self._seconds = cloud, deadline, request_seconds
        self._told, self._draw, self._now = told, draw, now
        self._buckets = buckets or Buckets(deadline)
        self._slots = threading.BoundedSemaphore(concurrency)
        self.counts = Counts()
        guard = Guard(transport or Wire(concurrency), cloud)
        self._arm = _Pipeline(cloud.arm, Bearer(credential, cloud.audience), guard, self.counts)
        batch = Bearer(credential, cloud.metrics_audience) if cloud.metrics_audience else self._arm.bearer
        self._metrics = _Pipeline(cloud.arm, batch, guard, self.counts)

    def get(self, request: HttpRequest, *, operation: str = "") -> Answer:
        """One page or object; GET, or one of the two POSTs that read. Asks at most six times."""
        tried = 0
        while True:
            tried += 1
            with self._slots:
                found = self._attempt(request, operation)
            if not found.again or tried == faults.TRIES or not self._waited(found, tried):
                return found.answer
            self.counts.again()

    def pages(self, request: HttpRequest, *, operation: str = "") -> Iterator[Answer]:
        """Each page of a list, to the end; an answer with a failure is the last one: the list is not complete."""
        pages = paging.Pages(request, self._cloud)
        answer = self._page(pages, request, operation)
        while True:
            yield answer
            if answer.failure:
                return
            following = pages.next(answer.body)
            if following is None:
                return
            if isinstance(following, Failure):
                yield answer.failed(following)
                return
            answer = self._page(pages, following, operation)
            if answer.failure:
                answer = answer.failed(paging.later(answer.failure))

    def _page(self, pages: paging.Pages, request: HttpRequest, operation: str) -> Answer:
        answer = self.get(request, operation=operation)
        problem = pages.problem(answer.body) if answer.body is not None else None
        return answer.failed(problem) if problem else answer

    def close(self) -> None:
        """Close the connections."""
        self._arm.client.close()

    def _waited(self, found: _Try, tried: int) -> bool:
        """Wait before the next attempt; False if the run has not that much time."""
        seconds = faults.pause(tried, found.after, self._draw())
        if seconds >= WORTH_TELLING and found.answer.failure:
            self._told(f"{found.answer.failure.reason}: waiting {seconds:.0f} s before asking again")
        return self._deadline.wait(seconds)

    def _attempt(self, request: HttpRequest, operation: str) -> _Try:
        if not self._buckets.wait(request.method, request.url):
            return _Try(self._over(request))
        seconds = min(self._seconds, self._deadline.left)
        pipeline = self._pipeline_for(request.url)
        try:
            response = pipeline.send(request, seconds, operation)
        except SignInError as error:
            if not pipeline.bearer.signed_in:
                raise
            return _Try(self._failed(request, failure(Reason.FORBIDDEN, error.message, None, "SignInLost")))
        except GuardError as error:
            return _Try(self._failed(request, failure(Reason.INTERRUPTED, str(error), None, "RefusedByGuard")))
        except (AzureError, OSError) as error:
            found, again = faults.lost(error)
            return _Try(self._failed(request, replace(found, message=pipeline.bearer.hide(found.message))), again)
        return self._judged(request, response, pipeline.bearer)

    def _judged(self, request: HttpRequest, response: HttpResponse, bearer: Bearer) -> _Try:
        status, content = response.status_code, response.content
        after = faults.retry_after(response.headers, self._now()) if status in faults.AGAIN else None
        self._buckets.heard(request.method, request.url, response.headers, after)
        if status in faults.THROTTLING:
            self.counts.throttled()
        if status not in (200, 201, 202, 203):
            found = faults.refusal(status, bearer.hide(content.decode(errors="replace")).encode())
            return _Try(self._failed(request, found, len(content)), status in faults.AGAIN, after)
        body = faults.parsed(content)
        if not isinstance(body, dict):
            found = failure(Reason.UNPARSABLE, "the body is not a JSON object", status)
            return _Try(self._failed(request, found, len(content)))
        return _Try(Answer(request.url, body, None, dates.shown(self._now()), len(content)))

    def _failed(self, request: HttpRequest, found: Failure, size: int = 0) -> Answer:
        return Answer(request.url, None, found, dates.shown(self._now()), size)

    def _over(self, request: HttpRequest) -> Answer:
        if self._deadline.stopped:
            return self._failed(request, failure(Reason.INTERRUPTED, "the run was stopped", None, "Stopped"))
        return self._failed(request, failure(Reason.TIMEOUT, "the time of the run was over", None, "RunTimeOver"))

    def _pipeline_for(self, url: str) -> _Pipeline:
        address = Address.parse(url)
        metrics = address is not None and self._cloud.is_metrics(address) and not self._cloud.is_arm(address)
        return self._metrics if metrics else self._arm


class _Pipeline:
    """One audience: its token, and the way through the guard."""

    def __init__(self, base: str, bearer: Bearer, guard: Guard, counts: Counts) -> None:
        self.bearer = bearer
        policies = [UserAgentPolicy(f"readiness/{__version__}"), bearer, _Counted(counts)]
        self.client: ARMPipelineClient[HttpRequest, HttpResponse] = ARMPipelineClient(
            base, policies=policies, transport=guard
        )

    def send(self, request: HttpRequest, seconds: float, operation: str) -> HttpResponse:
        """The answer of the service."""
        request.headers.setdefault("Accept", "application/json")
        options: dict[str, Any] = {"read_timeout": seconds, "connection_timeout": min(CONNECT, seconds)}
        return self.client.send_request(request, operation=operation, **options)
