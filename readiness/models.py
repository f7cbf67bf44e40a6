"""The models that a region offers a subscription, and which of them a deployment runs.

A region lists a model once for each kind of account, and its dates are those of that kind in that region: what a
deployment runs is found by its account's kind and its model's format, name and version, all without letter case. A
model's own date is in `deprecation.inference`, that of a way to deploy it in `skus[].deprecationDate`; either may be
absent.
Shape: https://learn.microsoft.com/rest/api/aiservices/accountmanagement/models/list
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Protocol, TypeAlias

from readiness import dates
from readiness.arm import region_of, subscription_of
from readiness.model import UNKNOWN, Json, Lost, Reason, Related, Resource
from readiness.paths import Path, reader

LOCATIONS: Final = "Microsoft.CognitiveServices/locations"
MODELS: Final = f"{LOCATIONS}/models"
OPENAI: Final = "OpenAI"
"""The format of a model that names none."""
KIND: Final = Path.parse("kind")
LOCATION: Final = Path.parse("location")
FORMAT: Final = Path.parse("properties.model.format")
NAME: Final = Path.parse("properties.model.name")
VERSION: Final = Path.parse("properties.model.version")
SKU: Final = Path.parse("sku.name")
SOURCES: Final = tuple(reader(Path.parse(f"properties.model.{key}")) for key in ("source", "sourceAccount"))
READERS: Final = {path: reader(path) for path in (KIND, LOCATION, FORMAT, NAME, VERSION, SKU)}
BODY: Final = (reader(KIND), reader(Path.parse("model")))
TUNED: Final = (".ft-", ":ft-", "ft:")
"""What the name of a fine-tuned model has in it: `gpt-4o-2024-08-06.ft-0e208cf3`, `ft:gpt-4o:contoso`."""

Key: TypeAlias = tuple[str, str, str]
"""An account's kind, a model's format and name, folded."""


class Lists(Protocol):
    """What the join asks of what was read; the same world is the same object."""

    def __hash__(self) -> int:
        """By identity: what was worked out for one world is remembered by it."""

    def related(self, subject: Resource, relation: str, type_: str | None) -> Related:
        """The resources in a relation to one."""


@dataclass(frozen=True, slots=True)
class Retirement:
    """A date on which deployments stop, where it was read, and how sure it is: `Planned`, `Tentative` or None."""

    at: datetime
    path: str
    status: str | None

    @property
    def tentative(self) -> bool:
        """Whether the date is an estimate that may change."""
        return (self.status or "").casefold() == "tentative"

    def days_left(self, as_of: datetime) -> int:
        """Calendar days (UTC) until then, negative once it has passed."""
        return (self.at.astimezone(UTC).date() - as_of.astimezone(UTC).date()).days


@dataclass(frozen=True, slots=True)
class ModelSku:
    """A way to deploy a model; `date` as it was read, `usage_name` is the quota pool that it draws from."""

    name: str
    usage_name: str | None
    date: Json


@dataclass(frozen=True, slots=True)
class Model:
    """A version of a model, as a region lists it for a kind of account; `date` as it was read.

    `skus` by folded name, None where the list does not say; `replacement` is what the service would upgrade to,
    `lead_days` how long before the date it begins.
    """

    id: str
    kind: str
    format: str
    name: str
    version: str
    lifecycle: str | None
    is_default: bool
    date: Json
    date_status: str | None
    created: datetime | None
    embeds: bool
    skus: Mapping[str, ModelSku] | None
    replacement: str | None
    lead_days: int | None

    @property
    def title(self) -> str:
        """Name and version, for a person."""
        return f"{self.name} {self.version}" if self.version else self.name

    def sku(self, name: Json) -> ModelSku | None:
        """The way to deploy it that a `sku.name` says; None if the list has no such."""
        return (self.skus or {}).get(name.casefold()) if isinstance(name, str) else None

    def retirements(self, sku: Json) -> tuple[list[Retirement], list[str]]:
        """The dates of the model and of a `sku.name`, the earliest first, and the paths of what is no date."""
        found = {"model.deprecation.inference": self.date}
        listed = self.sku(sku)
        if listed:
            found[f"model.skus[{listed.name}].deprecationDate"] = listed.date
        parsed = {path: dates.parse(value) for path, value in found.items() if value is not None}
        known = [Retirement(at, path, self.date_status) for path, at in parsed.items() if at]
        return sorted(known, key=lambda r: r.at), [path for path, at in parsed.items() if not at]


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """What a region offers a subscription: versions by folded name, for each kind, format and name of a model."""

    id: str
    models: Mapping[Key, Mapping[str, Model]] = field(default_factory=dict)
    lost: tuple[Lost, ...] = ()

    def versions(self, kind: str, format_: str, name: str) -> Mapping[str, Model]:
        """The listed versions of a model for a kind of account, by folded version."""
        return self.models.get((kind.casefold(), format_.casefold(), name.casefold()), {})

    def offers_anything(self, kind: str) -> bool:
        """Whether it lists any model for a kind of account: a region that lists none says nothing of one."""
        return any(key[0] == kind.casefold() for key in self.models)

    def usage_names(self) -> dict[str, str]:
        """The quota pools that its models draw from, by folded name."""
        skus = (s for versions in self.models.values() for m in versions.values() for s in (m.skus or {}).values())
        return {sku.usage_name.casefold(): sku.usage_name for sku in skus if sku.usage_name}


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment runs: its model as it says it, and as its region lists it (None: it does not).

    `tuned` says that it is a fine-tuned model, which no region lists and which retires on dates of its own.
    """

    kind: str
    format: str
    name: str
    version: str
    sku: Json
    region: Region
    tuned: bool

    @property
    def title(self) -> str:
        """Name and version, for a person."""
        return f"{self.name} {self.version}" if self.version else self.name

    @property
    def model(self) -> Model | None:
        """The model as the region lists it."""
        return self.versions.get(self.version.casefold())

    @property
    def versions(self) -> Mapping[str, Model]:
        """All versions of the model that the region lists for the kind, by folded version."""
        return self.region.versions(self.kind, self.format, self.name)

    @property
    def embeds(self) -> bool:
        """Whether it makes embeddings, by the list, else by its name."""
        return self.model.embeds if self.model else "embed" in self.name.casefold()


# --- regions -----------------------------------------------------------------------------------------------------


def region_id(account: Resource) -> str | None:
    """The path under which a subscription's region lists models, usages and capacities; None where it is unclear."""
    region = region_of(READERS[LOCATION](account, account))
    subscription = subscription_of(account.id)
    return f"{subscription.lower()}/providers/{LOCATIONS}/{region}" if region and subscription else None


def region_resource(path: str) -> Resource:
    """A region of a subscription as something to ask for its children."""
    return Resource({}, id=path, key=path.lower(), type=LOCATIONS)


@lru_cache(maxsize=2048)
def offered(lists: Lists, path: str) -> Region:
    """What a region, by its path, offers; read once for all deployments in it."""
    found = lists.related(region_resource(path), "children", MODELS)
    models: dict[Key, dict[str, Model]] = {}
    unclear: list[Lost] = []
    for item in found.items:
        if not isinstance(item, Resource):
            continue
        model = listed_model(item)
        if model is None:
            unclear.append(Lost(item.id, MODELS, Reason.UNPARSABLE))
        else:
            key = (model.kind.casefold(), model.format.casefold(), model.name.casefold())
            models.setdefault(key, {})[model.version.casefold()] = model
    return Region(path, models, (*found.lost, *unclear))


def listed_model(record: Resource) -> Model | None:
    """A record of a region's list; None where it does not say which model it is."""
    kind, body = (read(record, record) for read in BODY)
    if not isinstance(kind, str) or not isinstance(body, dict) or not isinstance(body.get("name"), str):
        return None
    ends, replaced = _dict(body.get("deprecation")), _dict(body.get("replacementConfig"))
    return Model(
        id=record.id,
        kind=kind,
        format=_text(body.get("format")) or OPENAI,
        name=body["name"],
        version=_text(body.get("version")) or "",
        lifecycle=_text(body.get("lifecycleStatus")),
        is_default=_is_true(body.get("isDefaultVersion")),
        date=ends.get("inference"),
        date_status=_text(ends.get("deprecationStatus")),
        created=dates.parse(_dict(body.get("systemData")).get("createdAt")),
        embeds=_is_true(_dict(body.get("capabilities")).get("embeddings")),
        skus=_skus(body.get("skus")),
        replacement=" ".join(_texts(replaced, "targetModelName", "targetModelVersion")) or None,
        lead_days=_whole(replaced.get("upgradeOnExpiryLeadTimeDays")),
    )


def _skus(value: Json) -> dict[str, ModelSku] | None:
    if not isinstance(value, list):
        return None
    named = (sku for sku in value if isinstance(sku, dict) and isinstance(sku.get("name"), str))
    return {
        sku["name"].casefold(): ModelSku(sku["name"], _text(sku.get("usageName")), sku.get("deprecationDate"))
        for sku in named
    }


def _dict(value: Json) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(body: dict[str, Any], *keys: str) -> Iterator[str]:
    return (text for key in keys if (text := _text(body.get(key))))


def _is_true(value: Json) -> bool:
    return str(value).casefold() == "true"


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


# --- deployments -------------------------------------------------------------------------------------------------


def deployed(deployment: Resource, account: Resource, lists: Lists) -> Deployed | None:
    """What a deployment of an account runs; None where a part is not known that it is joined by (`missing_part`)."""
    path = region_id(account)
    kind, model_format = READERS[KIND](account, account), READERS[FORMAT](deployment, deployment)
    name, version = (READERS[path](deployment, deployment) for path in (NAME, VERSION))
    if path is None or missing_part(deployment, account) is not None:
        return None
    sku = READERS[SKU](deployment, deployment)
    return Deployed(
        kind=kind,
        format=model_format or OPENAI,
        name=name,
        version=version or "",
        sku=None if sku is UNKNOWN else sku,
        region=offered(lists, path),
        tuned=is_tuned(deployment),
    )


def missing_part(deployment: Resource, account: Resource) -> tuple[Resource, Path] | None:
    """The first part that the join needs and that is not known, with whose it is; None if there is none."""
    for item, path in ((account, KIND), (account, LOCATION), (deployment, NAME), (deployment, VERSION)):
        value = READERS[path](item, item)
        if not isinstance(value, str) or not value:
            return item, path
    form = READERS[FORMAT](deployment, deployment)
    return None if form is None or isinstance(form, str) else (deployment, FORMAT)


def is_tuned(deployment: Resource) -> bool:
    """Whether a deployment runs a fine-tuned model: by its name, or as it says where the model comes from."""
    name = READERS[NAME](deployment, deployment)
    if isinstance(name, str) and any(mark in name.casefold() for mark in TUNED):
        return True
    return any(isinstance(value, str) and value for value in (read(deployment, deployment) for read in SOURCES))
