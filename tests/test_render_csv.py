"""The CSV report: a line a finding, the same cells back from any reader, and no cell that a spreadsheet computes."""

import csv as reader
import io
import json
import re

import builders as b
import hostile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness import app
from readiness.model import Waiver
from readiness.render import csv
from readiness.render import json as wire
from readiness.render.plain import cut

BLANK = st.sampled_from(["", " ", "  ", "\t", "\r", "\n", "\u00a0", "\u3000", "\u200b", "\x00", ";", "; "])
SIGN = st.sampled_from([*"=+-@＝＋－＠−,;\"'|\r\n\t", ""])
TEXT = st.builds(
    lambda *parts: "".join(parts), BLANK, SIGN, st.text(max_size=20), st.sampled_from(["", ";=1", "; -1"])
)
COMPUTED = re.compile(r"(\A|;)\s*[=+\-@＝＋－＠]")


def rendered(report, **options):
    return b"".join(csv.render(report, **options))


def rows(whole):
    return list(reader.DictReader(io.StringIO(whole.decode("utf-8"), newline=""), strict=True))


@pytest.fixture(scope="module")
def sample():
    return app.scan(app.Options(sample=True))


def test_a_whole_report(tmp_path):
    fails = b.rule(
        "require: {field: properties.x, equals: 1}",
        title="X, as wanted",
        remediation="{summary: Set it., effort: low}",
    )
    asks = b.rule("attest: {question: Is it?}", id="TEST-002", resource="estate", title="It is")
    one, two = b.account("one", {"x": 0}), b.account("two", {"x": 2})
    read = b.snapshot(tmp_path, one, two, b.account("good", {"x": 1}), b.read(count=3))
    waiver = Waiver("TEST-001", "*/two", "Later", "a@b.example", "2026-03-31")
    report = b.judge(read, fails, asks, waivers=(waiver,))
    prints = [f.fingerprint for f in report.findings()]
    place = f"{b.GROUP}/providers/Microsoft.CognitiveServices/accounts"
    assert rendered(report).decode() == (
        "rule,title,severity,pillar,area,outcome,waived_until,resource,name,message,effort,points,fingerprint\r\n"
        f'TEST-001,"X, as wanted",high,security,identity,fail,,{place}/one,one,"x is 0, expected 1",low,33.3333,'
        f"{prints[0]}\r\n"
        f'TEST-001,"X, as wanted",high,security,identity,fail,2026-03-31,{place}/two,two,"x is 2, expected 1",low,,'
        f"{prints[1]}\r\n"
        f"TEST-002,It is,high,security,identity,manual,,estate,estate,needs an answer: Is it?,,,{prints[2]}\r\n"
    )
    assert [row["outcome"] for row in rows(rendered(report, every=True))] == ["pass", "fail", "fail", "manual"]


@pytest.mark.parametrize("every", [False, True])
def test_its_findings_are_those_of_the_json_report(sample, every):
    listed = json.loads(b"".join(wire.render(sample, every=every)))["findings"]
    same = ("rule", "severity", "pillar", "area", "outcome", "fingerprint")
    assert [[row[key] for key in same] for row in rows(rendered(sample, every=every))] == [
        [finding[key] for key in same] for finding in listed
    ]


def test_points_are_what_one_open_fail_mended_gains(sample):
    found = rows(rendered(sample, every=True))
    gains = {step.rule.id: step for stage in sample.plan for step in stage.steps}
    for row in found:
        is_open = row["outcome"] == "fail" and not row["waived_until"]
        assert bool(row["points"]) is is_open
        if is_open:
            step = gains[row["rule"]]
            assert float(row["points"]) == pytest.approx(float(step.gain) / step.count, rel=1e-5)


def test_it_has_no_byte_order_mark_and_ends_lines_with_cr_lf(sample):
    whole = rendered(sample)
    assert whole.startswith(b"rule,title,")
    assert whole.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", whole)


# --- texts from outside ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=5))
def test_cells_come_back_and_none_is_computed(texts):
    line = csv._line(tuple(texts)).decode()
    [cells] = reader.reader(io.StringIO(line, newline=""), strict=True)
    assert line.count("\n") == 1
    for cell, text in zip(cells, texts, strict=True):
        assert not COMPUTED.search(cell)
        assert re.sub(r"(\A|;)(\s*)'(?=\s*[=+\-@＝＋－＠−])", r"\1\2", cell).replace("'", "") == cut(
            text, csv.LONGEST
        ).replace("'", "")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("  =1", "'  =1"),
        ("\t=1", "\\t=1"),
        ("\r=1", "\\r=1"),
        ("＝1", "'＝1"),
        ("\u3000＠x", "'\u3000＠x"),
        ("a;=1; +2;b", "a;'=1;' +2;b"),
        ("a=1", "a=1"),
        ("a, -1", "a, -1"),
        ("", ""),
        ("\u202egro\x00", "\\u202egro\\x00"),
    ],
)
def test_what_a_cell_becomes(text, cell):
    assert csv.cell(text) == cell


@pytest.mark.parametrize(
    ("text", "length", "end"),
    [
        ("x" * 32_767, 32_767, "x"),
        ("x" * 32_768, 32_767, "…"),
        ("=" * 32_767, 32_767, "…"),
        (";=" * 20_000, 32_767, "…"),
    ],
)
def test_no_cell_is_longer_than_a_spreadsheet_takes(text, length, end):
    found = csv.cell(text)
    assert len(found) == length
    assert found.endswith(end)
    assert not COMPUTED.search(found)


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_texts_in_every_field_stay_in_their_cells(text, tmp_path):
    (tmp_path / "plain").mkdir()
    plain = rows(rendered(hostile.report(tmp_path / "plain", hostile.PLAIN), every=True))
    found = rows(rendered(hostile.report(tmp_path, text), every=True))
    fixed = ("rule", "severity", "pillar", "area", "outcome", "waived_until", "effort", "points")
    assert [[row[key] for key in fixed] for row in found] == [[row[key] for key in fixed] for row in plain]
    assert all(len(row) == len(csv.HEADER) and None not in row for row in found)
    assert not [cell for row in found for cell in row.values() if COMPUTED.search(cell)]
    assert not re.search(
        "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", rendered(hostile.report(tmp_path, text)).decode()
    )
