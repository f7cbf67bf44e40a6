"""How an account is reached over private addresses: one analysis, whose parts several rules read.

Account, approved endpoint, subnet, zone group, every zone that the service requires, the links that cover the
callers' networks, and the way from there. What was not read is unknown, and said. Knows no rule and no score.
"""

from readiness.private_path.callers import gateways_of, hosts_of
from readiness.private_path.parts import Caller, Endpoint, Origin, Part, PrivatePath, World, Zone, some
from readiness.private_path.path import path_of
from readiness.private_path.wiring import wiring_of

__all__ = [
    "Caller",
    "Endpoint",
    "Origin",
    "Part",
    "PrivatePath",
    "World",
    "Zone",
    "gateways_of",
    "hosts_of",
    "path_of",
    "some",
    "wiring_of",
]
