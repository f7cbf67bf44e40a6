"""Address prefixes: whether one holds another."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, TypeAlias

from readiness.model import Json

Prefix: TypeAlias = IPv4Network | IPv6Network
LONGEST: Final = 100
"""Characters: longer than any prefix."""


def prefix_of(text: Json) -> Prefix | None:
    """An address or prefix; None for a service tag and anything else."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def holds(outer: Prefix, inner: Prefix) -> bool:
    """Whether every address of one prefix is in another."""
    if isinstance(outer, IPv4Network) and isinstance(inner, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, IPv6Network) and isinstance(inner, IPv6Network):
        return inner.subnet_of(outer)
    return False
