"""What a request to Azure came to: an answer with its raw JSON, or the failure that becomes a gap (semantics 15)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from readiness.model import Json, Reason

MESSAGE: Final = 500
"""Characters of a failure's message."""
CODE: Final = 100
SECRETS: Final = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 ***"),
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+@"), r"\1***@"),
    (re.compile(r"\beyJ[\w-]{4,}(?:\.[\w-]*)*"), "***"),
    (
        re.compile(
            r"""(?ix)\b(client_secret|client_assertion|assertion|password|passwd|pwd|secret|access_?token|refresh_?token
            |id_?token|sharedaccesskey|accountkey|subscription-key|api-?key|sig)(["']?\s*[=:]\s*["']?)[^\s"'&;,<>]+"""
        ),
        r"\1\2***",
    ),
    (re.compile(r"[\w+=~-]{90,}"), "***"),
)
"""What looks like a credential: a header, a user's in a URL, a JSON web token, `name=value`, anything long."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer."""

    reason: str
    """A gap's reason (semantics 15)."""
    status: int | None
    """Of HTTP; None if nothing was answered."""
    code: str | None
    """Of Resource Manager (`AuthorizationFailed`), or of ours where the service gave none (`EndlessList`)."""
    message: str
    """One line of at most 500 characters, without credentials."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One page, or one object, as the service wrote it."""

    url: str
    body: Json | None
    """An object (dict); None with a failure."""
    failure: Failure | None
    at: str
    """When it was answered, RFC 3339."""
    size: int
    """Bytes of the body, unpacked."""

    def failed(self, failure: Failure) -> Answer:
        """The same answer, judged to be a failure."""
        return replace(self, body=None, failure=failure)


def failure(reason: Reason, message: str, status: int | None = None, code: str | None = None) -> Failure:
    """A failure whose message is one line, short, and without what looks like a credential."""
    return Failure(str(reason), status, clipped(code, CODE) if code else None, clipped(redacted(message), MESSAGE))


def redacted(text: str) -> str:
    """The text with `***` for whatever looks like a credential."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


def clipped(text: str, length: int) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
