"""IP allow-rules: how wide each is.

A rule's `value` is an address, a CIDR range or `first-last`, IPv4 or IPv6. Private ranges have no effect on a
public endpoint: they are named, and do not fail.
https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks#grant-access-from-an-internet-ip-range
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from readiness.conditions import World
from readiness.model import UNKNOWN, Decision, Evidence, Json, Outcome, Resource
from readiness.paths import Path, reader

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
NOWHERE: Final = Path("", ())


@dataclass(frozen=True, slots=True)
class IpRulesNarrow:
    """`path` leads to an array of `{value}`; prefixes shorter than the minimum are too wide.

    More than `max_rules` rules fail too: a list that long is no longer reviewed. 0 is no limit. `empty: fail` is
    for endpoints that an empty list opens to everybody (anything but `pass` is taken for it). Where the text at
    `unless` is one of `unless_in`, without case, the endpoint is closed, and the rules do not matter.
    """

    path: Path
    min_prefix_ipv4: int = 24
    min_prefix_ipv6: int = 48
    max_rules: int = 0
    empty: str = "pass"
    unless: Path = NOWHERE
    unless_in: tuple[str, ...] = ()


def ip_rules_narrow(subject: Resource, params: IpRulesNarrow, world: World) -> Decision:
    """Fails with each rule that is too wide, with none or too many; unknown with a value that is no address.

    Passes where the endpoint is closed; what could not be read of that leaves a failure in doubt.
    """
    if not params.unless.text:
        return _rules_judged(subject, params, world)
    value = reader(params.unless)(subject, subject)
    if isinstance(value, str) and value.casefold() in {str(text).casefold() for text in params.unless_in}:
        return Decision(Outcome.PASS, (Evidence(params.unless.text, value, params.unless_in),))
    decided = _rules_judged(subject, params, world)
    if decided.outcome is Outcome.PASS:
        return decided
    if value is UNKNOWN:
        why = world.why_unknown(subject, params.unless, None)
        return Decision(Outcome.UNKNOWN, (Evidence(params.unless.text, note=why), *decided.evidence))
    still_open = Evidence(params.unless.text, value, params.unless_in, "not set" if value is None else None)
    return Decision(decided.outcome, (still_open, *decided.evidence))


def _rules_judged(subject: Resource, params: IpRulesNarrow, world: World) -> Decision:
    rules = reader(params.path)(subject, subject)
    if rules is UNKNOWN:
        why = world.why_unknown(subject, params.path, None)
        return Decision(Outcome.UNKNOWN, (Evidence(params.path.text, note=why),))
    listed = rules if isinstance(rules, list) else []
    judged = [_judged(f"{params.path.text}[{i}].value", rule, params) for i, rule in enumerate(listed)]
    wide = [*(e for outcome, e in judged if outcome is Outcome.FAIL), *_miscounted(len(listed), params)]
    if wide:
        return Decision(Outcome.FAIL, tuple(wide))
    unclear = [e for outcome, e in judged if outcome is Outcome.UNKNOWN]
    if unclear:
        return Decision(Outcome.UNKNOWN, tuple(unclear))
    return Decision(Outcome.PASS, tuple(e for _, e in judged))


def _miscounted(count: int, params: IpRulesNarrow) -> Iterable[Evidence]:
    """No rule where there must be one, or too many."""
    path = f"count({params.path.text})"
    if not count and params.empty != "pass":
        yield Evidence(path, count, "at least 1")
    if params.max_rules and count > params.max_rules:
        yield Evidence(path, count, f"at most {params.max_rules}")


def _judged(path: str, rule: Json, params: IpRulesNarrow) -> tuple[Outcome, Evidence]:
    value = rule.get("value") if isinstance(rule, dict) else rule
    networks = networks_of(value)
    expected = f"/{params.min_prefix_ipv4} or narrower (IPv6: /{params.min_prefix_ipv6})"
    if not networks:
        return Outcome.UNKNOWN, Evidence(path, value, expected, "is no address or range")
    if all(_has_no_effect(n) for n in networks):
        return Outcome.PASS, Evidence(path, value, expected, "is a private range and has no effect")
    if too_wide(networks, params):
        return Outcome.FAIL, Evidence(path, value, expected)
    return Outcome.PASS, Evidence(path, value, expected)


def networks_of(value: Json) -> list[Network]:
    """The networks of an address, a CIDR range or `first-last`; empty if it is none."""
    text = value.strip() if isinstance(value, str) and len(value) < 100 else ""
    first, dash, last = text.partition("-")
    try:
        if dash:
            return list(_between(first.strip(), last.strip()))
        return [ipaddress.ip_network(text, strict=False)]
    except (ValueError, TypeError):
        return []


def _between(first: str, last: str) -> Iterable[Network]:
    start, end = ipaddress.ip_address(first), ipaddress.ip_address(last)
    if isinstance(start, ipaddress.IPv4Address) and isinstance(end, ipaddress.IPv4Address):
        return ipaddress.summarize_address_range(start, end)
    if isinstance(start, ipaddress.IPv6Address) and isinstance(end, ipaddress.IPv6Address):
        return ipaddress.summarize_address_range(start, end)
    raise ValueError(first)


def _has_no_effect(network: Network) -> bool:
    """RFC 1918 and RFC 4193: no caller of a public endpoint comes from there."""
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
    return any(
        network.version == wide.version and network.subnet_of(wide)  # type: ignore[arg-type]  # versions are equal
        for wide in map(ipaddress.ip_network, private)
    )


def too_wide(networks: list[Network], params: IpRulesNarrow) -> bool:
    """Whether a range holds more addresses than one network of the shortest prefix allowed."""
    first = networks[0]
    least = params.min_prefix_ipv4 if first.version == 4 else params.min_prefix_ipv6
    allowed: int = 2 ** (first.max_prefixlen - min(max(least, 0), first.max_prefixlen))
    return sum(n.num_addresses for n in networks) > allowed
