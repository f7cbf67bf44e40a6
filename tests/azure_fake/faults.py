"""What can go wrong, dialled by route.

A fault is matched against `METHOD /path` (a glob, without case) and, with `containing`, against the query string and
the body. It strikes `times` times for one URL (always, if None), or with `share` one answer in so many: the choice
is made by the seed, the URL and the number of the try, so that it is the same in whatever order requests come.
"""

from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import blake2b

from azure_fake import errors, ids
from azure_fake.errors import Answer

REFUSALS = {
    "forbidden": lambda request, _: errors.forbidden(request.method, request.path, request.subject),
    "not_found": lambda request, _: errors.not_found(request.path),
    "not_registered": lambda request, _: errors.not_registered(_namespace(request.path)),
    "throttled": lambda request, fault: _throttled(request, fault),
    "error": lambda _, fault: errors.error(fault.status, "InternalServerError", "Encountered internal server error."),
    "reset": lambda *_: Answer(0, fate="reset"),
    "invalid_json": lambda *_: Answer(200, b'{"value": [{"id": "/subscriptions/'),
    "html": lambda *_: Answer(200, b"<html><body>Sign in to the guest network</body></html>"),
    "null_value": lambda *_: Answer(200, {"value": None}),
}
PAGES = ("endless_same", "endless_new", "foreign_link", "big_page")
OTHERS = ("slow", "truncated", "expired_token", "claims_challenge")
KINDS = (*REFUSALS, *PAGES, *OTHERS)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `kind` is one of `faults.KINDS`."""

    pattern: str
    kind: str
    times: int | None = None
    """How often for one URL; None is always, and three tries in a row where `share` is given."""
    share: float | None = None
    seed: int = 0
    overall: int | None = None
    """How often for all URLs together; which ones come first is up to the client."""
    containing: str = ""
    roles: tuple[str, ...] = ("arm", "metrics")
    """The hosts whose answers it spoils; `login` is the authority's."""
    status: int = 500
    seconds: float = 5.0
    """How long `slow` takes."""
    retry_after: str | None = "1"
    """The Retry-After of `throttled`: seconds or an HTTP date; None is no header."""
    size: int = 5_000_000
    """Bytes that `big_page` adds."""
    revokes: bool = True
    """Whether `expired_token` and `claims_challenge` end the token for every route, or this one alone refuses it."""

    def __post_init__(self):
        assert self.kind in KINDS, self.kind

    def names(self, request):
        """Whether it is dialled for this request's route."""
        wanted = self.containing.lower()
        if request.role not in self.roles or not fnmatchcase(request.route, self.pattern.lower()):
            return False
        return wanted in request.target.lower() or wanted in request.text.lower()

    def strikes(self, request, number):
        """Whether it strikes the request's try of that number (0 is the first)."""
        if self.share is None:
            return self.times is None or number < self.times
        if number >= (3 if self.times is None else self.times):
            return False
        drawn = blake2b(f"{self.seed}|{self.kind}|{request.key}|{number}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn, "big") < self.share * 2**64


def _namespace(path):
    place = ids.place(path)
    return place.namespace if place else "Microsoft.Resources"


def _throttled(request, fault):
    found = errors.throttled(ids.subscription_of(request.path), fault.retry_after or "1")
    if fault.retry_after is None:
        del found.headers["Retry-After"]
    return found


class Faults:
    """The faults of one server, which a test may change while it runs."""

    def __init__(self, dialled=()):
        self.dialled = list(dialled)
        self.tries = Counter()
        self.struck = Counter()
        self.pages = 0

    def of(self, request):
        """The first fault that strikes, or None."""
        number = None
        for fault in self.dialled:
            if fault.names(request):
                if number is None:
                    number = self.tries[request.key]
                    self.tries[request.key] += 1
                if fault.strikes(request, number) and (fault.overall is None or self.struck[fault] < fault.overall):
                    self.struck[fault] += 1
                    return fault
        return None

    def instead(self, fault, request, authority):
        """The answer that takes the place of the real one; None if that is only changed."""
        if fault.kind in ("expired_token", "claims_challenge"):
            header = request.headers.get("authorization") if fault.revokes else None
            return authority.expired(header, fault.kind == "claims_challenge")
        refusal = REFUSALS.get(fault.kind)
        return refusal(request, fault) if refusal else None

    def changed(self, fault, answer, request, hosts):
        """The real answer, spoilt."""
        if fault.kind == "slow":
            answer.delay = fault.seconds
        elif fault.kind == "truncated":
            answer.fate = "truncated"
        elif isinstance(answer.body, dict) and answer.status == 200:
            answer.body = self._page(fault, dict(answer.body), request, hosts)
        return answer

    def _page(self, fault, body, request, hosts):
        if fault.kind == "big_page":
            return body | {"padding": ["x" * 1000] * (fault.size // 1000)}
        self.pages += fault.kind == "endless_new"
        token = f"again{self.pages}"
        if "data" in body:
            return body | {"$skipToken": token}
        base = hosts["foreign" if fault.kind == "foreign_link" else "arm"]
        version = request.query.get("api-version", "")
        return body | {"nextLink": f"{base}{request.raw_path}?api-version={version}&$skiptoken={token}"}
