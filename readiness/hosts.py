"""Hosts: of a url, and those at which an account of AI services takes calls.

A custom subdomain is unique in Azure's DNS, and stands in front of each service's own suffix:
https://learn.microsoft.com/azure/ai-services/cognitive-services-custom-subdomains
"""

from __future__ import annotations

import re
from typing import Final

from readiness.model import UNKNOWN, Json, Resource
from readiness.paths import Path, reader

_HOST: Final = re.compile(r"(?:https?://)?(?:[^/?#@]*@)?([a-z0-9][a-z0-9._-]*)(?::\d+)?(?:[/?#].*)?\Z", re.DOTALL)
SUFFIXES: Final = tuple(
    f"{service}.azure.{end}"
    for service in ("openai", "cognitiveservices", "services.ai")
    for end in ("com", "us", "cn")
)
"""Of the public cloud, of the US government's, of China's."""
SUBDOMAIN: Final = reader(Path.parse("properties.customSubDomainName"))
ENDPOINTS: Final = (reader(Path.parse("properties.endpoint")), reader(Path.parse("properties.endpoints")))


def host_of(url: Json) -> str | None:
    """The host of an http url, in lower case; None if there is none, or a policy has yet to fill it in."""
    if not isinstance(url, str) or len(url) > 4000:
        return None
    found = _HOST.match(url.strip().casefold())
    return found[1].rstrip(".") if found else None


def hosts_of(account: Resource) -> frozenset[str] | None:
    """The hosts of an account's endpoints, and its subdomain before each suffix; None where they were not read."""
    values = [SUBDOMAIN(account, account), *(read(account, account) for read in ENDPOINTS)]
    if any(value is UNKNOWN for value in values):
        return None
    label, *named = values
    flat = [v for value in named for v in (value.values() if isinstance(value, dict) else [value])]
    own = {f"{label.casefold()}.{suffix}" for suffix in SUFFIXES} if isinstance(label, str) and label else set()
    return frozenset({host for text in flat if (host := host_of(text))} | own)
