"""The documented limits of ARM and Resource Graph, enforced per principal.

ARM's token buckets: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
(reads of a subscription: 250, refilled with 25 a second; of the tenant the same; all principals together 15 times
that). Resource Graph: 15 queries in a window of 5 seconds,
https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
"""

import math
from collections import defaultdict

from azure_fake import errors

SIZE, REFILL = 250, 25
ALL_PRINCIPALS = 15
QUERIES, WINDOW = 15, 5.0
TEXT = "Please try again after '{}' seconds after additional tokens are available."


class Bucket:
    """So many requests at once, and so many more each second."""

    def __init__(self, size, refill, now):
        self.size, self.refill, self.left, self.at = size, refill, float(size), now

    def take(self, now):
        """What is left after taking one; None if there was none."""
        self.left = min(self.size, self.left + (now - self.at) * self.refill)
        self.at = now
        if self.left < 1:
            return None
        self.left -= 1
        return int(self.left)


class Limits:
    """The buckets of one server; `clock` is in seconds."""

    def __init__(self, clock, size=SIZE, refill=REFILL):
        self.clock, self.size, self.refill = clock, size, refill
        self.buckets = {}
        self.windows = defaultdict(lambda: (-math.inf, 0))

    def read(self, subject, subscription):
        """The headers of a read that is within the limits, and a refusal otherwise."""
        now = self.clock()
        name = "subscription" if subscription else "tenant"
        mine = self._bucket((name, subscription, subject), 1, now).take(now)
        if mine is None:
            raise errors.Refused(self._refusal(name, subscription, subject))
        found = {f"x-ms-ratelimit-remaining-{name}-reads": str(mine)}
        if subscription:
            all_ = self._bucket(("all", subscription, None), ALL_PRINCIPALS, now).take(now)
            if all_ is None:
                raise errors.Refused(self._refusal(name, subscription, subject))
            found["x-ms-ratelimit-remaining-subscription-global-reads"] = str(all_)
        return found

    def _bucket(self, name, times, now):
        if name not in self.buckets:
            self.buckets[name] = Bucket(self.size * times, self.refill * times, now)
        return self.buckets[name]

    def _refusal(self, name, subscription, subject):
        seconds = math.ceil(1 / self.refill)
        what = f"{name} '{subscription}'" if subscription else name
        text = f"Number of 'read' requests for {what} actor '{subject}' exceeded. {TEXT.format(seconds)}"
        code = "SubscriptionRequestsThrottled" if subscription else "TenantRequestsThrottled"
        left = {f"x_ms_ratelimit_remaining_{name}_reads": "0"}
        return errors.error(
            429, code, f"{text} Refer to https://aka.ms/arm-throttling.", Retry_After=str(seconds), **left
        )

    def query(self, subject):
        """The headers of a Resource Graph query within the quota, and a refusal otherwise."""
        now = self.clock()
        start, used = self.windows[subject]
        if now - start >= WINDOW:
            start, used = now, 0
        self.windows[subject] = (start, used + 1)
        resets = math.ceil(start + WINDOW - now)
        left = {"x-ms-user-quota-remaining": str(max(0, QUERIES - used - 1))}
        left["x-ms-user-quota-resets-after"] = f"00:00:{resets:02d}"
        if used < QUERIES:
            return left
        text = "Client application has been throttled and should not attempt to repeat the request until an amount of"
        text += " time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help."
        refusal = errors.graph_refused(429, "RateLimiting", text, Retry_After=str(resets))
        refusal.headers |= left
        raise errors.Refused(refusal)
