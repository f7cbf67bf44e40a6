"""A report in which every field that a format prints is filled with one text from outside."""

import dataclasses
import json

import builders as b

from readiness.config import Config, ReportWords
from readiness.gate import Asked
from readiness.model import Severity, Waiver
from readiness.ruleset import Override

PLAIN = "words"
"""A text that means nothing in any format."""
TEXTS = (
    "\"'><script>alert(1)</script></style></title><!--<img src=x onerror=alert(2)>{{ 7 * 7 }}&amp;</",
    "a|b\\|c\\\\|d\\",
    "`code` ``two`` ```three",
    "**bold** _under_ ~~gone~~ *",
    "[x](javascript:alert(1)) ![y](z) [z]: /u [^1]",
    "@somebody and #123, org/repo#4, GH-5, deadbeef1234 :bug: $x$ !6 %7",
    "www.a.example https://a.example/x mailto:a@b.example a@b.example <https://a.example> x",
    "# heading",
    "- item",
    "1. item",
    "> quoted",
    "---",
    "===",
    "    indented",
    "line\nbreak\r\n\n# after\tit",
    "</details></summary><details open>",
    "&lt;b&gt; &#64;x &copy;",
    "\u202egnirts\u2066x\u200b\ufeff\x1b[31m\x00\x7f\u2028z",
    "=1+1",
    " \t=cmd|' /C calc'!A0",
    "＝1+1;@SUM(1)",
    "[red]rich[/red] \\[x]",
    "\u00a0nbsp\u3000",
    "x" * 10_000,
    "`" * 10_000,
)
"""Texts that mean something in some format."""


class Boom:
    """A condition that crashes and says something."""

    def __init__(self, said):
        self.said = said

    def compile(self, bound):
        return lambda *_: self.explain()

    def explain(self, *_):
        raise RuntimeError(self.said)


def rules(text):
    """A rule for each outcome, all that they say being the text."""
    said = json.dumps(text)
    head = {
        "title": said,
        "rationale": said,
        "remediation": f"{{summary: {said}}}",
        "references": ["javascript:alert(1)", text, "https://learn.microsoft.com/azure/x", f"https://x/ {text}"],
    }
    asks = f"attest: {{question: {said}, guidance: {said}}}\ntests: []"
    crash = b.rule("require: {field: name, exists: true}", id="TEST-005", **head)
    return (
        b.rule("require: {field: properties.x, equals: 1}", id="TEST-001", **head),
        b.rule("require: {field: properties.y, equals: 1}", id="TEST-002", **head),
        b.rule(asks, id="TEST-003", resource="estate", title=said),
        b.rule("require: {field: properties.z, equals: 1}", id="TEST-004", **head),
        dataclasses.replace(crash, require=Boom(text)),
        b.rule("require: {field: name, exists: true}", id="TEST-006", **head),
        b.rule("require: {field: name, exists: true}", id="TEST-007", **head),
        b.rule(asks, id="TEST-008", resource="estate", title=said),
    )


def report(folder, text, **options):
    """The report; in names, which end with it, the text has no slashes and no blanks at its end."""
    name = text.replace("/", "").rstrip()
    one = b.account(f"one{name}", {"x": text, "z": text}, tags={text: text}, location=text)
    two = b.account(f"two{name}", {"x": text, "z": text}, tags={text: text}, location=text)
    model = {"model": {"name": text, "version": text}, "versionUpgradeOption": text, "raiPolicyName": text}
    read = b.snapshot(
        folder,
        one,
        two,
        b.child(one, "deployments", f"gpt{name}", model, sku={"name": text, "capacity": 1}),
        b.metrics(one["id"], [1.0]),
        b.body(b.SUB, None, displayName=text),
        b.read(count=2),
        b.gap(one["id"], text, text, text, permission=text, message=text, code=text, status=403, operation=text),
        b.gap(two["id"], b.ACCOUNTS, "properties.y", "forbidden", permission=text, message=text),
        scope={"tags": {text: text}},
    )
    config = Config(
        shown=text,
        report=ReportWords(title=text, customer=text, author=text),
        overrides={"TEST-007": Override(off=True, reason=text)},
    )
    return b.judge(
        read,
        *rules(text),
        config=config,
        waivers=(Waiver("TEST-004", "*/accounts/two*", text, text, "2030-01-01", text),),
        asked=Asked(min_score=80.0, fail_on=Severity.HIGH),
        attestations=_answers(folder, text),
        **options,
    )


def _answers(folder, text):
    path = folder / "attestations.yaml"
    dates = {"date": "2025-01-01", "expires": "2030-01-01"}
    answer = {"rule": "TEST-008", "for": "estate", "answer": "pass", "evidence": text, "author": text, **dates}
    path.write_text(json.dumps({"attestations": [answer]}), encoding="utf-8")
    return path
