"""The rules of a network security group, as it decides: by priority, the first that matches wins.

`VirtualNetwork` is the network, those peered with it and what is connected on premises; the group's last rules let
all of it in. https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from readiness.model import UNKNOWN, Item, Json, Resource, Truth
from readiness.paths import Path, elements_of, reader
from readiness.private_path.addresses import Prefix, holds, prefix_of

RULES: Final = Path.parse("properties.securityRules")
EVERYBODY: Final = ("*", "any", "0.0.0.0/0", "virtualnetwork")
WHOLE_NETWORK: Final = ("*", "any", "0.0.0.0/0", "::/0", "virtualnetwork")
_ASKED: Final = {
    key: (reader(Path.parse(f"properties.{one}")), reader(Path.parse(f"properties.{many}")))
    for key, one, many in (
        ("source", "sourceAddressPrefix", "sourceAddressPrefixes"),
        ("target", "destinationAddressPrefix", "destinationAddressPrefixes"),
        ("port", "destinationPortRange", "destinationPortRanges"),
    )
}
_GROUPS: Final = {
    "source": reader(Path.parse("properties.sourceApplicationSecurityGroups")),
    "target": reader(Path.parse("properties.destinationApplicationSecurityGroups")),
}
_PLAIN: Final = {
    key: reader(Path.parse(f"properties.{key}")) for key in ("access", "direction", "priority", "protocol")
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule for incoming traffic. `sources` and `targets` are in lower case; None where they are not addresses.

    `spelled` are the sources as Azure has them.
    """

    name: str
    priority: float
    allows: bool
    sources: tuple[str, ...] | None
    targets: tuple[str, ...] | None
    ports: tuple[str, ...]
    protocol: str
    spelled: str = ""

    @property
    def from_everybody(self) -> bool:
        """Whether the whole virtual network is meant."""
        return any(source in EVERYBODY for source in self.sources or ())

    @property
    def prefixes(self) -> list[Prefix]:
        """The addresses that it is about; service tags name none of a virtual network."""
        return [p for source in self.sources or () if (p := prefix_of(source))]

    def concerns(self, subnet: Iterable[Prefix], port: int) -> Truth:
        """Whether it decides over TCP traffic to a port of a subnet; None where it may, for some address."""
        if self.protocol not in ("*", "tcp") or not any(_in_range(port, text) for text in self.ports):
            return False
        if self.targets is None:
            return None
        if any(target in WHOLE_NETWORK for target in self.targets):
            return True
        named = [p for target in self.targets if (p := prefix_of(target))]
        own = list(subnet)
        if own and all(any(holds(p, each) for p in named) for each in own):
            return True
        return None if not own or any(p.overlaps(each) for p in named for each in own) else False


def incoming(group: Resource) -> list[Rule] | None:
    """A group's own rules for incoming traffic, first the one that decides first; None where one was not read."""
    listed = reader(RULES)(group, group)
    if listed is UNKNOWN:
        return None
    items = elements_of(group, RULES, listed if isinstance(listed, list) else [])
    found = [_rule(item) for item in items if not _is_outgoing(item)]
    return None if None in found else sorted((r for r in found if r), key=lambda r: r.priority)


def _is_outgoing(item: Item) -> bool:
    return str(_PLAIN["direction"](item, item)).casefold() == "outbound"


def _rule(item: Item) -> Rule | None:
    plain = {key: read(item, item) for key, read in _PLAIN.items()}
    access, priority = plain["access"], plain["priority"]
    told = isinstance(access, str) and isinstance(plain["direction"], str)
    if not told or isinstance(priority, bool) or not isinstance(priority, int | float):
        return None
    name = item.body.get("name") if isinstance(item.body, dict) else None
    protocol = plain["protocol"]
    return Rule(
        name if isinstance(name, str) else f"rule {priority}",
        priority,
        access.casefold() == "allow",
        _addresses(item, "source"),
        _addresses(item, "target"),
        tuple(_texts(item, "port")),
        protocol.casefold() if isinstance(protocol, str) else "*",
        ", ".join(_texts(item, "source")) or "application security groups",
    )


def _addresses(item: Item, key: str) -> tuple[str, ...] | None:
    """The prefixes and tags at one end; None where application security groups stand there, or nothing."""
    found = tuple(text.casefold() for text in _texts(item, key))
    return found if found and not _GROUPS[key](item, item) else None


def _texts(item: Item, key: str) -> Iterator[str]:
    for read in _ASKED[key]:
        value: Json = read(item, item)
        yield from (v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str) and v)


def _in_range(port: int, text: str) -> bool:
    low, _, high = text.strip().partition("-")
    if low == "*":
        return True
    if not low.strip().isdecimal() or (high and not high.strip().isdecimal()) or len(text) > 20:
        return False
    return int(low) <= port <= int(high or low)
