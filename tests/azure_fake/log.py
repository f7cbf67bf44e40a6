"""What the fake saw: one line a request, and never a token, a secret or a body that may hold one."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """A request and the status it was answered with; 0 where the connection was reset instead."""

    at: float
    """Seconds since the server started, when the request was read whole."""
    role: str
    """Which of the four hosts was asked: arm, login, metrics or foreign."""
    host: str
    """The Host header."""
    method: str
    path: str
    """As sent, percent-decoded."""
    query: Mapping[str, str]
    asked: str
    """Resource Graph's query and the resources of a metrics batch, as JSON; empty for every other request."""
    subject: str | None
    """Who the token was issued to: the client id; None without a good token."""
    status: int
    fault: str | None
    """The kind of the fault that was dialled for this answer, or `limit` for a 429 of the rate limits."""

    @property
    def route(self):
        """`GET /subscriptions`, for counting."""
        return f"{self.method} {self.path}"

    @property
    def further(self):
        """Whether it asked for a page after the first."""
        names = {name.lower() for name in self.query}
        return "$skiptoken" in names or '"$skipToken"' in self.asked
