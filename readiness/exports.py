"""Foreign inputs: what `az` and Resource Graph print, in their four shapes (semantics 17). Knows no rule."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass, field
from typing import Final

import orjson

from readiness.arm import type_of, with_slash
from readiness.errors import InputError
from readiness.masking import may_hold_secret
from readiness.model import Gap, Json, Reason

_START: Final = re.compile(r"\s*[\[{]")
README_HINT: Final = "The README has the export commands."
ENVELOPE: Final = frozenset(
    {
        "id", "name", "type", "location", "tags", "kind", "sku", "identity", "plan", "zones", "managedby",
        "extendedlocation", "etag", "systemdata", "properties", "scale", "scope", "resourcegroup", "subscriptionid",
        "tenantid", "apiversion", "createdtime", "changedtime", "provisioningstate", "managedbyextended", "placement",
    }
)  # fmt: skip
"""Keys that a record may have beside `properties`; Resource Graph and `az resource list` add some of their own."""


@dataclass(slots=True)
class Export:
    """The bodies of an export, and what it says of its own completeness."""

    bodies: list[Json]
    gaps: list[Gap] = field(default_factory=list)
    may_hold_secret: bool = False


def read(data: bytes, name: str) -> Export:
    """Recognises an export; raises InputError, with the command to use instead where there is one."""
    text = _utf8(data, name)
    bodies: list[Json] = []
    gaps: list[Gap] = []
    for whole in _documents(text, name):
        found, marks = _listed(whole, name)
        bodies += found
        gaps += marks
    if bodies and not any(map(is_resource, bodies)):
        raise InputError(f"{name}: holds no Azure resource (no object with an 'id')", README_HINT)
    for body in bodies:
        if is_resource(body) and is_flattened(body):
            raise InputError(f"{name}: {_flattened(body)}", instead_of(body))
    return Export(bodies, gaps, may_hold_secret(text))


def _utf8(data: bytes, name: str) -> bytes:
    """UTF-8 without its mark; UTF-16 by its mark is decoded."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16").encode()
        except UnicodeError as error:
            raise InputError(f"{name}: is damaged UTF-16", README_HINT) from error
    return data.removeprefix(codecs.BOM_UTF8)


def _documents(data: bytes, name: str) -> list[Json]:
    """The one JSON document of a file, or several, one after the other, as a row of commands prints them."""
    try:
        return [orjson.loads(data)]
    except orjson.JSONDecodeError as error:
        found = _several(data)
        if len(found) > 1:
            return found
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{name}: {where}: {error.msg}", f"It is no JSON. {README_HINT}") from error


def _several(data: bytes) -> list[Json]:
    """The documents of a file that holds nothing else; [] if it does not."""
    decoder = json.JSONDecoder(parse_constant=_no_number)
    found: list[Json] = []
    at = 0
    try:
        text = data.decode()
        while match := _START.match(text, at):
            document, at = decoder.raw_decode(text, match.end() - 1)
            found.append(document)
    except ValueError:
        return []
    return found if not text[at:].strip() else []


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _listed(whole: Json, name: str) -> tuple[list[Json], list[Gap]]:
    if isinstance(whole, list):
        return whole, []
    if not isinstance(whole, dict):
        raise InputError(f"{name}: is {_kind(whole)}, neither a list nor a resource", README_HINT)
    if "data" in whole and "id" not in whole:
        return _rows(whole["data"], name), _truncated(whole, len(whole["data"]))
    if "value" in whole and "id" not in whole and isinstance(whole["value"], list):
        return whole["value"], _truncated(whole, len(whole["value"]))
    if isinstance(whole.get("id"), str):
        return [whole], []
    raise InputError(f"{name}: is an object without 'id', 'value' or 'data'", README_HINT)


def _rows(data: Json, name: str) -> list[Json]:
    if isinstance(data, list):
        return data
    hint = "Ask Resource Graph for resultFormat objectArray, as `az graph query` does."
    raise InputError(f"{name}: 'data' is {_kind(data)}, not a list of resources", hint)


def _truncated(whole: dict[str, Json], length: int) -> list[Gap]:
    """The marks by which Azure says that there is more."""
    marks = [k for k in ("skip_token", "$skipToken", "skipToken", "nextLink", "@odata.nextLink") if whole.get(k)]
    if str(whole.get("resultTruncated", "false")).casefold() == "true":
        marks.append("resultTruncated")
    totals = [whole.get(k) for k in ("total_records", "totalRecords", "count", "total_count")]
    if any(isinstance(t, int) and t > length for t in totals):
        marks.append("count")
    if not marks:
        return []
    message = f"the export was cut short ({', '.join(marks)}): {length} records are in it"
    return [Gap(reason=Reason.TRUNCATED, operation="export", message=message)]


def unparsable(count: int, total: int, name: str) -> Gap:
    """The gap of entries without an id among others."""
    message = f"{count} of {total} entries of {name} are no resource (no 'id')"
    return Gap(reason=Reason.UNPARSABLE, operation="export", message=message)


def is_resource(body: Json) -> bool:
    """Whether an entry has an ARM id; `az account list` has bare ones."""
    return isinstance(body, dict) and isinstance(body.get("id"), str) and with_slash(body["id"]).startswith("/")


def is_flattened(body: dict[str, Json]) -> bool:
    """Whether `az` has lifted the properties up: none under `properties`, but keys beside the envelope's.

    Without a name it is the answer to some action (an API's export has `format` and `value`); with a name that is
    an object it is a usage, which has no properties in ARM either.
    """
    if "properties" in body or not (isinstance(body.get("id"), str) and isinstance(body.get("name"), str)):
        return False
    return any(key.lower() not in ENVELOPE for key in body)


def _flattened(body: dict[str, Json]) -> str:
    lifted = next(key for key in body if key.lower() not in ENVELOPE)
    type_ = type_of(body["id"]) or body.get("type") or "resource"
    return f"the {type_} has its properties lifted up ('{lifted[:40]}' beside 'id'), as some az commands print it"


def instead_of(body: dict[str, Json]) -> str:
    """The command that prints the same resources in ARM's own shape."""
    type_ = type_of(body["id"]) or str(body.get("type"))
    if type_.count("/") == 1:
        return f"Use instead: az graph query -q \"resources | where type =~ '{type_}'\" --first 1000"
    collection = str(body["id"]).rpartition("/")[0]
    return f'Use instead: az rest --method get --url "{collection}?api-version=<version>"'


def _kind(value: Json) -> str:
    words = {
        str: "text",
        int: "a number",
        float: "a number",
        bool: "true or false",
        dict: "an object",
        list: "a list",
    }
    return words.get(type(value), "null")
