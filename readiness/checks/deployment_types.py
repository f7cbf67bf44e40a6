"""Deployment types: what pays for a model deployment, and how far from home its prompts are processed.

Names compare without case. A name that is not here can't be judged: new types appear, and nothing follows from how
they are spelled.
https://learn.microsoft.com/azure/foundry/foundry-models/concepts/deployment-types
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from readiness.model import Json


class Family(StrEnum):
    """What a deployment is paid by."""

    STANDARD = "standard"
    PROVISIONED = "provisioned"
    BATCH = "batch"
    DEVELOPER = "developer"


class Reach(IntEnum):
    """Where prompts may be processed; a higher one is wider. Data at rest stays in the region in any case."""

    REGION = 0
    DATA_ZONE = 1
    GLOBAL = 2


IN_WORDS: Final = {
    Reach.REGION: "in the account's region",
    Reach.DATA_ZONE: "anywhere in its data zone",
    Reach.GLOBAL: "in any Azure region",
}


@dataclass(frozen=True, slots=True)
class DeploymentType:
    """A deployment type as `sku.name` says it."""

    name: str
    family: Family
    reach: Reach


TYPES: Final = (
    DeploymentType("Standard", Family.STANDARD, Reach.REGION),
    DeploymentType("GlobalStandard", Family.STANDARD, Reach.GLOBAL),
    DeploymentType("DataZoneStandard", Family.STANDARD, Reach.DATA_ZONE),
    DeploymentType("ProvisionedManaged", Family.PROVISIONED, Reach.REGION),
    DeploymentType("GlobalProvisionedManaged", Family.PROVISIONED, Reach.GLOBAL),
    DeploymentType("DataZoneProvisionedManaged", Family.PROVISIONED, Reach.DATA_ZONE),
    DeploymentType("GlobalBatch", Family.BATCH, Reach.GLOBAL),
    DeploymentType("DataZoneBatch", Family.BATCH, Reach.DATA_ZONE),
    DeploymentType("DeveloperTier", Family.DEVELOPER, Reach.GLOBAL),
    DeploymentType("Provisioned", Family.PROVISIONED, Reach.REGION),
    DeploymentType("Manual", Family.PROVISIONED, Reach.REGION),
)
"""All that are known; the last two are names of before `ProvisionedManaged`."""

_BY_NAME: Final = {t.name.casefold(): t for t in TYPES}


def deployment_type(name: Json) -> DeploymentType | None:
    """The type that a `sku.name` says; None if it is none of the known ones."""
    return _BY_NAME.get(name.casefold()) if isinstance(name, str) else None
