"""Lists of a relation without a `type` (10, 14): the type that `where` names, else all types and never complete."""

import pytest

from tests import builders as b

KIDS = f"{b.ACCOUNTS}/deployments"
NAMED = f"{{field: type, equals: {KIDS}}}"
CHILD = {"id": f"{b.account()['id']}/deployments/d", "name": "d", "type": KIDS, "properties": {"on": True}}
ON = "{field: properties.on, equals: true}"


def outcome(folder, condition, *records):
    read = b.snapshot(folder, b.read(), b.account(), *records)
    [(_, found)] = b.outcomes(b.judge(read, b.rule(f"require: {condition}", resource=b.ACCOUNTS)))
    return found


ROWS = {
    "a known one proves existence": (f"{{any: {{related: children, where: {ON}}}}}", [CHILD], "pass"),
    "absence is never proved": (
        f"{{any: {{related: children, where: {ON}}}}}",
        [b.read(b.account()["id"], KIDS)],
        "unknown",
    ),
    "the type named in where": (
        f"{{any: {{related: children, where: {{allOf: [{NAMED}, {ON}]}}}}}}",
        [b.read(b.account()["id"], KIDS, 0)],
        "fail",
    ),
    "the type named alone": (
        f"{{count: {{related: children, where: {NAMED}}}, equals: 0}}",
        [b.read(b.account()["id"], KIDS, 0)],
        "pass",
    ),
    "the type named, its list unread": (
        f"{{count: {{related: children, where: {NAMED}}}, equals: 0}}",
        [],
        "unknown",
    ),
    "a known offender disproves all": (
        "{all: {related: children, require: {field: properties.on, equals: false}}}",
        [CHILD],
        "fail",
    ),
}


@pytest.mark.parametrize(("condition", "records", "expected"), ROWS.values(), ids=ROWS.keys())
def test_s10_a_list_without_a_type(tmp_path, condition, records, expected):
    assert outcome(tmp_path, condition, *records) == expected
