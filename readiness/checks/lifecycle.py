"""The stage of its life that a region's list gives a deployment's model: retired, announced, preview.

`Deprecated` means retired: calls get 410. `Deprecating` and `Legacy` are announced, and still answer.
https://learn.microsoft.com/rest/api/aiservices/accountmanagement/models/list (ModelLifecycleStatus)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from readiness import dates
from readiness.checks.deployed_models import absence_proved, joined, not_listed, seen, tuned
from readiness.conditions import World
from readiness.model import Decision, Evidence, Outcome, Resource
from readiness.models import Deployed, Model
from readiness.paths import Path, reader

STATE: Final = Path.parse("properties.provisioningState")
_READ_STATE: Final = reader(STATE)
STATUS: Final = "model.lifecycleStatus"
ENDED: Final = {
    "deprecated": "is retired: calls to it get 410",
    "deprecating": "is on its way out: it answers until its date, and new customers can't deploy it",
    "legacy": "is a legacy version: it answers until its date, and is no longer recommended",
}
CURRENT: Final = ("generallyavailable", "stable")
PREVIEW: Final = "preview"


@dataclass(frozen=True, slots=True)
class NotRetired:
    """Takes nothing."""


@dataclass(frozen=True, slots=True)
class NotPreview:
    """Takes nothing."""


def not_retired(subject: Resource, params: NotRetired, world: World) -> Decision:
    """Fails for a model that is retired, announced, or in no list any more; unknown where the list may lack it."""
    found = joined(subject, world)
    if isinstance(found, Decision):
        return found
    if found.tuned:
        return Decision(Outcome.UNKNOWN, (tuned(found),))
    if found.model is None:
        return _absent(subject, found)
    return _ended(found, found.model, world)


def _absent(subject: Resource, found: Deployed) -> Decision:
    if not absence_proved(found):
        return Decision(Outcome.UNKNOWN, (not_listed(found),))
    state = _READ_STATE(subject, subject)
    evidence = [not_listed(found)]
    if isinstance(state, str):
        confirms = state.casefold() == "disabled"
        note = "as the deployments of retired models are" if confirms else "the deployment itself does not say so"
        evidence.append(Evidence(STATE.text, state, note=note))
    listed = sorted(m.version for m in found.versions.values())
    others = f" (listed are {', '.join(listed)})" if listed else ""
    told = f"{found.title} is not in the region's list for {found.kind} accounts{others}: it has probably retired"
    return Decision(Outcome.FAIL, tuple(evidence), told)


def _ended(found: Deployed, model: Model, world: World) -> Decision:
    status = (model.lifecycle or "").casefold()
    evidence = seen(model, STATUS, model.lifecycle, "GenerallyAvailable, Stable or Preview")
    if status in ENDED:
        instead = f"; {model.replacement} replaces it" if model.replacement else ""
        return Decision(Outcome.FAIL, (evidence,), f"{model.title} {ENDED[status]}{instead}")
    if status not in (*CURRENT, PREVIEW):
        note = "no stage that is known here" if status else "the list names no stage"
        return Decision(Outcome.UNKNOWN, (seen(model, STATUS, model.lifecycle, None, note),))
    passed = [r for r in model.retirements(found.sku)[0] if r.at <= world.as_of]
    if not passed:
        return Decision(Outcome.PASS, (evidence,))
    sure = (passed[0].status or "").casefold() == "planned"
    note = "this day has passed" + ("" if sure else f", and the list still calls it {model.lifecycle}")
    date = seen(model, passed[0].path, dates.shown(passed[0].at), "a date to come", note)
    return Decision(Outcome.FAIL if sure else Outcome.UNKNOWN, (date, seen(model, STATUS, model.lifecycle)))


def not_preview(subject: Resource, params: NotPreview, world: World) -> Decision:
    """Fails for a preview; not applicable to a model on its way out, which `not_retired` judges."""
    found = joined(subject, world)
    if isinstance(found, Decision):
        return found
    if found.tuned or found.model is None:
        return Decision(Outcome.UNKNOWN, (tuned(found) if found.tuned else not_listed(found),))
    model = found.model
    status = (model.lifecycle or "").casefold()
    evidence = seen(model, STATUS, model.lifecycle, "GenerallyAvailable or Stable")
    if status == PREVIEW:
        told = f"{model.title} is a preview: it may retire at 30 days' notice, and has no service level agreement"
        return Decision(Outcome.FAIL, (evidence,), told)
    if status in CURRENT:
        return Decision(Outcome.PASS, (evidence,))
    known = status in ENDED
    note = "AOAI-LIF-002 judges what is on its way out" if known else "no stage that is known here"
    told_as = seen(model, STATUS, model.lifecycle, None, note)
    return Decision(Outcome.NOT_APPLICABLE if known else Outcome.UNKNOWN, (told_as,))
