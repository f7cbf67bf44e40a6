"""The clouds of Azure: where Resource Manager, sign-in and metrics are, and for which audience a token is asked.

Resource Manager's addresses and audiences: `get_arm_endpoints` in
https://github.com/Azure/azure-sdk-for-python/blob/main/sdk/core/azure-mgmt-core/azure/mgmt/core/tools.py;
authorities: `AzureAuthorityHosts`,
https://learn.microsoft.com/python/api/azure-identity/azure.identity.azureauthorityhosts;
hosts of the metrics batch: https://learn.microsoft.com/azure/azure-monitor/metrics/migrate-to-batch-api,
https://docs.azure.cn/en-us/azure-monitor/essentials/migrate-to-batch-api (China) and, for the government's with the
audiences, https://learn.microsoft.com/python/api/azure-monitor-querymetrics/azure.monitor.querymetrics.metricsclient.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from readiness.errors import UsageError

HTTPS: Final = 443
CUSTOM: Final = "custom"
"""The name of a cloud made by `--arm-endpoint`."""
REGION: Final = "{region}"
LABEL: Final = r"[a-z0-9]{1,40}"
ADDRESS: Final = re.compile(
    r"(?i:https)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[^?#\\\x00-\x1f\x7f]*)?(?:\?(?P<query>[^#\x00-\x1f\x7f]*))?",
)


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an https URL without user, password, fragment, backslash or control characters."""

    host: str
    port: int
    path: str
    query: str

    @staticmethod
    def parse(url: str) -> Address | None:
        """The parts; None for every other text, so that no two readers of the URL can disagree on its host."""
        found = ADDRESS.fullmatch(url)
        if not found:
            return None
        return Address(found["host"].lower(), int(found["port"] or HTTPS), found["path"] or "", found["query"] or "")

    @property
    def origin(self) -> str:
        """`https://host`, with the port if it is not 443."""
        return f"https://{self.host}" + (f":{self.port}" if self.port != HTTPS else "")

    @property
    def climbs(self) -> bool:
        """Whether a segment of the path is `.` or `..`, in whatever spelling."""
        return not {".", ".."}.isdisjoint(re.split(r"[/\\]", unquote(self.path)))


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud; every address is an origin (`https://host[:port]`) without a slash at its end."""

    name: str
    arm: str
    """Resource Manager."""
    audience: str
    """For whom its tokens are; the scope is `{audience}/.default`."""
    authority: str
    """Where one signs in."""
    metrics: str | None
    """The metrics batch, with `{region}` or fixed; None: there is none, the metrics come from Resource Manager."""
    metrics_audience: str | None

    @property
    def is_custom(self) -> bool:
        """Whether its endpoints were given by hand; then Microsoft's list of authorities does not know it."""
        return self.name == CUSTOM

    def metrics_in(self, region: str) -> str | None:
        """The origin of the metrics batch for a region (`westeurope`); None if there is none."""
        if self.metrics is None or not re.fullmatch(LABEL, region):
            return None
        return self.metrics.replace(REGION, region)

    def is_arm(self, address: Address) -> bool:
        """Whether the address is Resource Manager's."""
        return address.origin == self.arm

    def is_metrics(self, address: Address) -> bool:
        """Whether the address is one of the metrics batch."""
        if self.metrics is None:
            return False
        pattern = re.escape(self.metrics).replace(re.escape(REGION), LABEL)
        return re.fullmatch(pattern, address.origin) is not None

    def allows(self, url: str) -> bool:
        """Whether the URL is of one of the cloud's hosts, and can be read in one way only."""
        address = Address.parse(url)
        return address is not None and not address.climbs and (self.is_arm(address) or self.is_metrics(address))


def _known(name: str, arm: str, audience: str, authority: str, metrics: str) -> Cloud:
    return Cloud(name, arm, audience, authority, f"https://{REGION}.{metrics}", f"https://{metrics}")


PUBLIC: Final = _known(
    "AzureCloud",
    "https://management.azure.com",
    "https://management.azure.com",
    "https://login.microsoftonline.com",
    "metrics.monitor.azure.com",
)
GOVERNMENT: Final = _known(
    "AzureUSGovernment",
    "https://management.usgovcloudapi.net",
    "https://management.core.usgovcloudapi.net",
    "https://login.microsoftonline.us",
    "metrics.monitor.azure.us",
)
CHINA: Final = _known(
    "AzureChinaCloud",
    "https://management.chinacloudapi.cn",
    "https://management.chinacloudapi.cn",
    "https://login.chinacloudapi.cn",
    "metrics.monitor.azure.cn",
)
KNOWN: Final[Mapping[str, Cloud]] = {cloud.name: cloud for cloud in (PUBLIC, GOVERNMENT, CHINA)}


def of(
    name: str | None,
    environment: Mapping[str, str],
    *,
    arm_endpoint: str | None = None,
    arm_audience: str | None = None,
    metrics_endpoint: str | None = None,
) -> Cloud:
    """The cloud of `--cloud` (AzureCloud unless named), or of `--arm-endpoint` with AZURE_AUTHORITY_HOST.

    Raises UsageError for a name or an address that can't be one.
    """
    if arm_endpoint is not None:
        return _custom(name, environment, arm_endpoint, arm_audience, metrics_endpoint)
    if arm_audience is not None:
        raise UsageError("--arm-audience needs --arm-endpoint", "a known cloud has its own audience")
    cloud = _named(name or PUBLIC.name)
    if metrics_endpoint is None:
        return cloud
    metrics = _origin(metrics_endpoint, "--metrics-endpoint")
    return Cloud(cloud.name, cloud.arm, cloud.audience, cloud.authority, metrics, cloud.metrics_audience)


def _named(name: str) -> Cloud:
    for known, cloud in KNOWN.items():
        if known.casefold() == name.casefold():
            return cloud
    raise UsageError(f"--cloud {name} is not known", f"one of {', '.join(KNOWN)}, or --arm-endpoint URL")


def _custom(
    name: str | None, environment: Mapping[str, str], arm: str, audience: str | None, metrics: str | None
) -> Cloud:
    if name is not None:
        raise UsageError("--cloud and --arm-endpoint exclude each other", "name the cloud, or give its endpoint")
    endpoint = _origin(arm, "--arm-endpoint")
    authority = environment.get("AZURE_AUTHORITY_HOST", "").strip()
    batch = _origin(metrics, "--metrics-endpoint") if metrics is not None else None
    return Cloud(
        CUSTOM,
        endpoint,
        _audience(audience) if audience is not None else endpoint,
        _authority(authority) if authority else PUBLIC.authority,
        batch,
        batch,
    )


def _origin(url: str, option: str) -> str:
    address = Address.parse(url.strip())
    if address is None or address.path.strip("/") or address.query or not 0 < address.port < 65536:
        raise UsageError(
            f"{option} {url!r} can't be used", "an address such as https://management.contoso.com[:port]"
        )
    return address.origin


def _audience(text: str) -> str:
    """An audience is a name that looks like a URL; a slash at its end belongs to it."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://?[A-Za-z0-9._:/-]+", text):
        raise UsageError(f"--arm-audience {text!r} can't be used", "a URI such as https://management.contoso.com")
    return text


def _authority(text: str) -> str:
    """AZURE_AUTHORITY_HOST may lack its scheme and may have a path (`https://adfs.contoso.com/adfs`)."""
    url = text if "://" in text else f"https://{text}"
    address = Address.parse(url)
    if address is None or address.query:
        raise UsageError(
            f"AZURE_AUTHORITY_HOST {text!r} can't be used", "an address such as https://login.contoso.com"
        )
    return address.origin + address.path.rstrip("/")
