"""The summary on a terminal: whole outputs, no line wider than the screen, nothing that a text can move."""

import contextlib
import dataclasses
import io
import re
from pathlib import Path

import builders as b
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import Color, ColorSystem
from rich.console import Console
from rich.style import Style
from rich.text import Text

from readiness import app
from readiness.config import Config, ReportWords
from readiness.gate import Asked
from readiness.model import Attest, Severity, Waiver
from readiness.render import console, terminal
from readiness.ruleset import Override

DATA = Path(__file__).parent / "data" / "terminal"
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
SGR = re.compile(r"\x1b\[[\d;]*m")
LINK = re.compile(r"\x1b\]8;id=\d+;([!-~]+)\x1b\\|\x1b\]8;;\x1b\\")
HOSTILE = (
    "[bold red]x[/] [link=https://evil.example]y[/link] :skull: \x1b[2J\x1b]8;;https://evil.example\x07z\r\n"
    "Gate: met" + " " * 200 + "Gate: met \u202e\u2066\u200b 数据 e\u0301 {title} %s \\ | "
)
LEARN = "https://learn.microsoft.com/azure/x"


# --- reports ------------------------------------------------------------------------------------------------


RULES = (
    ("TEST-001", "critical", "security", "networking", "Account is closed to the public", "low"),
    ("TEST-002", "high", "reliability", "capacity", "Enough capacity is left for a region that is lost", "medium"),
    ("TEST-003", "medium", "cost", "cost", "Nothing idle is paid for", "high"),
    ("TEST-004", "low", "operations", "genaiops", "Each account says who owns it, and what it costs", "low"),
)


def rules():
    """One rule of each severity; TEST-00N asks for `properties.pN`."""
    for at, (id_, severity, pillar, area, title, effort) in enumerate(RULES, 1):
        yield b.rule(
            f"require: {{field: properties.p{at}, equals: true}}",
            id=id_,
            severity=severity,
            pillar=pillar,
            area=area,
            title=title,
            remediation={"summary": "Mend it.", "effort": effort},
            references=[f"{LEARN}{at}"],
        )
    question = "Is everything defined as code, reviewed, and deployed by a pipeline alone, with no exception at all?"
    yield b.rule(
        f"attest: {{question: {question!r}}}\ntests: []", id="TEST-005", severity="high", title="x", resource="estate"
    )


def small(folder):
    """Three accounts: one with everything, one with nothing, one of which one property could not be read."""
    good, bad, half = (b.account(name, {f"p{n}": on for n in range(1, 5)}) for name, on in
                       (("chat-prod", True), ("chat-dev", False), ("chat-lost", True)))  # fmt: skip
    refused = "Microsoft.CognitiveServices/accounts/read"
    read = b.snapshot(
        folder,
        *(good, bad, half, b.read(count=3)),
        b.gap(half["id"], b.ACCOUNTS, "properties.p1", "forbidden", permission=refused),
        b.gap(half["id"], b.ACCOUNTS, "properties.p2", "timeout", permission=refused),
    )
    waivers = (
        Waiver("TEST-003", "*chat-dev", "it goes", "a@b.example", "2027-01-01"),
        Waiver("TEST-004", "*chat-dev", "it went", "a@b.example", "2025-01-01"),
        Waiver("TEST-001", "*nothing", "never", "a@b.example", "2027-01-01"),
    )
    words = ReportWords(title="Readiness of Contoso Chat", customer="Contoso", author="Example Ltd")
    asked = Asked(min_score=80.0, fail_on=Severity.HIGH)
    return b.judge(read, *rules(), config=Config(report=words), waivers=waivers, asked=asked)


def empty(folder):
    """No resource, no rule with a subject, no gate."""
    return b.judge(b.snapshot(folder, b.read(count=0)), *list(rules())[:4])


class Boom:
    """A condition that crashes and says something hostile."""

    def __init__(self, said):
        self.said = said

    def compile(self, bound):
        return lambda *_: self.explain()

    def explain(self, *_):
        raise RuntimeError(self.said)


def hostile(folder, text):
    """Every field that the summary prints, filled with a text from outside."""
    slashless = text.replace("/", "")
    one = b.account(f"one{slashless}", {"x": text}, tags={text: text})
    two = b.account(f"two{slashless}", {"x": text, "y": 1}, tags={text: text})
    read = b.snapshot(
        folder,
        *(one, two, b.body(b.SUB, None, displayName=text), b.read(count=2)),
        b.gap(one["id"], text, text, text, permission=text, message=text),
        b.gap(one["id"], b.ACCOUNTS, "properties.y", "forbidden", permission=text, message=text),
        b.gap(two["id"], text, text, "timeout", permission=text, message=text),
        scope={"tags": {text: text}},
    )
    references = (text, "http://insecure.example", f"{LEARN}?{slashless}", LEARN)
    made = (
        b.rule("require: {field: properties.x, equals: other}", id="TEST-001"),
        b.rule("require: {field: properties.y, equals: 1}", id="TEST-002"),
        b.rule("attest: {question: x}\ntests: []", id="TEST-003", resource="estate"),
        b.rule("require: {field: name, exists: true}", id="TEST-004"),
        b.rule("require: {field: name, exists: true}", id="TEST-005"),
    )
    made = [dataclasses.replace(rule, title=text, references=references) for rule in made]
    made[2] = dataclasses.replace(made[2], attest=Attest(text, text))
    made[3] = dataclasses.replace(made[3], require=Boom(text))
    words = ReportWords(title=text, customer=text, author=text)
    config = Config(shown=text, report=words, overrides={"TEST-005": Override(off=True, reason=text)})
    lapsed = Waiver("TEST-001", f"*{text}", text, text, "2025-01-01", text)
    report = b.judge(read, *made, config=config, waivers=(lapsed,), asked=Asked(min_score=80.0))
    return dataclasses.replace(report, gate=dataclasses.replace(report.gate, reasons=(text, *report.gate.reasons)))


# --- screens ------------------------------------------------------------------------------------------------


class Tty(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """An environment that says nothing of terminals."""
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "CI", "COLORTERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def printed(report, *, kind=io.TextIOWrapper, encoding="utf-8", no_color=False, every=False):
    """What `show` writes to a stream; a sign that the stream can't encode is an error."""
    with contextlib.redirect_stdout(kind(io.BytesIO(), encoding, "strict")) as out:
        terminal.show(report, every=every, no_color=no_color)
        out.flush()
        return out.buffer.getvalue().decode(encoding)


def at_width(report, width, *, every=False, **options):
    """The lines for a screen of some width."""
    given_ = {"color_system": None, "width": width, "file": io.StringIO(), **options}
    screen = console.Screen(Console(**given_), width, blocks=True, links="force_terminal" in options)
    return list(terminal.lines(report, screen, every=every))


def plain_at(report, width, **options):
    return [line.plain for line in at_width(report, width, **options)]


def written_for(name, width, folder):
    report = {"small": small, "empty": empty}[name](folder)
    return "".join(f"{line}\n" for line in plain_at(report, width))


EXPECTED = [("small", 80), ("small", 140), ("small", 40), ("empty", 80)]


def write(folder):
    """Writes the expected files anew, for a person to read through."""
    for name, width in EXPECTED:
        (DATA / f"{name}-{width}.txt").write_text(written_for(name, width, folder), encoding="utf-8")


@pytest.mark.parametrize(("name", "width"), EXPECTED)
def test_whole_outputs(name, width, tmp_path):
    assert written_for(name, width, tmp_path) == (DATA / f"{name}-{width}.txt").read_text(encoding="utf-8")


# --- width --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The small report, hostile ones, and the sample."""
    made = tmp_path_factory.mktemp("reports")
    texts = (
        "words",
        HOSTILE,
        "x" * 10_000,
        "数据" * 5_000,
        "e" + "\u0301" * 10_000,
        " " * 10_000 + ".",
        "a b " * 2_500,
    )
    return [small(made), *(hostile(made, text) for text in texts), app.scan(app.Options(sample=True))]


@pytest.mark.parametrize("width", [*range(40, 201, 7), 59, 60, 79, 80, 99, 100, 200])
def test_no_line_is_wider_than_the_screen(reports, width):
    for report in reports:
        assert max(cell_len(line) for line in plain_at(report, width)) <= width


@pytest.mark.parametrize("width", [40, 80, 140])
def test_no_line_of_all_findings_is_wider_than_the_screen(reports, width):
    for report in reports:
        assert max(cell_len(line) for line in plain_at(report, width, every=True)) <= width


@pytest.mark.parametrize(
    ("columns", "widest"), [("", 120), ("80", 80), ("39", 40), ("40", 40), ("160", 160), ("161", 160), ("x", 120)]
)
def test_a_pipe_is_as_wide_as_columns_says_or_120(tmp_path, monkeypatch, columns, widest):
    monkeypatch.setenv("COLUMNS", columns)
    report = hostile(tmp_path, "word " * 100)
    assert max(cell_len(line) for line in printed(report).splitlines()) in (widest - 1, widest)


def test_the_sample_takes_two_screens_at_most():
    assert len(plain_at(app.scan(app.Options(sample=True)), 80)) <= 80


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abcd efg", 6, "abcd…"),
        ("数据数", 6, "数据数"),
        ("数据数据", 6, "数据…"),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("e" + "\u0301" * 8, 2, "e" + "\u0301" * 7 + "…"),
        ("a\nb", 4, "a\\nb"),
        ("", 4, ""),
    ],
)
def test_a_text_is_cut_by_cells(text, cells, shown):
    screen = console.Screen(Console(file=io.StringIO()), 80, blocks=True, links=False)
    assert screen.cut(text, cells) == shown


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("a b", 3, ["> a b"]),
        ("aaaa bbbb cc dd", 3, ["> aaaa", "  bbbb cc", "  dd"]),
        ("aaaa bbbb cc dd", 2, ["> aaaa", "  bbbb cc…"]),
        ("aaaaaaaaaaaaaaaaaa", 2, ["> aaaaaaaa", "  aaaaaaa…"]),
        ("a a a a a a a a a", 1, ["> a a a a…"]),
        ("数据数据数", 2, ["> 数据数据", "  数"]),
        ("a" + " " * 500 + "b", 2, ["> a…"]),
    ],
)
def test_a_text_is_wrapped_below_itself_and_says_where_it_is_cut(text, most, shown):
    screen = console.Screen(Console(file=io.StringIO()), 10, blocks=True, links=False)
    found = screen.wrapped(Text(text), behind=Text("> "), most=most)
    assert [line.plain for line in found] == shown


# --- plain, colour, links -----------------------------------------------------------------------------------

PLAIN = {
    "piped": ({}, {}),
    "piped-in-ci": ({"CI": "true"}, {}),
    "piped-no-term": ({"TERM": ""}, {}),
    "no-color": ({"COLUMNS": "120"}, {"kind": Tty, "no_color": True}),
    "NO_COLOR": ({"COLUMNS": "120", "NO_COLOR": "1"}, {"kind": Tty}),
    "dumb": ({"COLUMNS": "120", "TERM": "dumb"}, {"kind": Tty}),
}


@pytest.mark.parametrize(("env", "options"), PLAIN.values(), ids=PLAIN)
def test_plain_is_plain_and_the_same_everywhere(tmp_path, monkeypatch, env, options):
    report = small(tmp_path)
    expected = "".join(f"{line}\n" for line in plain_at(report, 120))
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert printed(report, **options) == expected
    assert "\x1b" not in expected


def test_without_colour_words_and_signs_tell_states_apart(tmp_path):
    lines = plain_at(small(tmp_path), 80)
    assert [line.split()[0] for line in lines if re.match(r"  (critical|high|medium|low)\b", line)] == [
        "critical",
        "high",
        "low",
    ]
    assert "Gate: not met" in lines
    bars = next(line for line in lines if line.startswith("security"))
    assert (
        bars == "security     ███▒▒▒······     50    33    capacity    ███▒▒▒······     50    33"
    )  # floor, score, rest


def test_a_terminal_shows_the_same_words_in_colour(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    report = small(tmp_path)
    found = printed(report, kind=Tty)
    assert SGR.search(found)
    assert LINK.sub("", SGR.sub("", found)).splitlines() == plain_at(report, 80)


def links(text):
    return [found for found in LINK.findall(text) if found]


def test_rules_link_to_their_first_reference_and_resources_to_the_portal(tmp_path):
    found = links(printed(small(tmp_path), kind=Tty))
    account = f"https://portal.azure.com/#resource{b.GROUP}/providers/{b.ACCOUNTS}/chat-dev"
    assert found[:6] == [f"{LEARN}1", account, f"{LEARN}2", account, f"{LEARN}4", account]
    assert set(found) == {account, *(f"{LEARN}{n}" for n in (1, 2, 4))}


CLOUDS = {
    None: "https://portal.azure.com/",
    "AzureCloud": "https://portal.azure.com/",
    "AzureUSGovernment": "https://portal.azure.us/",
    "AzureChinaCloud": "https://portal.azure.cn/",
    "https://arm.azs.example": None,
    7: "https://portal.azure.com/",
}


@pytest.mark.parametrize(("cloud", "portal"), CLOUDS.items())
def test_the_portal_is_that_of_the_cloud(tmp_path, cloud, portal):
    [rule] = list(rules())[:1]
    report = b.judge(b.snapshot(tmp_path, b.account(properties={"p1": False}), b.read(), cloud=cloud), rule)
    found = [link for link in links(printed(report, kind=Tty)) if "portal" in link]
    assert [link.split("#")[0] for link in found] == [portal][: portal is not None]


NO_LINKS = {
    "piped": ({}, {}),
    "piped-in-colour": ({"FORCE_COLOR": "1"}, {}),
    "no-color": ({}, {"kind": Tty, "no_color": True}),
    "NO_COLOR": ({"NO_COLOR": "1"}, {"kind": Tty}),
    "dumb": ({"TERM": "dumb"}, {"kind": Tty}),
    "linux": ({"TERM": "linux"}, {"kind": Tty}),
    "ci": ({"CI": "true"}, {"kind": Tty}),
}


@pytest.mark.parametrize(("env", "options"), NO_LINKS.values(), ids=NO_LINKS)
def test_no_links_where_nobody_follows_them(tmp_path, monkeypatch, env, options):
    assert "\x1b]8" in printed(small(tmp_path), kind=Tty)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert "\x1b]8" not in printed(small(tmp_path), **options)


def test_an_odd_id_is_encoded_in_its_link_and_one_too_long_has_none(tmp_path):
    found = links(printed(hostile(tmp_path, "a b\x1b\\;数\u202e"), kind=Tty))
    portal = [link for link in found if "portal" in link]
    assert portal
    assert all(re.fullmatch(r"https://portal\.azure\.com/#resource[A-Za-z0-9/._~%-]+", link) for link in portal)
    assert not [link for link in links(printed(hostile(tmp_path, "x" * 3000), kind=Tty)) if "portal" in link]


@pytest.mark.parametrize(
    ("reference", "link"),
    [
        (LEARN, LEARN),
        (f"{LEARN}?a=1&b=%20#c", f"{LEARN}?a=1&b=%20#c"),
        (f"{LEARN}/é", f"{LEARN}/%C3%A9"),
        ("http://learn.microsoft.com", None),
        ("javascript:alert(1)", None),
        (f"{LEARN} x", None),
        (f"{LEARN}\x1b", None),
    ],
)
def test_only_https_references_become_links(tmp_path, reference, link):
    rule = dataclasses.replace(next(rules()), references=(reference,))
    report = b.judge(b.snapshot(tmp_path, b.account(properties={"p1": False}), b.read()), rule)
    found = {each for each in links(printed(report, kind=Tty)) if "portal" not in each}
    assert found == {link} - {None}


def luminance(color, system):
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    shares = (part / 255 for part in Color.parse(color).downgrade(system).get_truecolor())
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


COLOURS = {name: getattr(console, name) for name in ("RED", "ORANGE", "GREEN", "TEAL", "BLUE", "PURPLE", "GREY")}


@pytest.mark.parametrize("color", COLOURS.values(), ids=COLOURS)
def test_each_colour_can_be_read_on_white_and_on_black(color):
    for system, least in ((ColorSystem.TRUECOLOR, 4.0), (ColorSystem.EIGHT_BIT, 3.8)):
        light = luminance(color, system)
        assert min(1.05 / (light + 0.05), (light + 0.05) / 0.05) >= least


def test_every_style_is_one_of_the_colours():
    used = {*console.SEVERITY_STYLE.values(), *console.OUTCOME_STYLE.values()}
    assert {style.split()[-1] for style in used} == {*COLOURS.values()}
    assert not [style for style in used if "dim" in style.split()]


@pytest.mark.parametrize("color", COLOURS.values(), ids=COLOURS)
def test_sixteen_colours_leave_out_those_too_pale_for_white(color):
    """Green, yellow, cyan, white and their bright ones: 2, 3, 6, 7 and 10, 11, 14, 15."""
    few, many = (
        console.Screen(Console(color_system=system), 80, blocks=True, links=False) for system in ("standard", "256")
    )
    assert many.style(f"bold {color}") == Style.parse(f"bold {color}")
    found = few.style(f"bold {color}")
    assert found.bold
    number = found.color.downgrade(ColorSystem.STANDARD).number if found.color else 0
    assert number in (0, 1, 4, 5, 8, 9, 12, 13)
    assert (found.color is None) is (color in console.PALE)


# --- encodings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1", "cp932"])
@pytest.mark.parametrize("kind", [io.TextIOWrapper, Tty])
def test_an_encoding_without_blocks_has_bars_of_ascii(tmp_path, monkeypatch, encoding, kind):
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "a").mkdir()
    found = printed(small(tmp_path), kind=kind, encoding=encoding)
    bare_ = LINK.sub("", SGR.sub("", found))
    assert "security     ###===......     50    33    capacity    ###===......     50    33\n" in bare_
    assert bare_.isascii()
    odd = LINK.sub(
        "", SGR.sub("", printed(hostile(tmp_path / "a", "数据 é 🦊 “x” " * 9), kind=kind, encoding=encoding))
    )
    assert max(map(cell_len, odd.splitlines())) <= 80
    assert "\\U0001f98a" in odd
    assert "..." in odd


def test_an_ascii_screen_shows_the_same_lines(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    expected = (DATA / "small-140.txt").read_text(encoding="utf-8")
    said = expected.translate(str.maketrans("█▒·“”’", '#=.""\''))
    assert printed(small(tmp_path), encoding="ascii") == said


# --- texts from outside -------------------------------------------------------------------------------------


def margin(lines):
    """What stands at the margin, below the head, less what sentences and notices say."""
    kept = [line for line in lines if not line.startswith(" ")]
    start = next(at for at, line in enumerate(kept) if line.startswith("Grade"))
    return [line if line[:2] not in ("- ", "! ") else line[:2] for line in kept[start:]]


def test_hostile_texts_reach_every_section(tmp_path):
    report = hostile(tmp_path, HOSTILE)
    assert {f.outcome for f in report.findings()} == {"fail", "unknown", "error", "manual"}
    assert report.gaps and report.notices and report.crashed and report.ruleset.off
    lines = "\n".join(plain_at(report, 140))
    for heading in (
        "Worst findings",
        "Fix first",
        "What could not be told",
        "Questions",
        "Waivers:",
        "Gate: not met",
    ):
        assert f"\n{heading}" in lines


@pytest.mark.parametrize("width", [40, 80, 140])
@pytest.mark.parametrize("every", [False, True])
def test_hostile_texts_leave_the_margin_to_the_frame(tmp_path, width, every):
    (tmp_path / "a").mkdir()
    found = plain_at(hostile(tmp_path, HOSTILE), width, every=every)
    benign = plain_at(hostile(tmp_path / "a", "words"), width, every=every)
    assert margin(found) == margin(benign)
    assert not UNSAFE.search("".join(found))
    assert "[bold red]x[/]" in found[0]


def test_hostile_texts_send_no_code_of_their_own(tmp_path):
    found = printed(hostile(tmp_path, HOSTILE), kind=Tty, every=True)
    assert not UNSAFE.search(LINK.sub("", SGR.sub("", found)))
    assert not [
        link for link in links(found) if not link.startswith((f"{LEARN}", "https://portal.azure.com/#resource"))
    ]
    assert "\\x1b[2J" in found


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200), width=st.integers(40, 200))
def test_no_text_at_all_breaks_a_line(tmp_path_factory, text, width):
    report = hostile(tmp_path_factory.mktemp("any"), f"_{text}_")
    lines = plain_at(report, width, every=True)
    assert max(map(cell_len, lines)) <= width
    assert not UNSAFE.search("".join(lines))
    assert margin(lines) == margin(plain_at(hostile(tmp_path_factory.mktemp("same"), "words"), width, every=True))


# --- cut lists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "shown"), [(99, 5), (100, 8)])
def test_long_lists_are_cut_and_say_how_many_more(tmp_path, width, shown):
    made = [b.rule("require: {field: properties.on, equals: true}", id=f"TEST-{n:03}") for n in range(20)]
    lines = plain_at(b.judge(b.snapshot(tmp_path, b.account(properties={"on": False}), b.read()), *made), width)
    assert sum(line.startswith("  high      TEST-") for line in lines) == shown
    assert f"  … and {20 - shown} more rules: -o report.html" in lines


@pytest.mark.parametrize(("count", "more"), [(1, []), (2, ["and 1 more"]), (12, ["and 11 more"])])
def test_a_rule_stands_once_with_how_many_it_fails_on(tmp_path, count, more):
    bodies = [b.account(f"a{n:02}", {"on": False}) for n in range(count)]
    rule = b.rule("require: {field: properties.on, equals: true}")
    lines = plain_at(b.judge(b.snapshot(tmp_path, *bodies, b.read(count=count)), rule), 80)
    [line] = [line for line in lines if line.startswith("  high ")]
    assert line == " ".join(["  high      TEST-001  a00", *more])


def test_notices_and_reasons_are_cut_too(tmp_path):
    report = small(tmp_path)
    many = dataclasses.replace(
        report,
        notices=tuple(f"notice {n}" for n in range(9)),
        gate=dataclasses.replace(report.gate, reasons=tuple(f"reason {n}" for n in range(11))),
    )
    lines = plain_at(many, 80)
    assert "! notice 5" in lines
    assert "! notice 6" not in lines
    assert "  … and 3 more notices: -o report.html" in lines
    assert lines[-2:] == ["  reason 9", "  … and 1 more reason: -o report.html"]


def test_all_lists_every_finding_before_the_gate(tmp_path):
    report = small(tmp_path)
    lines = plain_at(report, 140, every=True)
    begin, end = lines.index("All findings"), lines.index("Gate: not met")
    found = [line.split()[:3] for line in lines[begin:end] if "TEST-" in line and not line.startswith("   ")]
    assert len(found) == len(b.findings(report)) == 13
    assert ["waived", "TEST-003", "chat-dev"] in found
    assert found[0] == ["fail", "TEST-001", "chat-dev"]


def test_without_gaps_the_gravest_say_why_they_could_not_be_told(tmp_path):
    rule = b.rule("require: {field: properties.on, less: 3}")
    lines = plain_at(b.judge(b.snapshot(tmp_path, b.account(properties={"on": "x"}), b.read()), rule), 80)
    at = lines.index("What could not be told   1 verdict: 1 high")
    assert lines[at + 1] == "  high      TEST-001  chat"
    assert lines[at + 2].startswith("            on is x")
    assert lines[at + 3] == "  Left open: TEST-001"


def test_a_crash_is_loud(tmp_path):
    lines = plain_at(hostile(tmp_path, "words"), 80)
    assert "! A rule crashed. 2 verdicts could not be made because of a fault in the tool;" in lines
    assert [line for line in lines if line.startswith("            the rule crashed: RuntimeError: words")]
