"""Tags that a resource must carry.

Each required tag is a name, or several with `|` between them that mean the same (`env|environment`). Names compare
without case, as Azure does; an empty value is no tag.
https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources
"""

from __future__ import annotations

from dataclasses import dataclass

from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource
from readiness.paths import Path, reader


@dataclass(frozen=True, slots=True)
class TagsPresent:
    """`required` are the tags' names, with `|` between those that mean the same."""

    required: tuple[str, ...]


def tags_present(subject: Resource, params: TagsPresent, world: World) -> Decision:
    """Fails with each tag that is missing or empty; unknown where tags could not be read; not without names."""
    wanted = [names for text in params.required if (names := names_of(text))]
    if not wanted:
        return Decision(Outcome.NOT_APPLICABLE, message="no tag is required")
    judged = [_judged(subject, names, world) for names in wanted]
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        found = tuple(evidence for own, evidence in judged if own is outcome)
        if found:
            return Decision(outcome, found)
    return Decision(Outcome.PASS, tuple(evidence for _, evidence in judged))


def names_of(text: Json) -> list[str]:
    """The names in `env|environment`, blanks taken off."""
    return [name.strip() for name in text.split("|") if name.strip()] if isinstance(text, str) else []


def _judged(subject: Resource, names: list[str], world: World) -> tuple[Outcome, Evidence]:
    """The first name that has a value decides; else one that could not be read; else the tag is missing."""
    expected = "a value" if len(names) == 1 else f"a value of {', '.join(names[:-1])} or {names[-1]}"
    empty, unread = "not set", ""
    for name in names:
        path = Path(f"tags.{name}", ("tags", name))
        value = reader(path)(subject, subject)
        if value is UNKNOWN:
            unread = world.why_unknown(subject, path, None)
        elif isinstance(value, str) and not value.strip():
            empty = "not set: an empty text is no value"
        elif isinstance(value, str | int | float):
            return Outcome.PASS, Evidence(path.text, value, expected)
        elif value is not None:
            unread = "is no text"
    if unread:
        return Outcome.UNKNOWN, Evidence(f"tags.{names[0]}", None, expected, unread)
    return Outcome.FAIL, Evidence(f"tags.{names[0]}", None, expected, empty)
