"""Copies of the sample estate in which every text that somebody could have written carries a hostile one.

The copy is judged as the sample is: names change in every id and wherever else they stand, tags change in the
configuration too, and what a rule compares (JUDGED) is left alone. With `every` that changes as well, and with it the
verdicts: then only a copy with harmless texts says what a format should look like.
"""

import gzip
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import yaml

from readiness import app, assets

AS_OF = datetime(2026, 10, 1, 6, tzinfo=UTC)
"""When the sample was collected."""
GIVEN_TYPES = (
    "config|defaultSecurityRules|defenderForAISettings|diagnosticSettingsCategories|diagnostics|locations|models|policies"
    "|policyDefinitions|pricings|privateDnsZones|privateLinkResources|providers|roleDefinitions"
    "|sharedPrivateLinkResources|skuCapacities|subscriptions|usages"
)
"""Types whose names are not the user's."""
GIVEN_NAMES = ("Microsoft.", "master")
"""How other names of Azure's begin: its content filters, the gateway's own subscription."""
GIVEN = re.compile(rf"(?:{GIVEN_TYPES})\Z", re.IGNORECASE)
ID = re.compile(r"/?(?:subscriptions|providers)/[^'\"]*\Z", re.IGNORECASE)
JUDGED = frozenset(
    """
    cloud subscriptions reason interval start aggregation
    type kind location identity.type sku.name zones gap.path metrics.name
    additionalLocations.platformVersion allowedFqdnList authType certificate.expiry encryption.keySource
    dataMasking.headers.mode dataMasking.headers.value deploymentState encryptionComplianceStatus enforcement
    hostName ipRules.value networkAcls.bypass networkAcls.defaultAction networkInjections.scenario platformVersion
    managedRuleSets.ruleSetAction managedRuleSets.ruleSetType minTlsVersion minimumTlsVersion
    policySettings.enabledState policySettings.mode pricingTier privateLinkServiceConnectionState.status
    contentFilters.name contentFilters.source contentFilters.severityThreshold properties.mode dimensions.IsSpillover
    dimensions.StatusCode capabilities.chatCompletion capabilities.responses minApiVersion
    properties.value properties.verbosity httpCorrelationProtocol loggerType request.headers properties.state
    properties.status properties.url protocols provisioningState publicNetworkAccess semanticSearch
    properties.serviceTier keyVaultProperties.keyVaultUri keyVaultProperties.keyVersion properties.vaultUri
    properties.keyUriWithVersion operationName.value status.value eventTimestamp systemData.createdAt
    properties.dateCreated properties.categoryType properties.categoryGroups logs.category logs.categoryGroup
    metrics.category allOf.metricName allOf.metricNamespace allOf.operator allOf.criterionType allOf.query allOf.field
    allOf.equals allOf.containsAny dimensions.name dimensions.operator dimensions.values emailReceivers.status
    properties.requiredZoneNames properties.groupId properties.peeringState properties.virtualNetworkLinkState
    properties.addressPrefix properties.nextHopType addressSpace.addressPrefixes
    properties.privateEndpointNetworkPolicies properties.virtualNetworkType properties.access properties.direction
    properties.protocol properties.sourceAddressPrefix properties.destinationAddressPrefix
    properties.destinationPortRange properties.sourcePortRange properties.level thresholdType properties.endpoint
    properties.customSubDomainName timePeriod.startDate timePeriod.endDate properties.category
    properties.enforcementMode effect.value effect.defaultValue permissions.actions permissions.notActions
    permissions.dataActions permissions.notDataActions properties.principalType properties.type
    properties.assignmentType properties.startDateTime properties.endDateTime workspaceCapping.dataIngestionStatus
    capabilities.embeddings model.format model.lifecycleStatus skus.name skus.deprecationDate deprecation.inference
    deprecation.fineTune properties.reservedResourceType properties.appliedScopeType properties.expiryDate
    properties.effectiveDateTime deprecation.deprecationStatus rateLimits.key dimensions.StreamType
    versionUpgradeOption Backend.Protocols.Ssl30 Backend.Protocols.Tls10 Backend.Protocols.Tls11
    Gateway.Security.Ciphers.TripleDes168 Security.Protocols.Ssl30 Security.Protocols.Tls10 Security.Protocols.Tls11
    """.split()  # noqa: SIM905 - sixty words in quotation marks would hide each other
)
"""The ends of the paths to words, dates and addresses that a rule compares."""
NAMED = (("AOAI-PERF-002", "not_interactive"), ("AOAI-PERF-003", "asynchronous"))
"""Parameters of the sample's configuration that name its deployments."""
NEVER = ("interval", "start", "collected_at", "schema")
"""What makes a snapshot one."""


@lru_cache(maxsize=1)
def records():
    """The sample's records."""
    text = gzip.decompress((assets.sample() / app.SAMPLE).read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


@lru_cache(maxsize=1)
def titles():
    """What subscriptions are called: their name is no part of their id."""
    bodies = (r["resource"] for r in records() if "resource" in r)
    return {body["name"] for body in bodies if body.get("type", "").lower() == "microsoft.resources/subscriptions"}


@dataclass(frozen=True)
class Copy:
    """A copy of the sample: each text with something before and after it, each name with what is before alone."""

    before: str
    after: str
    every: bool = False
    named: bool = True

    @cached_property
    def names(self):
        """What the parts of ids are called that users name, in lower case."""
        found = set()
        for body in (r["resource"] for r in records() if "resource" in r):
            parts = zip(body["id"].split("/"), replace(self, named=True).id(body["id"]).split("/"), strict=True)
            found |= {old.lower() for old, new in parts if old != new}
        return found

    # --- texts ------------------------------------------------------------------------------------------------

    def name(self, text):
        """A name as it stands in an id."""
        return self.before.replace("/", "") + text if self.named else text

    def tag(self, text):
        """A tag's name; a bar divides them in the parameters of a rule."""
        return self.name(text).replace("|", "").strip()

    def glob(self, text):
        """A name as it stands in a glob."""
        return _literal(self.name(text))

    def free(self, text):
        """A text that nothing compares."""
        return f"{self.before}{text}{self.after}"

    def id(self, text):
        """An id with other names."""
        parts = text.split("/")
        at = next((i for i, part in enumerate(parts) if part), 0)
        while at < len(parts):
            kind = parts[at].lower()
            if at + 1 < len(parts) and parts[at + 1] and not self._is_given(kind, parts[at + 1]):
                parts[at + 1] = self.name(parts[at + 1])
            at += 3 if kind == "providers" else 2
            if kind == "providers" and at < len(parts) and parts[at] and not self._is_given(parts[at - 1], parts[at]):
                parts[at] = self.name(parts[at])
            at += kind == "providers"
        return "/".join(parts)

    def _is_given(self, kind, name):
        if kind.lower() in ("providers", "subscriptions"):
            return True
        return not self.every and (bool(GIVEN.match(kind)) or name.startswith(GIVEN_NAMES))

    def text(self, text, path):
        """The text at a path of a record."""
        if not text or path.rpartition(".")[2] in NEVER:
            return text
        if ID.match(text):
            return self.id(text)
        if path == "resource.name" and text in titles():
            return self.free(text)
        if path == "resource.name":
            return "/".join(map(self._named, text.split("/")))
        given = is_judged(path) or (text.startswith(GIVEN_NAMES) and path != "gap.permission")
        if given and not self.every:
            return text
        return self.name(text) if text.lower() in self.names else self.free(text)

    def _named(self, text):
        return self.name(text) if text.lower() in self.names else text

    def value(self, value, path):
        """A JSON value at a path."""
        if isinstance(value, dict):
            return {self._key(key, path): self.value(inner, f"{path}.{key}") for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, path) for inner in value]
        return self.text(value, path) if isinstance(value, str) else value

    def _key(self, key, path):
        if path.endswith(".tags"):
            return self.tag(key)
        if ID.match(key):
            return self.id(key)
        return self.free(key) if path.endswith((".notifications", ".metadata", ".endpoints")) else key

    # --- files ------------------------------------------------------------------------------------------------

    def lines(self):
        """The lines of the snapshot."""
        header, *rest = records()
        tool = {"name": self.free("readiness"), "version": self.free("0.1.0")}
        cloud = self.free(header["cloud"]) if self.every else header["cloud"]
        yield _json({**header, "tool": tool, "identity": self.free("somebody"), "cloud": cloud})
        for record in rest:
            [kind] = record.keys() & {"resource", "metrics", "gap", "read"}
            yield _json({**record, kind: self.value(record[kind], kind)})

    def configuration(self):
        """The readiness.yaml."""
        found = _loaded("readiness.yaml")
        tags = found["environments"]
        required = [self.tag(name) for name in ("env", "workload", "owner", "cost-center")]
        found["environments"] = {
            "tag": self.tag(tags["tag"]),
            **{kind: [self.free(word) for word in tags[kind]] for kind in ("production", "development")},
        }
        found["workloads"] = {"tag": self.tag(found["workloads"]["tag"])}
        found["rules"]["GOV-003"] = {"parameters": {"required_tags": required}}
        for rule, key in NAMED:
            given = found["rules"][rule]["parameters"]
            given[key] = [self.name(text) for text in given[key]]
        found["report"] = {key: self.free(text) for key, text in found["report"].items()}
        return found

    def waivers(self):
        """The waivers.yaml."""
        found = _loaded("waivers.yaml")
        for one in found["waivers"]:
            one["resource"] = "*" + _literal(self.id(one["resource"].removeprefix("*")))
            one |= {key: self.free(one[key]) for key in ("reason", "owner", "ticket")}
        return found

    def attestations(self):
        """The attestations.yaml."""
        found = _loaded("attestations.yaml")
        for one in found["attestations"]:
            one["for"] = f"workload:{self.free(one['for'].removeprefix('workload:'))}"
            one |= {key: self.free(one[key]) for key in ("evidence", "author")}
        return found

    def report(self, folder):
        """The report of a copy that is written to a folder."""
        files = {name: getattr(self, name)() for name in ("configuration", "waivers", "attestations")}
        for name, content in files.items():
            (folder / f"{name}.yaml").write_text(_yaml(content), encoding="utf-8")
        estate = folder / "estate.jsonl"
        estate.write_text("".join(f"{line}\n" for line in self.lines()), encoding="utf-8")
        return app.scan(
            app.Options(
                input=str(estate),
                config=folder / "configuration.yaml",
                waivers=folder / "waivers.yaml",
                attestations=folder / "attestations.yaml",
                as_of=AS_OF,
            )
        )


def is_judged(path):
    """Whether a rule compares what stands at a path."""
    return any(f".{path}".endswith(f".{end}") for end in JUDGED)


def _literal(text):
    """A text in a glob, its own signs of globs in brackets."""
    return re.sub(r"[*?[]", r"[\g<0>]", text)


def _json(content):
    return json.dumps(content, ensure_ascii=False)


def _yaml(content):
    """JSON that is YAML too: what YAML can't hold is escaped, and no pair of surrogates is (YAML 1.2, 5.7)."""
    text = json.dumps(content, default=str, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _loaded(name):
    return yaml.safe_load((assets.sample() / name).read_text(encoding="utf-8"))
