"""The key that encrypts an account, and the vault that keeps it, which is found by the host of its URI.

A vault's name is unique in Azure, and its host names it: no id is needed, and none is given.
https://learn.microsoft.com/azure/ai-services/openai/encrypt-data-at-rest
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from readiness.checks.llm_accounts import lists_lost
from readiness.conditions import World
from readiness.hosts import host_of
from readiness.model import UNKNOWN, Evidence, Json, Related, Resource
from readiness.paths import Path, reader

VAULTS: Final = "Microsoft.KeyVault/vaults"
MODULES: Final = "Microsoft.KeyVault/managedHSMs"
KEY: Final = "properties.encryption.keyVaultProperties"
URI: Final = Path.parse(f"{KEY}.keyVaultUri")
NAME: Final = Path.parse(f"{KEY}.keyName")
VERSION: Final = Path.parse(f"{KEY}.keyVersion")
CLIENT: Final = Path.parse(f"{KEY}.identityClientId")
OWN_URI: Final = {VAULTS: reader(Path.parse("properties.vaultUri")), MODULES: reader(Path.parse("properties.hsmUri"))}
MODULE_HOST: Final = ".managedhsm."


def vault_of(account: Resource, world: World) -> Resource | Evidence:
    """The record of the vault, or managed HSM, that keeps an account's key; what is missing where there is none.

    A vault that was not read may exist all the same, in a subscription that nobody read.
    """
    uri = reader(URI)(account, account)
    host = host_of(uri)
    if host is None:
        note = world.why_unknown(account, URI, None) if uri is UNKNOWN else "names no vault"
        return Evidence(URI.text, _shown(uri), note=note)
    type_ = MODULES if MODULE_HOST in host else VAULTS
    listed = world.related(Resource({}, id="estate", key="estate", type="estate"), "resources", type_)
    found = _by_host(listed, type_).get(host)
    if found:
        return found
    lost = lists_lost(listed)[:1]
    what = lost[0].note if lost else "it may lie in a subscription that was not read"
    return Evidence(URI.text, uri, note=f"no {type_} with this URI was read: {what}")


def _shown(value: Json) -> Json:
    return None if value is UNKNOWN else value


@lru_cache(maxsize=8)
def _by_host(vaults: Related, type_: str) -> dict[str, Resource]:
    """Vaults by the hosts of their URIs: sorted once for all accounts of an estate."""
    read, found = OWN_URI[type_], {}
    for vault in vaults.items:
        host = host_of(read(vault, vault)) if isinstance(vault, Resource) else None
        if host and isinstance(vault, Resource):
            found[host] = vault
    return found
