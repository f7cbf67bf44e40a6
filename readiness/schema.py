"""The JSON Schema of a rule file (draft 2020-12), for editors: made from what loads rule files, with words to hover.

The shapes of the keys, the operators, relations, statistics and checks are the loader's own; only what its code
says of an operand's inside, and the words, stand here. The schema says less than the loader, never more: YAML is
taken as an editor reads it (1.2 core), so text may look like a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from readiness import dates
from readiness.checks import CHECKS, Check
from readiness.conditions.operators import OPERATORS, Operator
from readiness.conditions.samples import LEVELLED, RATIO, STATISTICS
from readiness.conditions.syntax import API_VERSION, COMBINING, NUMERIC, OF_DIMENSION, OPERANDS, RELATIONS
from readiness.paths import Path
from readiness.ruleset import BODIES, ID, KEYS, SUBJECTS, TYPE
from readiness.shapes import Schema, boolean, choice, ecma, list_of, number, period, record_schema, text

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
FILE: Final = "rule.schema.json"

# --- words ----------------------------------------------------------------------------------------------------

RECORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "a rule": {
        "id": "The rule's id, such as CONTOSO-NET-001: words of capitals and digits, joined by hyphens. It never "
        "changes its meaning; a rule that means something else gets a new id.",
        "title": "The desired state in one line: 'Key authentication is disabled', not 'Disable keys'.",
        "pillar": "The pillar of the Well-Architected Framework whose score it counts in.",
        "area": "The production concern that it serves.",
        "also": "Further areas that it serves.",
        "severity": "How much a failure matters: critical weighs 10, high 7.5, medium 5, low 2.5; info is shown and "
        "not scored.",
        "status": "preview is shown and not scored.",
        "since": "The version of the rule pack that brought it.",
        "environments": "Where it applies; everywhere unless given. [production] spares development.",
        "resource": "What it judges: a resource type, or a list of them; or subscription, workload or estate alone.",
        "where": "Whether it applies: where this is false, the outcome is not_applicable.",
        "require": "The desired state as a condition. Instead: check, or attest.",
        "check": "A measurement in code, for what a condition can't say. Instead: require, or attest.",
        "attest": "A question that only a person can answer. Instead: require, or check.",
        "parameters": "Thresholds by name, which readiness.yaml can override; named in conditions as "
        "{parameter: name}.",
        "rationale": "Why it matters: what goes wrong otherwise.",
        "remediation": "How to mend it.",
        "references": "Links to the documentation that it rests on.",
        "requirements": "Ids of the requirements that it serves.",
        "azure_policy": "Ids of built-in Azure policies that ask for the same.",
        "aliases": "What other tools call it; found by 'rules list --search', accepted nowhere.",
        "formerly": "Ids that it had, oldest first; they go on working wherever an id does.",
        "tests": "Cases, each with the outcome that it must have: at least one pass and one fail, better one for "
        "each boundary. 'readiness rules test' runs them.",
    },
    "a parameter": {
        "default": "Its value unless readiness.yaml says otherwise; values given there are of the same type.",
        "description": "What it means, and its unit.",
        "min_value": "The least number allowed.",
        "max_value": "The greatest number allowed.",
        "allowed_values": "The only values allowed.",
    },
    "remediation": {
        "summary": "What to do, in a sentence or two.",
        "effort": "How much work it is.",
        "fix": "A merge patch (RFC 7396) of the judged resource in ARM's shape. Applied to each failing case, it "
        "must make it pass.",
    },
    "attest": {
        "question": "The question, to be answered by pass or fail.",
        "guidance": "How to answer it: what makes a pass, what a fail, what is evidence.",
        "valid_for": "How long an answer stands, such as P180D.",
    },
    "a test": {
        "expect": "The outcome that it must have.",
        "name": "What the case shows.",
        "resource": "The judged resource in ARM's shape; id and type are filled in where absent.",
        "resources": "Further resources: related ones, or children. A list is complete unless a gap says otherwise.",
        "metrics": "Metrics of the judged resource: name, aggregation, start, interval, series.",
        "gaps": "What could not be read: {path, reason} of the judged resource, or {type, reason} of a list.",
        "parameters": "Values of parameters in this case.",
        "as_of": "The date that as_of means; 2026-01-01 unless given.",
        "environment": "The environment that the judged resource runs in.",
        "api_version": "The api-version that the resources were read with, for since_api.",
    },
}
OPERATOR: Final[Mapping[str, str]] = {
    "equals": "The same value; text without case, a number or true also as text. False on null.",
    "notEquals": "Another value, text without case. True on null.",
    "in": "Equals one of a list. False on null.",
    "notIn": "Equals none of a list. True on null.",
    "contains": "A text that holds this text, or an array that holds this value. False on null.",
    "notContains": "Neither a text nor an array that holds it. True on null.",
    "containsKey": "An object with this key, without case. False on null.",
    "exists": "true: is not null; false: is null. The only test of null.",
    "like": "The whole text, * for anything. False on null.",
    "match": "The whole text, # a digit, ? a letter, . any character. False on null.",
    "less": "Less than a number, or before a text. Unknown on null.",
    "lessOrEquals": "At most a number, or a text. Unknown on null.",
    "greater": "More than a number, or after a text. Unknown on null.",
    "greaterOrEquals": "At least a number, or a text. Unknown on null.",
    "before": "A date before another: 2026-10-01, as_of, as_of+P90D. Unknown on null.",
    "after": "A date after another: 2026-10-01, as_of, as_of-P1M. Unknown on null.",
    "within": "A date from as_of until this long after, such as P90D. Unknown on null.",
}
HEAD: Final[Mapping[str, str]] = {
    "allOf": "True if all are, false if any is false, else unknown.",
    "anyOf": "True if any is, false if all are false, else unknown.",
    "not": "The opposite; unknown stays unknown.",
    "field": "A path in the resource: properties.a, \"properties.list[*].b\", tags['a.b']; . is the element itself, "
    "^.path the judged subject when inside count, any or all.",
    "count": "How many elements of an array, or related resources, satisfy where; compared as a number.",
    "any": "Some related resource satisfies where; or its field the operator beside.",
    "all": "Every related resource (that satisfies where) satisfies require; or its field the operator beside.",
    "metric": "A statistic of a metric, compared as a number; every matching series must hold.",
    "value": "What is no property: environment (production or development), or {parameter: name}.",
}
INSIDE: Final[Mapping[str, str]] = {
    "default": "What the resource provider takes where the property is null or absent.",
    "since_api": "The api-version that brought the property: absent from an older answer it is unknown, not null.",
    "empty": "What an empty or null array means, for paths with [*].",
    "known": "The values that can be judged; any other is unknown.",
    "related": "Which resources: children, parent, those of a scope, or what guards, watches or leads to it.",
    "type": "The type of the related resources, such as Microsoft.Search/searchServices.",
    "where": "Which of them count; paths start at each.",
    "require": "What each must satisfy; paths start at each.",
    "field": "The array to count; or, with an operator beside the operand, a path in each related resource.",
    "name": "The metric's name as Azure Monitor has it.",
    "aggregation": "Average, Maximum, Minimum, Total or Count.",
    "statistic": "What to take of the samples; share is the percent of them at or above level, "
    "ratio the percent that the sum of all matching series is of the sum of those named by of.",
    "window": "How much of the end of the series, such as P7D.",
    "level": "The number that share counts from.",
    "min_samples": "With fewer samples in the window it is unknown.",
    "min_total": "With a smaller sum in the window, for a ratio that of the whole, it is unknown.",
    "dimension": "Which series: dimension names with the value each must have, or with one operator.",
    "combine": "sum: the matching series are added up grain by grain, and judged as one.",
    "of": "What a ratio is a percentage of: name and aggregation, those of the metric unless given, and dimension.",
    "parameter": "The name of one of the rule's parameters.",
}

# --- the whole file -------------------------------------------------------------------------------------------


def document() -> Schema:
    """The schema of a rule file."""
    rule = _worded(record_schema(KEYS, "a rule"))
    keys = {key: _merged(schema, _REFINED.get(key, {})) for key, schema in rule["properties"].items()}
    return {
        "$schema": DRAFT,
        **rule,
        "title": "A rule of readiness",
        "description": "One requirement: what it judges, the desired state, why, how to mend it, and its tests.",
        "properties": keys,
        "oneOf": [{"required": [body]} for body in BODIES],
        "if": {"not": {"required": ["attest"]}},
        "then": {"required": ["tests"], "properties": {"tests": {"allOf": [_has("fail"), _has("pass")]}}},
        "$defs": _definitions(),
    }


def as_text() -> str:
    """The schema as a file: the same bytes each time."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _has(outcome: str) -> Schema:
    return {"contains": {"properties": {"expect": {"const": outcome}}, "required": ["expect"]}}


def _worded(schema: Any) -> Any:
    """A schema with the words of its records filled in; raises KeyError for a key that has none."""
    if isinstance(schema, list):
        return [_worded(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _worded(value) for key, value in schema.items()}
    if isinstance(found.get("title"), str) and "properties" in found:
        words = RECORDS[found["title"]]
        found["properties"] = {k: {"description": words[k], **s} for k, s in found["properties"].items()}
        del found["title"]
    return found


def _merged(schema: Schema, refined: Schema) -> Schema:
    """A key's schema with what the loader asks beyond its shape; the words stay."""
    kept = {k: v for k, v in schema.items() if k in ("description", "default")} if refined else schema
    return {**kept, **refined}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _text(pattern: re.Pattern[str]) -> Schema:
    return {"type": "string", "pattern": ecma(pattern)}


_SUBJECT: Final[Schema] = {"enum": list(SUBJECTS)}
_REFINED: Final[Mapping[str, Schema]] = {
    "id": _text(ID),
    "formerly": {"type": "array", "items": _text(ID)},
    "resource": {
        "anyOf": [
            _text(TYPE),
            _SUBJECT,
            {"type": "array", "minItems": 1, "items": _text(TYPE)},
            {"type": "array", "minItems": 1, "maxItems": 1, "items": _SUBJECT},
        ]
    },
    "where": _ref("condition"),
    "require": _ref("condition"),
    "check": _ref("check"),
}

# --- conditions -----------------------------------------------------------------------------------------------


def _definitions() -> dict[str, Schema]:
    heads = {head: _COMBINED[head] for head in COMBINING} | {head: _leaf(head) for head in OPERANDS}
    condition = {"type": "object", "oneOf": [_ref(head) for head in heads]}
    return {
        "condition": condition,
        **heads,
        **{name: {**_right(operator), "description": OPERATOR[name]} for name, operator in OPERATORS.items()},
        "scalar": {"type": ["string", "number", "boolean"]},
        "path": text.schema,
        "parameter": _closed({"parameter": text.schema}, ["parameter"]),
        "reference": {"oneOf": [_ref("parameter"), _closed({"field": _ref("path")}, ["field"])]},
        "check": {"type": "object", "oneOf": [_check(check) for check in CHECKS.values()]},
    }


def _closed(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    words = {k: {"description": INSIDE[k], **s} for k, s in properties.items()}
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": words, **needed, "additionalProperties": False}


def _combined(head: str, inner: Schema) -> Schema:
    properties = {head: {**inner, "description": HEAD[head]}}
    return {"type": "object", "properties": properties, "required": [head], "additionalProperties": False}


_CONDITIONS: Final[Schema] = {"type": "array", "minItems": 1, "items": _ref("condition")}
_COMBINED: Final[Mapping[str, Schema]] = {
    "allOf": _combined("allOf", _CONDITIONS),
    "anyOf": _combined("anyOf", _CONDITIONS),
    "not": _combined("not", _ref("condition")),
}


def _leaf(head: str) -> Schema:
    """An operand with one operator; any and all also go without, where they hold a whole condition."""
    operators = [o for o in OPERATORS.values() if head not in ("count", "metric") or o.name in NUMERIC]
    leaf = _compared(head, _OPERAND[head], operators)
    if head == "field":
        leaf["dependentSchemas"] = {"empty": {"properties": {"field": {"pattern": r"\[\*\]"}}}}
    if head not in ("any", "all"):
        return leaf
    return {"oneOf": [_combined(head, _quantified(head)), leaf]}


def _compared(head: str, operand: Schema, operators: list[Operator]) -> Schema:
    beside = {k: {**s, "description": INSIDE[k]} for k, s in _BESIDE.items()} if head == "field" else {}
    return {
        "type": "object",
        "properties": {
            head: {**operand, "description": HEAD[head]},
            **beside,
            **{o.name: _ref(o.name) for o in operators},
        },
        "required": [head],
        "oneOf": [{"required": [o.name]} for o in operators],
        "additionalProperties": False,
    }


_API_VERSION: Final = _text(API_VERSION)
_TYPED: Final[Schema] = {"type": "string", "pattern": "/"}
_RELATED: Final[Mapping[str, Schema]] = {"related": choice(RELATIONS).schema, "type": _TYPED}
_BESIDE: Final[Mapping[str, Schema]] = {
    "default": _ref("scalar"),
    "since_api": _API_VERSION,
    "empty": choice(("pass", "fail")).schema,
    "known": {"type": "array", "minItems": 1, "items": _ref("scalar")},
}


def _quantified(head: str) -> Schema:
    """What any or all hold where no operator stands beside."""
    keys = {**_RELATED, "where": _ref("condition"), "require": _ref("condition")}
    return _closed(keys, ["related", "require"] if head == "all" else ["related"])


def _or_parameter(schema: Schema) -> Schema:
    return {"anyOf": [schema, _ref("parameter")]}


_WHEN: Final[Schema] = {"anyOf": [_text(dates.DATE), _text(dates.RELATIVE)]}
_TAKES: Final[Mapping[str, Schema]] = {
    "scalar": _ref("scalar"),
    "list": {"type": "array", "items": _ref("scalar")},
    "bool": boolean.schema,
    "key": _ref("scalar"),
    "pattern": _ref("scalar"),
    "order": {"type": ["number", "string"]},
    "date": _WHEN,
    "period": period.schema,
}


def _right(operator: Operator) -> Schema:
    """The right-hand side: a literal, or where the operator takes one a reference."""
    literal = _TAKES[operator.takes]
    return literal if operator.takes in ("bool", "key") else {"anyOf": [literal, _ref("reference")]}


_COUNT: Final[Schema] = {
    **_closed({"field": _ref("path"), **_RELATED, "where": _ref("condition")}),
    "oneOf": [{"required": ["field"]}, {"required": ["related"]}],
}
_DIMENSION: Final[Schema] = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [_ref("scalar"), _ref("reference")]
        + [
            {"type": "object", "properties": {o: _ref(o)}, "required": [o], "additionalProperties": False}
            for o in OF_DIMENSION
        ]
    },
}


def _only_with(statistic: str, key: str) -> Schema:
    """A key that one statistic needs, and no other has."""
    named = {"properties": {"statistic": {"const": statistic}}, "required": ["statistic"]}
    return {"if": named, "then": {"required": [key]}, "else": {"properties": {key: False}}}


_METRIC: Final[Schema] = {
    **_closed(
        {
            "name": text.schema,
            "aggregation": text.schema,
            "statistic": choice(tuple(STATISTICS)).schema,
            "window": _or_parameter(period.schema),
            "level": _or_parameter(number.schema),
            "min_samples": _or_parameter(number.schema),
            "min_total": _or_parameter(number.schema),
            "dimension": _DIMENSION,
            "combine": choice(("sum",)).schema,
            "of": _closed({"name": text.schema, "aggregation": text.schema, "dimension": _DIMENSION}),
        },
        ["name", "aggregation", "statistic"],
    ),
    "allOf": [_only_with(LEVELLED, "level"), _only_with(RATIO, "of")],
}
_FIELD_OF_EACH: Final = _closed({**_RELATED, "where": _ref("condition"), "field": _ref("path")}, ["related", "field"])
_OPERAND: Final[Mapping[str, Schema]] = {
    "field": _ref("path"),
    "count": _COUNT,
    "any": _FIELD_OF_EACH,
    "all": _FIELD_OF_EACH,
    "metric": _METRIC,
    "value": {"oneOf": [{"const": "environment"}, _ref("parameter")]},
}

# --- checks ---------------------------------------------------------------------------------------------------

_PARAM: Final[Mapping[type[Any], Schema]] = {
    int: _or_parameter({"type": "integer"}),
    float: _or_parameter(number.schema),
    bool: _or_parameter(boolean.schema),
    str: _or_parameter(text.schema),
    tuple: _or_parameter(list_of(text).schema),
    Path: _ref("path"),
}


def _check(check: Check) -> Schema:
    """The call of one check, with its params as the words of their dataclass have them."""
    fields, said = check.fields(), _paragraph(check.params.__doc__)
    required = [name for name, (_, needed) in fields.items() if needed]
    params: Schema = {
        "type": "object",
        "description": said,
        "properties": {n: {**_PARAM[kind], "description": _about(n, said)} for n, (kind, _) in fields.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "description": _paragraph(check.measure.__doc__),
        "properties": {"name": {"const": check.name, "description": "The check."}, "params": params},
        "required": ["name", *(["params"] if required else [])],
        "additionalProperties": False,
    }


def _paragraph(doc: str | None) -> str:
    return " ".join((doc or "").split())


def _about(name: str, said: str) -> str:
    """The sentences about one param; all of them where none names it."""
    sentences = re.split(r"(?<=[.;])\s+(?=\S)", said)
    return " ".join(s for s in sentences if f"`{name}`" in s) or said
