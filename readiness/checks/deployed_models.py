"""What the checks of a deployment's model share: the join to its region's list, and why it is not told.

Fine-tuned models retire on a schedule of their own, which the lists of regions do not carry.
https://learn.microsoft.com/azure/ai-services/openai/concepts/model-retirements
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from readiness.checks.llm_accounts import KIND, is_llm
from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Decision, Evidence, Outcome, Resource
from readiness.models import MODELS, READERS, Deployed, Model, deployed, missing_part

OWN_DATES: Final = (
    "a fine-tuned model has dates of its own, which the region's list does not carry: the account's own list has them"
)


def joined(subject: Resource, world: World) -> Deployed | Decision:
    """What a deployment runs; a decision where its account holds no language models, or the join can't be made."""
    known = _known(world)
    if subject.key not in known:
        known[subject.key] = _joined(subject, world)
    return known[subject.key]


@lru_cache(maxsize=2)
def _known(world: World) -> dict[str, Deployed | Decision]:
    """The joins of a world, by the deployment's key: six rules ask for each."""
    return {}


def _joined(subject: Resource, world: World) -> Deployed | Decision:
    account = next((a for a in world.related(subject, "parent", None).items if isinstance(a, Resource)), None)
    if account is None:
        return Decision(Outcome.UNKNOWN, (Evidence("kind", note="the account of the deployment was not read"),))
    if is_llm(account) is False:
        return Decision(Outcome.NOT_APPLICABLE, (Evidence(KIND.text, READERS[KIND](account, account)),))
    found = deployed(subject, account, world)
    return found if found else Decision(Outcome.UNKNOWN, (_missing(subject, account, world),))


def _missing(subject: Resource, account: Resource, world: World) -> Evidence:
    part = missing_part(subject, account)
    if part is None:
        return Evidence("location", note="the account names no region", resource=account.id)
    item, path = part
    value = READERS[path](item, item)
    note = world.why_unknown(item, path, None) if value is UNKNOWN else "does not say which model this is"
    return Evidence(path.text, None if value is UNKNOWN else value, note=note, resource=item.id)


def tuned(found: Deployed) -> Evidence:
    """Why nothing can be told of a fine-tuned model."""
    return Evidence("properties.model.name", found.name, note=OWN_DATES)


def not_listed(found: Deployed) -> Evidence:
    """What was looked for in the region's list, and not found, or not seen."""
    if found.region.lost:
        return Evidence(MODELS, note=lost_in_words(found.region.lost[0]), resource=found.region.id)
    if not found.region.offers_anything(found.kind):
        note = f"the list has no model at all for accounts of kind {found.kind}: it can't be whole"
        return Evidence(MODELS, note=note, resource=found.region.id)
    return Evidence(MODELS, note=f"{found.title} is not listed for {found.kind} accounts", resource=found.region.id)


def absence_proved(found: Deployed) -> bool:
    """Whether a model that was not found is certain not to be listed."""
    return not found.region.lost and found.region.offers_anything(found.kind)


def seen(
    model: Model, path: str, observed: str | None, expected: str | None = None, note: str | None = None
) -> Evidence:
    """What a region's list says of a model, under the record's own id."""
    return Evidence(path, observed, expected, note, model.id)
