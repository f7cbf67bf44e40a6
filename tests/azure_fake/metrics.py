"""Azure Monitor's metrics: one resource through ARM, or up to fifty of a region in one batch.

Shapes: the examples GetMetric.json and MetricBatchExample.json of azure-rest-api-specs. `top` counts only where a
filter splits, and is 10 unless given:
https://learn.microsoft.com/rest/api/monitor/metrics/list, https://learn.microsoft.com/rest/api/monitor/metrics-data-plane
Values of an estate repeat themselves for ever, before and after the time for which they are given.
"""

import re
from datetime import UTC, datetime, timedelta

from azure_fake import errors, ids
from azure_fake.errors import Answer

GRAINS = {"PT1M": 1, "PT5M": 5, "PT15M": 15, "PT30M": 30, "PT1H": 60, "PT6H": 360, "PT12H": 720, "P1D": 1440}
AGGREGATIONS = ("average", "count", "maximum", "minimum", "total")
MOST_IN_BATCH = 50
LONGEST = timedelta(days=31)
_CONDITION = re.compile(r"^\s*(\w+)\s+eq\s+'([^']*)'\s*$")

_CATALOGUE = {
    "microsoft.cognitiveservices/accounts": (
        "ActiveTokens AzureOpenAIAvailabilityRate AzureOpenAIContextTokensCacheMatchRate AzureOpenAINormalizedTBTInMS"
        " AzureOpenAINormalizedTTFTInMS AzureOpenAIProvisionedManagedUtilizationV2 AzureOpenAIRequests"
        " AzureOpenAITimeToResponse AzureOpenAITokenPerSecond AzureOpenAITTLTInMS BlockedCalls ClientErrors"
        " GeneratedTokens Latency ProcessedPromptTokens RAIHarmfulRequests RAIRejectedRequests RAITotalRequests"
        " Ratelimit ServerErrors SuccessRate SuccessfulCalls TokenTransaction TotalCalls TotalErrors"
    ),
    "microsoft.apimanagement/service": (
        "BackendDuration Capacity CpuPercent_Gateway Duration EventHubTotalEvents FailedRequests"
        " MemoryPercent_Gateway NetworkConnectivity OtherRequests Requests SuccessfulRequests TotalRequests"
        " UnauthorizedRequests"
    ),
    "microsoft.search/searchservices": (
        "DocumentsProcessedCount SearchLatency SearchQueriesPerSecond SkillExecutionCount"
        " ThrottledSearchQueriesPercentage"
    ),
}
"""Metrics that a type has besides those that the estate holds values of:
https://learn.microsoft.com/azure/azure-monitor/reference/metrics-index"""


_MADE = {}
"""Points by all that they depend on: a large tenant has many series alike."""


def _instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+")).astimezone(UTC)


def _iso(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _refuse(text):
    return errors.Refused(errors.error(400, "BadRequest", text))


class Metrics:
    """The metrics of one estate."""

    def __init__(self, estate):
        self.estate = estate
        self._records, self._names = {}, {}
        for record in estate.metrics:
            key = ids.key(record["resource"])
            self._records[key, record["name"].lower()] = record
            self._names.setdefault(ids.type_of(key).lower(), {})[record["name"].lower()] = record["name"]
        for type_, names in _CATALOGUE.items():
            self._names.setdefault(type_, {}).update({name.lower(): name for name in names.split()})

    # --- the two ways to ask ------------------------------------------------------------------------------------

    def of_resource(self, path, query):
        """`GET {id}/providers/Microsoft.Insights/metrics`."""
        body = self.estate.get(path)
        if body is None:
            return errors.not_found(path)
        try:
            start, end = (_instant(part) for part in query["timespan"].split("/"))
            asked = _Asked(query, max(start, end - LONGEST), end)
            value = self._values(path, body, asked)
        except errors.Refused as refusal:
            return refusal.answer
        except (KeyError, ValueError):
            return errors.error(400, "BadRequest", "The timespan must be START/END in ISO 8601.")
        span = f"{_iso(asked.start)}/{_iso(asked.end)}"
        head = {"cost": int((asked.end - asked.start).total_seconds() // 60) * len(value) - 1, "timespan": span}
        return Answer(200, head | {"interval": asked.interval, "value": value} | self._foot(path, body))

    def of_batch(self, subscription, query, body):
        """`POST /subscriptions/{id}/metrics:getBatch` on the metrics host of a region."""
        named = body.get("resourceids") if isinstance(body, dict) else None
        try:
            if not isinstance(named, list) or not 1 <= len(named) <= MOST_IN_BATCH:
                raise _refuse(f"The number of resource ids must be between 1 and {MOST_IN_BATCH}.")
            asked = _Asked(query, _instant(query["starttime"]), _instant(query["endtime"]))
            return Answer(200, {"values": self._batch(subscription, named, asked)})
        except errors.Refused as refusal:
            return refusal.answer
        except (KeyError, ValueError):
            return errors.error(400, "BadRequest", "starttime and endtime must be given in ISO 8601.")

    def definitions(self, path):
        """`GET {id}/providers/Microsoft.Insights/metricDefinitions`."""
        found = []
        for name in self._names.get(ids.type_of(path).lower(), {}).values():
            id_ = f"{path}/providers/microsoft.insights/metricdefinitions/{name}"
            of = {"resourceId": path, "namespace": ids.type_of(path), "name": _localised(name)}
            grains = [{"timeGrain": grain, "retention": "P93D"} for grain in GRAINS]
            found.append({"id": id_, **of, "isDimensionRequired": False, "metricAvailabilities": grains})
        return Answer(200, {"value": found})

    # --- answers ------------------------------------------------------------------------------------------------

    def _batch(self, subscription, named, asked):
        bodies = [self.estate.get(id_) for id_ in named]
        if None in bodies:
            raise errors.Refused(errors.not_found(named[bodies.index(None)]))
        outside = [id_ for id_ in named if ids.subscription_of(id_) != subscription.lower()]
        regions = {body.get("location", "").replace(" ", "").lower() for body in bodies}
        if outside or len(regions) > 1 or len({ids.type_of(id_).lower() for id_ in named}) > 1:
            raise _refuse("All resources must be of the same subscription, region and type.")
        head = {"starttime": _iso(asked.start), "endtime": _iso(asked.end), "interval": asked.interval}
        found = []
        for id_, body in zip(named, bodies, strict=True):
            found.append(
                head | {"value": self._values(id_, body, asked)} | self._foot(id_, body) | {"resourceid": id_}
            )
        return found

    def _foot(self, path, body):
        return {"namespace": ids.type_of(path), "resourceregion": body.get("location", "").replace(" ", "").lower()}

    def _values(self, path, body, asked):
        known = self._names.get(ids.type_of(path).lower(), {})
        unknown = [name for name in asked.names if name.lower() not in known]
        if unknown:
            text = (
                f"Failed to find metric configuration for provider: {ids.type_of(path).split('/')[0]}, resource Type:"
            )
            raise _refuse(
                f"{text} {ids.type_of(path)}, metric: {unknown[0]}, Valid metrics: {','.join(known.values())}"
            )
        return [self._value(body["id"], known[name.lower()], asked) for name in asked.names]

    def _value(self, id_, name, asked):
        record = self._records.get((ids.key(id_), name.lower()), {"series": [], "unit": "Count"})
        head = {"id": f"{id_}/providers/Microsoft.Insights/metrics/{name}", "type": "Microsoft.Insights/metrics"}
        head |= {"name": _localised(name), "displayDescription": name, "unit": record["unit"]}
        return head | {"timeseries": asked.series(record), "errorCode": "Success"}


class _Asked:
    """What a request asks of each metric."""

    def __init__(self, query, start, end):
        self.names = [name for name in query.get("metricnames", "").split(",") if name]
        self.start, self.end = start, end
        self.interval = query.get("interval", "PT1M")
        if self.interval not in GRAINS or not self.names or start >= end:
            raise _refuse(f"Invalid time grain, time span or metric names: {self.interval}.")
        self.step = GRAINS[self.interval] * 60
        self.aggregations = [a.strip().lower() for a in query.get("aggregation", "average").split(",")]
        if not set(self.aggregations) <= set(AGGREGATIONS):
            raise _refuse(f"Invalid aggregation: {query['aggregation']}.")
        self.conditions = [self._condition(part) for part in _filters(query)]
        self.top = int(query.get("top", query.get("$top", 10)))

    @staticmethod
    def _condition(text):
        found = _CONDITION.match(text)
        if not found:
            raise _refuse(f"Invalid filter: {text}.")
        return found[1].lower(), found[2]

    def series(self, record):
        """The series of a record: split by the filter's dimensions, else all in one."""
        names = [name for name, _ in self.conditions]
        groups = {}
        for series in record["series"]:
            has = {name.lower(): value for name, value in series["dimensions"].items()}
            if all(name in has and value in ("*", has[name]) for name, value in self.conditions):
                groups.setdefault(tuple(has[name] for name in names), []).append(series["values"])
        if self.conditions:
            groups = dict(list(groups.items())[: self.top])
        return [self._one(record, names, key, values) for key, values in groups.items()]

    def _one(self, record, names, key, values):
        merged = [_together(record["aggregation"], at) for at in zip(*values, strict=True)]
        meta = [{"name": _localised(name), "value": value} for name, value in zip(names, key, strict=True)]
        return {"metadatavalues": meta, "data": self._points(record, merged)}

    def _points(self, record, values):
        span = (self.start, self.end, self.step, tuple(self.aggregations))
        key = (*span, record["interval"], record["start"], record["aggregation"], tuple(values))
        if key not in _MADE:
            _MADE[key] = self._made(record, values)
        return _MADE[key]

    def _made(self, record, values):
        grain = GRAINS[record["interval"]] * 60
        begins = _instant(record["start"]).timestamp()
        own = [name for name in self.aggregations if name == record["aggregation"].lower()]
        points, at = [], self.start.timestamp()
        while at < self.end.timestamp():
            first = int((at - begins) // grain)
            some = [values[(first + n) % len(values)] for n in range(max(1, self.step // grain))]
            value = _together(record["aggregation"], some)
            points.append({"timeStamp": _iso(datetime.fromtimestamp(at, UTC))})
            if value is not None:
                points[-1] |= dict.fromkeys(own, value)
            at += self.step
        return points


def _filters(query):
    text = query.get("$filter", query.get("filter", ""))
    return [part for part in re.split(r"\s+and\s+", text, flags=re.IGNORECASE) if part.strip()]


def _together(aggregation, values):
    """One value of several: of parts of an interval, or of several series."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    if aggregation.lower() == "average":
        return sum(known) / len(known)
    return {"maximum": max, "minimum": min}.get(aggregation.lower(), sum)(known)


def _localised(name):
    return {"value": name, "localizedValue": name}
