"""What an answer that is none means: the failure that becomes a gap, and whether asking again can help."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import orjson
from azure.core.exceptions import AzureError, ServiceRequestTimeoutError, ServiceResponseTimeoutError
from requests.exceptions import ContentDecodingError, Timeout
from urllib3.exceptions import ReadTimeoutError

from readiness.collect.answers import Failure, failure
from readiness.model import Json, Reason

TRIES: Final = 6
BACK_OFF: Final = 0.5
"""Seconds of the first pause at most; each next one is at most twice as long."""
LONGEST: Final = 120.0
"""Seconds that a Retry-After is obeyed for."""
OVERLOADED: Final = 529
"""What the metrics batch says instead of 429,
https://learn.microsoft.com/azure/azure-monitor/metrics/migrate-to-batch-api#529-errors."""
THROTTLING: Final = frozenset({429, OVERLOADED})
AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504, OVERLOADED})
UNREGISTERED: Final = "MissingSubscriptionRegistration"
"""Answered with 409, https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider."""
UNLICENSED: Final = "AadPremiumLicenseRequired"
"""Answered with 400 where the tenant has no licence for schedules of roles, and therefore none of them,
https://github.com/JulianHayward/Azure-MG-Sub-Governance-Reporting/issues/114."""
TIMEOUTS: Final = (ServiceRequestTimeoutError, ServiceResponseTimeoutError, Timeout, ReadTimeoutError, TimeoutError)
REASONS: Final = {
    204: Reason.NOT_FOUND,
    401: Reason.FORBIDDEN,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    408: Reason.TIMEOUT,
    410: Reason.NOT_FOUND,
    429: Reason.THROTTLED,
    504: Reason.TIMEOUT,
    OVERLOADED: Reason.THROTTLED,
}


def refusal(status: int, body: bytes) -> Failure:
    """The failure of an HTTP status other than 200 to 203, with code and message of its body if it has them."""
    code, message = _error(body)
    return failure(_reason(status, code), message or f"HTTP {status}", status, code)


def _reason(status: int, code: str | None) -> Reason:
    if (status, code) in ((409, UNREGISTERED), (400, UNLICENSED)):
        return Reason.NOT_REGISTERED
    if status in REASONS:
        return REASONS[status]
    return Reason.INTERRUPTED if status >= 500 else Reason.UNPARSABLE


def _error(body: bytes) -> tuple[str | None, str]:
    """Code and message of ARM's error object, also where it lacks its wrapping.

    https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#handling-errors
    """
    found = parsed(body)
    inner = found.get("error", found) if isinstance(found, dict) else None
    if not isinstance(inner, dict):
        return None, inner if isinstance(inner, str) else ""
    lower = {key.lower(): value for key, value in inner.items()}
    code, message = lower.get("code"), lower.get("message")
    return code if isinstance(code, str) and code else None, message if isinstance(message, str) else ""


def parsed(body: bytes) -> Json | None:
    """The JSON of a body; None if it is none."""
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None


def lost(error: AzureError | OSError) -> tuple[Failure, bool]:
    """The failure of an answer that did not come, or not to its end; and whether asking again can help."""
    chain = list(_causes(error))
    text = str(chain[-1]) or type(chain[-1]).__name__
    if any(isinstance(cause, TIMEOUTS) for cause in chain):
        return failure(Reason.TIMEOUT, f"no answer in time: {text}"), True
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in chain):
        return failure(Reason.INTERRUPTED, f"the certificate is not trusted: {text}", code="CertificateError"), False
    if any(isinstance(cause, ContentDecodingError) for cause in chain):
        return failure(Reason.UNPARSABLE, f"the body can't be unpacked: {text}", 200), False
    return failure(Reason.INTERRUPTED, f"the connection was lost: {text}"), True


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, what it wraps, and so on: the libraries have an attribute for it, `args`, or `from`."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            named = (getattr(one, name, None) for name in ("inner_exception", "reason"))
            waiting += [one.__cause__, one.__context__, *named, *one.args]


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the service wants us to wait: a number or a date, https://www.rfc-editor.org/rfc/rfc9110#field.retry-after."""
    text = (headers.get("retry-after") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def pause(tried: int, asked: float | None, draw: float) -> float:
    """Seconds until the next attempt: what the service asks for, else exponential back-off with full jitter.

    `draw` is a random number from 0 to 1; https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
    """
    back_off = draw * BACK_OFF * float(2 ** (tried - 1))
    return min(LONGEST, back_off if asked is None else asked + min(1.0, back_off))
