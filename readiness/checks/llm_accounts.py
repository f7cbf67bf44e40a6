"""Accounts that hold language models, of a workload or an estate, and what is not known of them.

Kinds: https://learn.microsoft.com/azure/ai-services/multi-service-resource
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from readiness.conditions import World
from readiness.conditions.lists import lost_in_words
from readiness.model import UNKNOWN, Environment, Evidence, Json, Related, Resource, Truth
from readiness.paths import Path, reader

ACCOUNTS: Final = "Microsoft.CognitiveServices/accounts"
DEPLOYMENTS: Final = "Microsoft.CognitiveServices/accounts/deployments"
KINDS: Final = ("openai", "aiservices")
KIND: Final = Path.parse("kind")
MODEL: Final = tuple(reader(Path.parse(f"properties.model.{part}")) for part in ("format", "name"))
_READ_KIND: Final = reader(KIND)


@dataclass(frozen=True, slots=True)
class Placed:
    """An account with its environment: UNKNOWN where that, or whether it holds language models, was not read."""

    account: Resource
    environment: Environment
    why: str


def is_llm(account: Resource) -> Truth:
    """Whether an account holds language models, by its kind."""
    kind = _READ_KIND(account, account)
    return None if kind is UNKNOWN else isinstance(kind, str) and kind.casefold() in KINDS


def placed(accounts: Related, world: World) -> Iterator[Placed]:
    """The language-model accounts of a list, each with its environment."""
    for account in accounts.items:
        if not isinstance(account, Resource):
            continue
        truth = is_llm(account)
        if truth is None:
            yield Placed(account, Environment.UNKNOWN, world.why_unknown(account, KIND, None))
        elif truth:
            yield Placed(account, *world.environment(account))


def model_of(deployment: Resource) -> Json:
    """A deployment's model as `OpenAI gpt-4o`, without its version; UNKNOWN where it was not read."""
    parts = [read(deployment, deployment) for read in MODEL]
    if UNKNOWN in parts or not isinstance(parts[1], str):
        return UNKNOWN
    return f"{parts[0] or 'OpenAI'} {parts[1]}"


def lists_lost(found: Related) -> list[Evidence]:
    """What keeps a list from being whole."""
    return [Evidence(lost.type, note=lost_in_words(lost), resource=lost.scope or None) for lost in found.lost]
