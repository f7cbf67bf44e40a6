"""An API Management gateway's named values: whether what is secret comes from Key Vault.

https://learn.microsoft.com/azure/api-management/api-management-howto-properties
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from readiness.conditions import World
from readiness.conditions.operators import texts_of
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource
from readiness.paths import Path, reader

VAULT: Final = Path.parse("properties.keyVault.secretIdentifier")
SECRET: Final = Path.parse("properties.secret")
VALUE: Final = Path.parse("properties.value")
NAMES: Final = (Path.parse("properties.displayName"), Path.parse("name"), Path.parse("properties.tags"))
MARK: Final = "***masked***"
_SIGNS: Final = re.compile(r"[\W_]+|\d+\Z")
_PLAIN: Final = re.compile(r"true|false|[\d.,]{1,8}|@[({].*", re.IGNORECASE | re.DOTALL)
_LONGEST: Final = 256
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
ABOUT: Final = frozenset(
    {"uri", "url", "name", "id", "limit", "limits", "vault", "version", "type", "length", "size"}
)
"""Last words of names that speak of a secret and hold none."""


@dataclass(frozen=True, slots=True)
class SecretsFromVault:
    """`words` stand in the names and tags of what is a secret: `client-secret`, `openaiApiKey`, `DB_PASSWORD2`."""

    words: tuple[str, ...]


def secrets_from_vault(subject: Resource, params: SecretsFromVault, world: World) -> Decision:
    """Fails with a secret that is no Key Vault reference: marked as one, masked as one, or called like one."""
    vault = _read(subject, VAULT)
    if isinstance(vault, str) and vault:
        return Decision(Outcome.PASS, (Evidence(VAULT.text, vault),))
    found = _why_secret(subject, params) if vault is not UNKNOWN else None
    if found:
        return Decision(Outcome.FAIL, (found, Evidence(VAULT.text, None, "a Key Vault secret", "not set")))
    unread = [path for path in (VAULT, SECRET, VALUE, *NAMES) if _read(subject, path) is UNKNOWN]
    if unread:
        return Decision(Outcome.UNKNOWN, tuple(_unread(subject, path, world) for path in unread))
    return Decision(Outcome.PASS, (Evidence(SECRET.text, _read(subject, SECRET), note="is no secret by its name"),))


def _why_secret(subject: Resource, params: SecretsFromVault) -> Evidence | None:
    """What says that it is a secret, as far as it was read."""
    marked, value = _read(subject, SECRET), _read(subject, VALUE)
    if "true" in texts_of(marked):
        return Evidence(SECRET.text, marked, note="the gateway keeps the secret itself")
    if _is_masked(value):
        return Evidence(VALUE.text, value, "no literal secret", "a literal secret stands here")
    if value is UNKNOWN or _PLAIN.fullmatch(str(value)[:_LONGEST]):
        return None
    for path in NAMES:
        named = next((n for n in _listed(_read(subject, path)) if is_called_secret(n, params.words)), None)
        if named:
            return Evidence(path.text, named, "no secret in plain text", "is called like a secret")
    return None


def is_called_secret(name: str, words: list[str] | tuple[str, ...]) -> bool:
    """Whether a name ends with one of some words, or has it among its own: `api-key`, `apiKey1`, `key-east`.

    A name whose last word is about a secret (`key-vault-uri`, `token-limit`) is none.
    """
    wanted = {folded for word in words if (folded := _SIGNS.sub("", str(word)).casefold())}
    folded = _SIGNS.sub("", name[:_LONGEST].rstrip("0123456789-_. ")).casefold()
    own = [part.casefold() for part in _WORDS.findall(name[:_LONGEST])]
    among = not wanted.isdisjoint(own) and own[-1] not in ABOUT
    return among or any(folded.endswith(word) for word in wanted)


def _is_masked(value: Json) -> bool:
    """Whether a literal secret stood here when it was read (semantics 20)."""
    return MARK in value if isinstance(value, str) else isinstance(value, dict) and "masked" in value


def _listed(value: Any) -> list[str]:
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]


def _read(subject: Resource, path: Path) -> Any:
    return reader(path)(subject, subject)


def _unread(subject: Resource, path: Path, world: World) -> Evidence:
    return Evidence(path.text, note=world.why_unknown(subject, path, None))
