"""What a report says of its profile; the default one, which changes nothing, is not named."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.render.shown import value
from readiness.render.texts import say
from readiness.render.words import some
from readiness.report import Report
from readiness.ruleset import Override


def profile_line(report: Report) -> str | None:
    """`poc: 13 rules off, 12 rules changed`; None for the default profile."""
    profile = report.profile
    if profile.is_default:
        return None
    off = sum(bool(o.off) for o in profile.overrides.values())
    changed = len(profile.overrides) - off
    said = [say("profile.off", rules=some(off, "rule"))] if off else []
    said += [say("profile.changed", rules=some(changed, "rule"))] if changed else []
    return say("profile.value", profile=profile.name, what=", ".join(said) or say("profile.nothing"))


def changes(report: Report) -> Iterator[tuple[str, str, str]]:
    """The rules of a run that the profile changes: the id, what is changed, and why."""
    there = {rule.id for rule, _ in report.counted}
    for rule_id, override in sorted(report.profile.overrides.items()):
        if rule_id in there:
            yield rule_id, ", ".join(_said(override)), override.reason or say("no_reason")


def _said(override: Override) -> Iterator[str]:
    if override.severity:
        yield say("profile.severity", severity=override.severity)
    for name, given in override.parameters.items():
        yield say("profile.parameter", parameter=name, value=value(given))
