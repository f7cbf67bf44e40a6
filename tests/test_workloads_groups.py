"""Scores by workload and subscription: what counts where, by the total's own formula, and every format's table."""

import csv
import io
import json
from tempfile import TemporaryDirectory

import builders as b
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.text import Text

from readiness import config
from readiness.config import Config
from readiness.groups import By
from readiness.model import Waiver
from readiness.render import csv as csv_format
from readiness.render import html, markdown, terminal
from readiness.render import json as wire
from readiness.render.console import screen
from readiness.ruleset import RuleSet
from readiness.scoring import Figures
from readiness.workloads import Workloads
from readiness.yamlfile import LoadError

ON = b.rule("require: {field: properties.on, equals: true}", title="It is on")
KIND = b.rule("require: {field: kind, equals: OpenAI}", id="TEST-002", severity="critical", title="It is OpenAI")
NAMED = b.rule("require: {field: name, equals: good}", id="TEST-003", severity="low", resource=b.DEPLOYMENTS)
PAID = b.rule(
    "require: {field: properties.paid, equals: true}", id="TEST-004", severity="medium", resource="subscription"
)
OWNED = b.rule("attest: {question: Is it owned?}", id="TEST-005", resource="workload", pillar="operations")
PLANNED = b.rule("attest: {question: Is it planned?}", id="TEST-006", resource="estate", pillar="operations")
EVERY = (ON, KIND, NAMED, PAID, OWNED, PLANNED)
GROUP2 = f"{b.SUB}/resourceGroups/rg-two"
FAR = f"{b.SUB2}/resourceGroups/rg-one"
BY_TAG = Config(workloads=Workloads(tag="workload"))


def tagged(name, workload, on=True, group=b.GROUP, **more):
    """An account of a workload."""
    return b.account(name, {"on": on}, group, tags={"workload": workload}, **more)


def whole(*more, subscriptions=(b.SUB,), deployments=()):
    """Records by which every list of the rules is complete, but for the deployments of other accounts."""
    lists = [b.read(s, t) for s in subscriptions for t in (b.ACCOUNTS, "Microsoft.Resources/subscriptions")]
    own = [b.read(r["id"], b.DEPLOYMENTS) for r in more if "/accounts/" in r.get("id", "") and r not in deployments]
    return (*more, *lists, *own)


def judged(folder, *records, rules=(ON,), by=(By.WORKLOAD,), config=BY_TAG, **more):
    """A report with groups."""
    report = b.judge(b.snapshot(folder, *records), *rules, config=config, **more)
    report.group_by = by
    return report


def figures(report, by=By.WORKLOAD):
    """The figures of each group by name, worst first."""
    return {g.name: g.score.total for g in report.groups[by]}


def counts(report, rule, by=By.WORKLOAD):
    """(pass, fail, unknown) of one rule by group; groups in which it has no subject are left out."""
    found = {g.name: c for g in report.groups[by] for r, c in g.counted if r is rule}
    return {name: (c.passed, c.failed, c.undecided) for name, c in found.items() if c.passed + c.failed + c.undecided}


# --- the formula ----------------------------------------------------------------------------------------------


def test_s21_a_groups_figures_are_those_of_its_own_subjects(tmp_path):
    chat = [tagged(f"chat{n}", "chat", on=n == 0) for n in range(3)]
    report = judged(tmp_path, *whole(*chat, tagged("other", "other")), rules=(ON, KIND))
    assert figures(report) == {
        "chat": Figures(71.4286, 71.4286, 1.0),  # (7.5 x 1/3 + 10 x 1) / 17.5
        "other": Figures(100.0, 100.0, 1.0),
    }
    assert report.score.total == Figures(78.5714, 78.5714, 1.0)  # (7.5 x 2/4 + 10) / 17.5: no mean of the two


def test_the_worst_group_comes_first_by_its_floor_and_the_one_without_weight_last(tmp_path):
    gone = b.gap(f"{b.GROUP}/providers/{b.ACCOUNTS}/b", b.ACCOUNTS, "properties.on")
    own = [tagged("a", "half"), tagged("a2", "half", on=False), tagged("b", "untold"), tagged("c", "good")]
    empty = b.resource(b.SEARCH, "s", tags={"workload": "empty"})
    report = judged(tmp_path, *whole(*own, empty), gone)
    assert figures(report) == {
        "untold": Figures(None, 0.0, 0.0),
        "half": Figures(50.0, 50.0, 1.0),
        "good": Figures(100.0, 100.0, 1.0),
        "empty": Figures(None, None, None),
    }
    assert list(figures(report)) == ["untold", "half", "good", "empty"]


def test_a_critical_fail_caps_the_grade_of_its_own_group_alone_unless_it_is_waived(tmp_path):
    rules = (
        ON,
        KIND,
        *(b.rule("require: {field: id, exists: true}", id=f"T-{n}", severity="critical") for n in range(9)),
    )
    records = whole(tagged("a", "capped", kind="AIServices"), tagged("b", "free"))

    def graded(**more):
        report = judged(tmp_path, *records, rules=rules, **more)
        return {g.name: g.score.grade for g in report.groups[By.WORKLOAD]}

    assert graded() == {"capped": "D", "free": "A"}
    waiver = Waiver("TEST-002", "*/a", "agreed", "a@b.example", "2026-12-31")
    assert graded(waivers=(waiver,)) == {"capped": "A", "free": "A"}


def test_a_waived_fail_stays_one_in_the_figures_and_is_counted_apart(tmp_path):
    waiver = Waiver("TEST-001", "*/a", "agreed", "a@b.example", "2026-12-31")
    report = judged(tmp_path, *whole(tagged("a", "chat", on=False)), waivers=(waiver,))
    [group] = report.groups[By.WORKLOAD]
    assert (group.score.total.value, group.summary()["fail"], group.summary()["waived"]) == (0.0, 0, 1)
    assert (group.worst(), group.by_severity()) == ([], {})


# --- what counts where ----------------------------------------------------------------------------------------


def test_s03_a_resource_counts_in_its_own_group_and_a_child_with_its_parent(tmp_path):
    account = tagged("a", "chat")
    own = b.child(account, "deployments", "good"), b.child(account, "deployments", "bad", tags={"workload": "Other"})
    records = whole(account, tagged("b", "other"), *own, deployments=own)
    report = judged(tmp_path, *records, rules=(NAMED,))
    assert counts(report, NAMED) == {"chat": (1, 0, 0), "Other": (0, 1, 0)}
    assert len(report.groups[By.WORKLOAD]) == 2  # by name without case


def test_a_subscription_counts_in_each_workload_that_has_something_in_it(tmp_path):
    subs = [b.body(s, {"paid": s == b.SUB}) for s in (b.SUB, b.SUB2)]
    own = tagged("a", "chat"), tagged("b", "both"), tagged("c", "both", group=FAR)
    report = judged(tmp_path, *whole(*subs, *own, subscriptions=(b.SUB, b.SUB2)), rules=(PAID,))
    assert counts(report, PAID) == {"chat": (1, 0, 0), "both": (1, 1, 0)}


def test_a_subscription_in_which_no_workload_has_anything_is_in_a_group_without_a_name(tmp_path):
    subs = [b.body(s, {"paid": s == b.SUB}) for s in (b.SUB, b.SUB2)]
    records = whole(*subs, tagged("a", "chat"), subscriptions=(b.SUB, b.SUB2))
    assert counts(judged(tmp_path, *records, rules=(PAID,)), PAID) == {None: (0, 1, 0), "chat": (1, 0, 0)}
    unconfigured = judged(tmp_path, *records, rules=(PAID,), config=Config())
    assert counts(unconfigured, PAID) == {"default": (1, 1, 0)}


def test_the_estate_counts_in_each_and_a_workload_in_its_own(tmp_path):
    report = judged(tmp_path, *whole(tagged("a", "chat"), tagged("b", "other", group=FAR)), rules=(OWNED, PLANNED))
    assert {g.name: g.summary()["manual"] for g in report.groups[By.WORKLOAD]} == {"chat": 2, "other": 2}
    report.group_by = (By.SUBSCRIPTION,)
    del report.groups, report._places
    found = {g.name: g.summary()["manual"] for g in report.groups[By.SUBSCRIPTION]}
    assert found == {s.rpartition("/")[2]: 2 for s in (b.SUB, b.SUB2)}


@pytest.mark.parametrize(
    ("lost", "where"),
    [
        (b.gap(b.SUB, b.ACCOUNTS), {"chat": 1, "other": 1}),
        (b.gap(b.GROUP, b.ACCOUNTS), {"chat": 1}),
        (b.gap(f"{b.SUB}/resourceGroups/rg-new", b.ACCOUNTS), {"chat": 1, "other": 1}),
        (b.gap("", b.ACCOUNTS), {"chat": 1, "other": 1, "far": 1}),
        (b.gap(b.SUB2, b.ACCOUNTS), {"far": 1}),
    ],
    ids=["subscription", "group", "a group without any", "everything", "the other subscription"],
)
def test_a_list_that_was_lost_counts_once_in_each_group_that_it_may_concern(tmp_path, lost, where):
    own = tagged("a", "chat"), tagged("b", "other", group=GROUP2), tagged("c", "far", group=FAR)
    report = judged(tmp_path, *whole(*own, subscriptions=(b.SUB, b.SUB2)), lost)
    assert {name: u for name, (_, _, u) in counts(report, ON).items() if u} == where


def test_the_lost_children_of_a_resource_count_in_its_own_group(tmp_path):
    records = whole(tagged("a", "chat"), tagged("b", "other"))
    lost = b.gap(f"{b.GROUP}/providers/{b.ACCOUNTS}/a", b.DEPLOYMENTS)
    report = judged(tmp_path, *records, lost, rules=(NAMED,))
    assert counts(report, NAMED) == {"chat": (0, 0, 1)}
    [finding] = b.findings(report)
    assert report.group_names(By.WORKLOAD, finding) == ("chat",)


def test_a_child_whose_parent_was_not_read_counts_in_each_workload_around_it(tmp_path):
    orphan = b.child(f"{b.GROUP}/providers/{b.ACCOUNTS}/gone", "deployments", "bad")
    report = judged(tmp_path, *whole(tagged("a", "chat"), tagged("b", "other", group=GROUP2)), orphan, rules=(NAMED,))
    assert counts(report, NAMED) == {"chat": (0, 1, 0)}


def test_by_subscription_everything_lies_in_its_own(tmp_path):
    own = tagged("a", "chat"), tagged("b", "chat", on=False, group=FAR)
    report = judged(tmp_path, *whole(*own), rules=(ON,), by=(By.SUBSCRIPTION,))
    near, far = (s.rpartition("/")[2] for s in (b.SUB, b.SUB2))
    assert counts(report, ON, By.SUBSCRIPTION) == {far: (0, 1, 1), near: (1, 0, 0)}  # the other's list was never read


def test_s03_a_workload_can_be_the_resource_group(tmp_path):
    own = (
        b.account("a", {"on": True}),
        b.account("b", {"on": False}, GROUP2.replace("rg-two", "RG-Two")),
        tagged("c", "chat", group=GROUP2),
        b.account("legacy", {"on": True}, GROUP2),
    )
    path = tmp_path / "readiness.yaml"
    path.write_text("workloads: {tag: workload, names: {old: '*/legacy'}, resource_group: true}", encoding="utf-8")
    report = judged(tmp_path, *whole(*own), config=config.load(path, RuleSet(()), tmp_path))
    assert counts(report, ON) == {"RG-Two": (0, 1, 0), "chat": (1, 0, 0), "old": (1, 0, 0), "rg-one": (1, 0, 0)}


def test_resource_group_takes_a_boolean(tmp_path):
    path = tmp_path / "readiness.yaml"
    path.write_text("workloads: {resource_group: rg-one}", encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        config.load(path, RuleSet(()), tmp_path)
    assert [p.message for p in caught.value.problems] == ["expected true or false, found 'rg-one'"]


# --- what always holds ----------------------------------------------------------------------------------------

STATES = st.sampled_from([True, False, None])
ACCOUNTS_ = st.lists(st.tuples(STATES, st.sampled_from(["chat", "other", None])), max_size=5)
LOST = st.sets(st.sampled_from(["accounts", "deployments"]))


def estate(accounts, lost=()):
    """Accounts that are on, off or not known to be, with a deployment each; lists may be lost."""
    for at, (on, workload) in enumerate(accounts):
        tags = {"workload": workload} if workload else {}
        account = b.account(f"a{at}", {} if on is None else {"on": on}, tags=tags)
        yield account
        yield b.child(account, "deployments", "good" if on else "bad")
        yield b.read(account["id"], b.DEPLOYMENTS)
        if on is None:
            yield b.gap(account["id"], b.ACCOUNTS, "properties.on")
    yield b.body(b.SUB, {"paid": True})
    yield b.read(type_=b.ACCOUNTS)
    yield from (b.gap(b.SUB, b.ACCOUNTS if name == "accounts" else b.DEPLOYMENTS) for name in sorted(lost))


@given(ACCOUNTS_, LOST)
@settings(max_examples=40, deadline=None)
def test_a_group_in_which_everything_lies_has_the_figures_of_the_total(accounts, lost):
    with TemporaryDirectory() as folder:
        report = judged(folder, *estate(accounts, lost), rules=EVERY, by=tuple(By), config=Config())
        for by in By:
            [group] = report.groups[by]
            assert group.score == report.score
            assert group.summary() == report.summary()


@given(ACCOUNTS_, LOST)
@settings(max_examples=40, deadline=None)
def test_a_list_that_is_lost_raises_no_groups_floor_and_no_subject_is_left_out(accounts, lost):
    with TemporaryDirectory() as folder:
        before = figures(judged(folder, *estate(accounts), rules=EVERY))
        report = judged(folder, *estate(accounts, lost), rules=EVERY)
        after = figures(report)
    assert after.keys() == before.keys()
    assert all((after[name].floor or 0) <= (before[name].floor or 0) for name in before)
    own = [rule for rule in (ON, KIND) if not lost]  # of what is nobody's, each subject counts once
    for rule in own:
        total = next(c for r, c in report.counted if r is rule)
        found = counts(report, rule).values()
        assert tuple(map(sum, zip((0, 0, 0), *found, strict=True))) == (total.passed, total.failed, total.undecided)
    for finding in b.findings(report):
        assert report.group_names(By.WORKLOAD, finding)


# --- the formats ----------------------------------------------------------------------------------------------

HOSTILE = "a|b <i>\u202e`x`"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three workloads, one of them with a name that tries to be markup, and a subscription's lost list."""
    own = tagged("a", "chat"), tagged("b", "chat", on=False), tagged("c", HOSTILE, on=False, kind="AIServices")
    far = b.body(b.SUB2, None, displayName="far away")
    return judged(tmp_path_factory.mktemp("made"), *whole(*own), far, rules=(ON, KIND), by=tuple(By))


def text_of(renderer, report):
    return b"".join(renderer.render(report)).decode()


def test_json_has_the_groups_and_each_finding_names_its_own(made):
    found = json.loads(text_of(wire, made))
    by_name = {(g["by"], g["name"]): g for g in found["groups"]}
    far = b.SUB2.rpartition("/")[2]
    assert [*by_name] == [
        ("workload", HOSTILE), ("workload", None), ("workload", "chat"),
        ("subscription", far), ("subscription", b.SUB.rpartition("/")[2]),
    ]  # fmt: skip
    assert by_name["workload", "chat"] == {
        "by": "workload",
        "name": "chat",
        "value": 78.5714,
        "floor": 78.5714,
        "coverage": 1.0,
        "grade": "C",
        "attested": {"answered": 0, "asked": 0},
        "summary": {"pass": 3, "fail": 1, "unknown": 0, "not_applicable": 0, "manual": 0, "error": 0, "waived": 0},
        "pillars": {"security": {"value": 78.5714, "floor": 78.5714, "coverage": 1.0}},
        "worst": [{"rule": "TEST-001", "severity": "high", "count": 1}],
    }
    assert [(f["rule"], f["groups"]) for f in found["findings"]][:1] == [
        ("TEST-001", {"workload": ["chat"], "subscription": [b.SUB.rpartition("/")[2]]})
    ]
    lost = [f["groups"]["workload"] for f in found["findings"] if f["outcome"] == "unknown"]
    assert lost == [[None], [None]]


def test_csv_has_a_column_for_each_way(made):
    head, *lines = csv.reader(io.StringIO(text_of(csv_format, made)))
    assert head[-2:] == ["workload", "subscription"]
    near = b.SUB.rpartition("/")[2]
    assert ["chat", near] in [line[-2:] for line in lines]
    assert ["", b.SUB2.rpartition("/")[2]] in [line[-2:] for line in lines]
    assert all("\u202e" not in cell for line in lines for cell in line)


def test_markdown_has_a_table_of_them(made):
    text = text_of(markdown, made)
    after = text.partition("### By workload\n\n")[2].splitlines()
    assert after[0] == "| Workload | Grade | Score | Floor | Coverage | Open fails | Worst findings |"
    assert after[4] == "| `chat` | C | 78 | 78 | 100 % | 1 high | [`TEST-001`](#test-001) |"
    assert after[3] == "| `in no workload` | - | - | 0 | 0 % | 0 | - |"
    assert "\u202e" not in text
    assert "| `far away` | - | - | 0 | 0 % | 0 | - |" in text


def test_a_terminal_has_a_line_each(made, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = [line.plain for line in terminal.lines(made, screen(no_color=True), every=False)]
    at = next(n for n, line in enumerate(shown) if line.startswith("By workload"))
    assert shown[at].split() == ["By", "workload", "grade", "score", "floor", "told", "open", "worst", "findings"]
    assert shown[at + 3].split() == ["chat", "C", "78", "78", "100", "%", "1", "TEST-001"]
    assert all(Text(line).cell_len <= 80 for line in shown)


def test_html_links_each_row_to_its_findings(made):
    text = text_of(html, made)
    row = text.partition('<div class="of-groups" id="by-workload">')[2].partition("</table>")[0]
    assert '<a href="#findings?workload=chat"><bdi>chat</bdi></a>' in row
    assert "<i>" not in row
    assert "\u202e" not in text
    assert '<select name="workload"><option value="">all<option value="' in text
    assert ' data-workload="chat" data-subscription="' in text


def test_without_being_asked_no_format_has_any_of_it(tmp_path):
    report = judged(tmp_path, *whole(tagged("a", "chat", on=False)), by=())
    found = json.loads(text_of(wire, report))
    assert "groups" not in found
    assert "groups" not in found["findings"][0]
    assert "By workload" not in text_of(markdown, report) + text_of(html, report)
    assert "data-workload" not in text_of(html, report)
    assert text_of(csv_format, report).splitlines()[0].endswith(",fingerprint")
