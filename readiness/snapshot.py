"""What was read: snapshots of our own, written and read (semantics 14 to 16, 18). Knows no rule."""

from __future__ import annotations

import gzip
import io
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import orjson

from readiness import dates, exports
from readiness.arm import key_of, parent_of, type_at, type_of, with_slash
from readiness.errors import InputError, is_version
from readiness.masking import masked, may_hold_secret
from readiness.model import Gap, Json, Kind, Metrics, Origin, Read, Reason, Resource, Series

SCHEMA: Final = "readiness/snapshot/"
VERSION: Final = 1
MAX_LINE: Final = 64 * 1024 * 1024
_BUFFER: Final = 1024 * 1024
_PEEK: Final = 4 * 1024 * 1024
EMBEDDED: Final = frozenset({"privateendpointconnections", "sharedprivatelinkresources", "subnets"})
"""Children that ARM also embeds in their parent's record, by the last part of their type."""
_RANK: Final = {Origin.EMBEDDED: 0, Origin.GRAPH: 1, Origin.ARM: 2, Origin.FILE: 2}
_BEGUN: Final = re.compile(rb'\{\s*"schema"\s*:\s*"readiness/snapshot/')
T = TypeVar("T", Gap, Read, Metrics)
_NUMBERS: Final = {int, float, type(None)}


@dataclass(slots=True)
class Snapshot:
    """Everything read: resources by key, metrics, reads, gaps.

    `others` are lines of kinds that are not known here, `kept` the unknown keys beside a resource, by its key.
    """

    kind: Kind = Kind.SNAPSHOT
    header: dict[str, Json] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    metrics: list[Metrics] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    others: list[Json] = field(default_factory=list)
    kept: dict[str, Json] = field(default_factory=dict)
    _members: dict[str, list[dict[str, Json]]] = field(default_factory=dict)

    @property
    def collected_at(self) -> datetime | None:
        """When it was read; None for an export."""
        return dates.parse(self.header.get("collected_at"))

    @property
    def cloud(self) -> str | None:
        """Which cloud it was read from, as `az cloud list` names them; None if it does not say."""
        found = self.header.get("cloud")
        return found if isinstance(found, str) else None

    @property
    def read_by(self) -> str | None:
        """Who read it, as the header's `identity` says, and with which tool; None if it says neither."""
        identity, tool = self.header.get("identity"), self.header.get("tool")
        if isinstance(tool, dict):
            tool = " ".join(str(tool[key]) for key in ("name", "version") if tool.get(key))
        said = [text for text in (identity, tool) if isinstance(text, str) and text]
        return ", ".join(said) or None

    def add(self, body: dict[str, Json], api_version: str | None, origin: Origin) -> bool:
        """Takes a record in: a detail wins over a graph row, the last of an id over earlier ones (semantics 2).

        False if the body has neither an id nor a type.
        """
        resource_id = body.get("id")
        if not isinstance(resource_id, str) or not resource_id:
            return False
        resource_id = with_slash(resource_id)
        key = key_of(resource_id)
        type_ = type_at(resource_id.rstrip("/"), key) or body.get("type")
        if not isinstance(type_, str):
            return False
        before = self.resources.get(key)
        if before is None or _RANK[origin] >= _RANK[before.origin]:
            resource = Resource(body, (), api_version, resource_id, key, sys.intern(type_), origin)
            self.resources[key] = resource
            self._note_embedded(resource)
        return True

    def _note_embedded(self, parent: Resource) -> None:
        """Notes a record's embedded members at once, while it is at hand: later it would be fetched from afar."""
        members = list(_embedded(parent))
        if members:
            self._members[parent.key] = members
        else:
            self._members.pop(parent.key, None)

    def add_embedded(self) -> None:
        """Takes in the members of embedded arrays that have an ARM id of their own below their parent's."""
        waiting = list(self._members)
        while waiting:
            parent = waiting.pop()
            for member in self._members[parent]:
                key, api_version = key_of(member["id"]), self.resources[parent].api_version
                if key not in self.resources and self.add(member, api_version, Origin.EMBEDDED):
                    waiting += [key] if key in self._members else []
        for resource in self.resources.values():
            if resource.origin is not Origin.EMBEDDED and resource.type.rpartition("/")[2].lower() in EMBEDDED:
                self._put_in_place(resource)

    def _put_in_place(self, own: Resource) -> None:
        """Puts a record of its own where its parent's embedded array has an older one, or none: it wins."""
        parent = self.resources.get(parent_of(own.key) or "")
        if parent is None or not isinstance(parent.properties, dict):
            return
        name = own.type.rpartition("/")[2]
        array = next((key for key in parent.properties if key.lower() == name.lower()), name)
        listed = parent.properties.get(array) or []
        if isinstance(listed, list):
            others = [m for m in listed if not (isinstance(m, dict) and _is_at(m.get("id"), own.key))]
            parent.properties[array] = [*others, own.body]


def _embedded(parent: Resource) -> Iterator[dict[str, Json]]:
    """Members of arrays directly under `properties` whose id lies below the parent's; a bare id is a reference."""
    properties = parent.properties
    if type(properties) is not dict:
        return
    for value in properties.values():
        if type(value) is list:
            for member in value:
                if type(member) is dict and len(member) > 1 and _lies_below(member.get("id"), parent.key):
                    yield member


def _is_at(resource_id: object, key: str) -> bool:
    return isinstance(resource_id, str) and key_of(with_slash(resource_id)) == key


def _lies_below(resource_id: object, parent: str) -> bool:
    return isinstance(resource_id, str) and key_of(resource_id).startswith(parent + "/")


# --- reading ------------------------------------------------------------------------------------------------


def read(source: str) -> Snapshot:
    """The snapshot or export at a path, or on stdin for `-`; raises InputError, with a hint."""
    name = "standard input" if source == "-" else Path(source).name
    try:
        with _opened(source) as stream:
            return _recognised(stream, name)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{name}: the gzip file is damaged or cut short", "Copy or collect it again.") from error
    except OSError as error:
        raise InputError(
            f"{name}: {error.strerror or error}", "Name a file that can be read, or - for stdin."
        ) from error
    except RecursionError as error:
        raise InputError(f"{name}: nested too deeply", "This is not what Azure returns.") from error


@contextmanager
def _opened(source: str) -> Iterator[IO[bytes]]:
    """The bytes of a file or of stdin, decompressed if they start as gzip does."""
    path = Path(source)
    if source != "-" and path.is_dir():
        raise InputError(f"{path.name or source}: is a folder", "Name one file: a snapshot or an export.")
    with io.BytesIO(sys.stdin.buffer.read()) if source == "-" else path.open("rb", buffering=_BUFFER) as raw:
        start = raw.read(2)
        raw.seek(0)
        if start != b"\x1f\x8b":
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield io.BufferedReader(unpacked, 1 << 16)


def _recognised(stream: IO[bytes], name: str) -> Snapshot:
    head = stream.read(_PEEK)
    stream.seek(0)
    if not head.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise InputError(f"{name}: is empty", "Collect or export again; the README has the commands.")
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0]
    header = _parsed(first, 1, name) if _BEGUN.match(first) else _header(first)
    if header is None:
        return _from_export(stream.read(), name)
    _check_schema(header.get("schema"), name)
    return _from_lines(stream, name)


def _header(line: bytes) -> dict[str, Json] | None:
    """The header, if the first line is an object that names a schema."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) and "schema" in found and "id" not in found else None


def _check_schema(schema: object, name: str) -> None:
    text = str(schema)[:80]
    family, _, version = text.rpartition("/")
    if family + "/" != SCHEMA or not is_version(version):
        hint = "Name a snapshot, an export, or - for stdin."
        raise InputError(f"{name}: the schema '{text}' is no snapshot's", hint)
    if int(version) > VERSION:
        raise InputError(f"{name}: was written by a newer readiness ({text})", "Upgrade readiness to read it.")


def _lines(stream: IO[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise InputError(
                f"{name}: line {number} is longer than {MAX_LINE >> 20} MB", "No resource is that large."
            )
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def _order(gap: Gap) -> tuple[str, ...]:
    return tuple(str(getattr(gap, key) or "") for key in ("scope", *GAP_KEYS))


def _from_lines(stream: IO[bytes], name: str) -> Snapshot:
    snapshot = Snapshot()
    lines = _lines(stream, name)
    snapshot.header = _parsed(next(lines)[1], 1, name)
    _check_header(snapshot.header, name)
    for number, line in lines:
        try:
            record = _parsed(line, number, name)
        except InputError:
            if name.endswith(".partial") and not line.endswith(b"\n"):
                break
            raise
        _take(snapshot, record, line, f"{name}: line {number}")
    snapshot.gaps.sort(key=_order)
    snapshot.add_embedded()
    return snapshot


def _check_header(header: dict[str, Json], name: str) -> None:
    hint = "Collect it again."
    if "collected_at" in header and dates.parse(header["collected_at"]) is None:
        raise InputError(f"{name}: line 1: 'collected_at' is no date such as 2026-10-01T06:00:00Z", hint)
    if not isinstance(header.get("scope") or {}, dict):
        raise InputError(f"{name}: line 1: 'scope' is no object", hint)


def _parsed(line: bytes, number: int, name: str) -> dict[str, Json]:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(
            f"{name}: line {number}, column {error.colno}: {error.msg}", "The file is damaged."
        ) from error
    if not isinstance(record, dict):
        raise InputError(f"{name}: line {number}: a record is a JSON object", "Only line 1 and records are allowed.")
    return record


def _take(snapshot: Snapshot, record: dict[str, Json], line: bytes, where: str) -> None:
    if "resource" in record:
        _take_resource(snapshot, record, line, where)
    elif "metrics" in record:
        snapshot.metrics.append(_known(record, "metrics", METRICS_KEYS, metrics_of, where))
    elif "gap" in record:
        snapshot.gaps.append(_known(record, "gap", GAP_KEYS, gap_of, where))
    elif "read" in record:
        snapshot.reads.append(_known(record, "read", READ_KEYS, read_of, where))
    else:
        snapshot.others.append(record)


def _known(
    record: dict[str, Json], kind: str, keys: tuple[str, ...], make: Callable[[dict[str, Json]], T], where: str
) -> T:
    """The value of a record; whole as it was read if it has keys that are not known here (semantics 18)."""
    value = record[kind]
    try:
        if not isinstance(value, dict):
            raise ValueError("no object")
        made = make(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{where}: this is no '{kind}' record: {error}", "The file is damaged.") from error
    more = len(record) > 1 or not value.keys() <= set(keys)
    return replace(made, kept=record) if more else made


def _take_resource(snapshot: Snapshot, record: dict[str, Json], line: bytes, where: str) -> None:
    body, origin = record["resource"], record.get("from", "arm")
    if not isinstance(body, dict) or origin not in ("arm", "graph", "file"):
        raise InputError(f"{where}: 'resource' is an object, 'from' is arm, graph or file", "The file is damaged.")
    if may_hold_secret(line):
        body = masked(body, str(type_of(str(body.get("id"))) or body.get("type")))
    api_version = record.get("api_version")
    if not snapshot.add(body, api_version if isinstance(api_version, str) else None, Origin(origin)):
        raise InputError(f"{where}: the resource has no id", "Answers without an id get one from the request.")
    if len(record) > 3:
        snapshot.kept[key_of(with_slash(body["id"]))] = {k: v for k, v in record.items() if k != "resource"}


def _safe(body: dict[str, Json], found: exports.Export) -> dict[str, Json]:
    """The body without literal secrets."""
    if not found.may_hold_secret:
        return body
    safe: dict[str, Json] = masked(body, type_of(body["id"]) or str(body.get("type")))
    return safe


def _from_export(data: bytes, name: str) -> Snapshot:
    found = exports.read(data, name)
    snapshot = Snapshot(kind=Kind.EXPORT, gaps=found.gaps)
    unparsable = 0
    for body in found.bodies:
        if not exports.is_resource(body) or not snapshot.add(_safe(body, found), None, Origin.FILE):
            unparsable += 1
    if unparsable:
        snapshot.gaps.append(exports.unparsable(unparsable, len(found.bodies), name))
    snapshot.add_embedded()
    return snapshot


# --- the record kinds ---------------------------------------------------------------------------------------


GAP_KEYS: Final = ("operation", "scope", "type", "path", "status", "code", "reason", "permission", "message")
READ_KEYS: Final = ("operation", "scope", "type", "count", "api_version", "at")
METRICS_KEYS: Final = ("resource", "namespace", "name", "unit", "aggregation", "start", "interval", "series")


def gap_of(value: dict[str, Json]) -> Gap:
    """The gap of a record; raises ValueError where its keys have other types."""
    texts = [k for k in GAP_KEYS if k != "status"]
    words = {k: value.get(k) for k in texts}
    if any(w is not None and not isinstance(w, str) for w in words.values()):
        raise ValueError("its keys are texts")
    if type(value.get("status")) not in (int, type(None)):
        raise ValueError("its status is a number")
    given = {k: w or None for k, w in words.items() if k not in ("scope", "reason")}
    scope, reason = (words["scope"] or "").rstrip("/"), words["reason"] or str(Reason.INTERRUPTED)
    return Gap(scope=scope, reason=reason, status=value.get("status"), **given)


def read_of(value: dict[str, Json]) -> Read:
    """The read of a record; raises ValueError where its keys have other types."""
    scope, type_ = value.get("scope", ""), value.get("type")
    if not isinstance(scope, str | None) or not isinstance(type_, str | None):
        raise ValueError("its scope and type are texts")
    known = {k: value.get(k) for k in ("operation", "count", "api_version", "at")}
    return Read((scope or "").rstrip("/"), type_ or "", **known)


def metrics_of(value: dict[str, Json]) -> Metrics:
    """The metrics of a record; raises ValueError, KeyError or TypeError where it has another shape."""
    start, interval = dates.parse(value["start"]), dates.Duration.parse(value.get("interval", "PT5M"))
    if start is None or interval is None or interval.seconds <= 0:
        raise ValueError("start is a date, interval a duration")
    return Metrics(
        resource=key_of(value["resource"]),
        name=str(value["name"]),
        aggregation=str(value["aggregation"]),
        start=start,
        interval_seconds=interval.seconds,
        series=tuple(_series(s) for s in value["series"]),
        namespace=value.get("namespace"),
        unit=value.get("unit"),
        interval=value.get("interval", "PT5M"),
    )


def _series(value: dict[str, Json]) -> Series:
    values = value["values"]
    if not isinstance(values, list) or not set(map(type, values)) <= _NUMBERS:
        raise ValueError("values are numbers and null")
    return Series({str(k): str(v) for k, v in (value.get("dimensions") or {}).items()}, values)


# --- writing ------------------------------------------------------------------------------------------------


def write(snapshot: Snapshot, path: Path) -> None:
    """Writes a snapshot, sorted by kind and id, gzip by suffix; the file appears whole, by rename."""
    partial = path.with_name(f".{path.name}.partial")  # FILE.partial is the collector's journal
    try:
        with partial.open("wb") as raw:
            _write_lines(raw, _records(snapshot), compress=path.suffix == ".gz")
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _write_lines(raw: IO[bytes], records: Iterable[Json], *, compress: bool) -> None:
    stream: Any = gzip.GzipFile("", "wb", 6, raw, mtime=0) if compress else raw
    for record in records:
        stream.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
    if compress:
        stream.close()


def _records(snapshot: Snapshot) -> Iterator[Json]:
    yield {"schema": f"{SCHEMA}{VERSION}", **{k: v for k, v in snapshot.header.items() if k != "schema"}}
    for gap in sorted(snapshot.gaps, key=_order):
        yield gap.kept or {"gap": gap_record(gap)}
    for metrics in sorted(snapshot.metrics, key=lambda m: (m.resource, m.name, m.aggregation)):
        yield metrics.kept or {"metrics": _metrics_record(metrics)}
    for read_ in sorted(snapshot.reads, key=lambda r: (r.scope.lower(), r.type)):
        yield read_.kept or {"read": {k: getattr(read_, k) for k in READ_KEYS}}
    for key, resource in sorted(snapshot.resources.items()):
        if resource.origin is not Origin.EMBEDDED:
            own = {"resource": resource.body, "api_version": resource.api_version, "from": resource.origin}
            yield {**own, **snapshot.kept.get(key, {})}
    yield from snapshot.others


def gap_record(gap: Gap) -> dict[str, Json]:
    """A gap as snapshots and reports write it (semantics 15)."""
    return {k: getattr(gap, k) for k in GAP_KEYS}


def _metrics_record(metrics: Metrics) -> dict[str, Json]:
    return {
        "resource": metrics.resource,
        "namespace": metrics.namespace,
        "name": metrics.name,
        "unit": metrics.unit,
        "aggregation": metrics.aggregation,
        "start": dates.shown(metrics.start),
        "interval": metrics.interval,
        "series": [{"dimensions": dict(s.dimensions), "values": list(s.values)} for s in metrics.series],
    }
