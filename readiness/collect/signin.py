"""Sign-in: azure-identity's credentials, and what to type when there is none.

https://learn.microsoft.com/python/api/overview/azure/identity-readme; codes of Entra ID:
https://learn.microsoft.com/entra/identity-platform/reference-error-codes. azure-identity reads the system's proxies
and REQUESTS_CA_BUNDLE through requests; SSL_CERT_FILE is handed to it.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.identity import (
    AzureCliCredential,
    ChainedTokenCredential,
    CredentialUnavailableError,
    DefaultAzureCredential,
    DeviceCodeCredential,
    EnvironmentCredential,
    InteractiveBrowserCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

from readiness.collect.answers import MESSAGE, clipped, redacted
from readiness.collect.clouds import PUBLIC, Cloud
from readiness.collect.wire import trusted
from readiness.errors import CouldNotReadError, UsageError

WAYS: Final = ("default", "cli", "environment", "managed-identity", "workload-identity", "device-code", "browser")
SERVICE_PRINCIPAL: Final = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID")
WORKLOAD: Final = (*SERVICE_PRINCIPAL, "AZURE_FEDERATED_TOKEN_FILE")
PROOFS: Final = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH")
SECRETS: Final = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_PASSWORD")
AZ_SECONDS: Final = 30
"""How long `az` may take; azure-identity's own 10 s are short on a busy agent."""
RETRIES: Final = 3
"""Of a request for a token; azure-identity's own 10 go on for minutes where there is no network."""
CONNECT: Final = 20
CODES: Final = {
    "AADSTS50034": "the user is not known in this tenant",
    "AADSTS50053": "the account is locked",
    "AADSTS50057": "the account is disabled",
    "AADSTS50076": "multi-factor authentication is needed",
    "AADSTS50078": "multi-factor authentication has expired",
    "AADSTS50079": "multi-factor authentication must be set up",
    "AADSTS50126": "the user name or the password is wrong",
    "AADSTS50132": "the session was revoked",
    "AADSTS50173": "the sign-in was revoked, for example by a new password",
    "AADSTS53003": "conditional access blocks the sign-in",
    "AADSTS65001": "the application lacks consent",
    "AADSTS70008": "the sign-in has expired",
    "AADSTS70043": "the sign-in has expired, as conditional access demands",
    "AADSTS70021": "no federated credential of the application matches",
    "AADSTS90002": "the tenant does not exist in this cloud",
    "AADSTS500011": "the audience is not known in this tenant",
    "AADSTS500113": "the application has no reply address",
    "AADSTS700016": "the application is not known in this tenant",
    "AADSTS700024": "the federated token is outside of its time",
    "AADSTS700027": "the certificate is not the application's",
    "AADSTS700082": "the sign-in has expired, it was not used for long",
    "AADSTS7000215": "the client secret is wrong",
    "AADSTS7000222": "the client secret has expired",
    "AADSTS900023": "the tenant's id is neither a GUID nor a domain",
}
"""Our words for the codes that people meet; the service's own sentences name accounts and trace ids."""
NETWORK: Final = (
    "Max retries exceeded",
    "Failed to resolve",
    "Connection refused",
    "timed out",
    "CERTIFICATE_VERIFY",
)
ATTEMPT: Final = re.compile(r"^\t(\w+): (.*)$", re.MULTILINE)
"""A line of a chain's message: a credential and what it said."""
CONFIGURED: Final = ("EnvironmentCredential", "WorkloadIdentityCredential", "ManagedIdentityCredential")
"""Those that end a chain when they fail, for they were set up by someone."""

Told: TypeAlias = Callable[[str], None]


class SignInError(CouldNotReadError):
    """No token to be had: one line, and what to type. Exit code 3."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to sign in, as the user asked for it."""

    how: str
    tenant: str | None
    cloud: Cloud
    environment: Mapping[str, str]

    @property
    def login(self) -> str:
        """The command of az."""
        switch = "" if self.cloud is PUBLIC or self.cloud.is_custom else f"az cloud set --name {self.cloud.name} && "
        return f"{switch}az login" + (f" --tenant {shlex.quote(self.tenant)}" if self.tenant else "")


def credential(how: str, tenant: str | None, cloud: Cloud, *, told: Told = lambda line: None) -> TokenCredential:
    """The credential of `--auth`; asks for nothing before its first use.

    `told` gets what a user must do (device code). Raises UsageError for a bad option, SignInError for what is missing
    already. The credential's `get_token` raises SignInError.
    """
    way = Way(how, tenant, cloud, os.environ)
    if how not in WAYS:
        raise UsageError(f"--auth {how} is not known", f"one of {', '.join(WAYS)}")
    if tenant is not None and not re.fullmatch(r"[A-Za-z0-9.-]{1,255}", tenant):
        raise UsageError(f"--tenant {tenant!r} can't be one", "a tenant's id (a GUID) or one of its domains")
    if tenant is not None and how == "managed-identity":
        raise UsageError("--tenant has no meaning with --auth managed-identity", "it signs in to its own tenant")
    try:
        return _SignIn(way, _made(way, told))
    except (AzureError, ValueError, OSError) as error:
        raise explained(way, error) from None


def answered(credential: TokenCredential) -> str:
    """Which credential gave the token, each with the one inside: `DefaultAzureCredential / AzureCliCredential`."""
    names, found = [], getattr(credential, "_inner", credential)
    while found is not None:
        names.append(type(found).__name__)
        found = getattr(found, "_successful_credential", None) or getattr(found, "_credential", None)
    return " / ".join(names)


class _SignIn:
    """A credential of azure-identity that fails in one line."""

    def __init__(self, way: Way, inner: TokenCredential) -> None:
        self._way, self._inner = way, inner

    def get_token(self, *scopes: str, claims: str | None = None, **kwargs: Any) -> AccessToken:
        """A token; raises SignInError. The chain takes the tenant here, the others took it when they were made."""
        if self._way.tenant and self._way.how in ("default", "environment"):
            kwargs["tenant_id"] = self._way.tenant
        kwargs.pop("enable_cae", None)
        try:
            return self._inner.get_token(*scopes, claims=claims, **kwargs)
        except (AzureError, ValueError, OSError) as error:
            raise explained(self._way, error) from None


def _made(way: Way, told: Told) -> TokenCredential:
    verify = trusted(way.environment)
    network: dict[str, Any] = {"retry_total": RETRIES, "connection_timeout": CONNECT}
    if verify is not True:
        network["connection_verify"] = verify
    if way.how == "cli":
        return AzureCliCredential(tenant_id=way.tenant or "", process_timeout=AZ_SECONDS)
    if way.how == "managed-identity":
        own = ManagedIdentityCredential(client_id=way.environment.get("AZURE_CLIENT_ID") or None, **network)
        return ChainedTokenCredential(own)  # in a chain it looks first whether anything answers, for one second
    network |= {"authority": way.cloud.authority, "disable_instance_discovery": way.cloud.is_custom}
    if way.how == "workload-identity":
        return WorkloadIdentityCredential(tenant_id=way.tenant, **network)
    if way.how in ("default", "environment"):
        return _configured(way, network)
    return _interactive(way, network, told)


def _configured(way: Way, network: dict[str, Any]) -> TokenCredential:
    more = {"additionally_allowed_tenants": [way.tenant]} if way.tenant else {}
    if way.how == "environment":
        return EnvironmentCredential(**network, **more)
    return DefaultAzureCredential(**network, **more, process_timeout=AZ_SECONDS)


def _interactive(way: Way, network: dict[str, Any], told: Told) -> TokenCredential:
    if way.tenant:
        network["tenant_id"] = way.tenant
    if way.how == "browser":
        return InteractiveBrowserCredential(**network)

    def prompt(address: str, code: str, until: datetime) -> None:
        told(f"To sign in, open {address} and enter the code {code} (until {until:%H:%M} UTC)")

    return DeviceCodeCredential(prompt_callback=prompt, **network)


def explained(way: Way, error: Exception) -> SignInError:
    """One line on what went wrong, and what to type for this way of signing in."""
    text = _safe(str(error), way.environment)
    code = re.search(r"AADSTS\d{4,9}", text)
    if code:
        return SignInError(_coded(code[0]), _hint(way, code[0]))
    network = any(sign in text for sign in NETWORK)
    failed = _failed(way, error, text)
    message = f"the sign-in failed: {failed}" if network or failed else _missing(way, text)
    return SignInError(clipped(message, MESSAGE), _hint(way, None, network=network))


def _failed(way: Way, error: Exception, text: str) -> str | None:
    """What a credential that was there has to say; None if there was none. A chain ends at the first that fails."""
    if way.how in ("default", "managed-identity") and isinstance(error, ClientAuthenticationError):
        name, said = ([("", ""), *ATTEMPT.findall(text)])[-1]
        return said.strip() if name in CONFIGURED and "unavailable" not in said else None
    if isinstance(error, CredentialUnavailableError) or (way.how == "workload-identity" and _unset(way, *WORKLOAD)):
        return None
    return _first(text)


def refused(error: Exception) -> SignInError:
    """The error of a credential that was not made here."""
    text = _safe(str(error), os.environ)
    code = re.search(r"AADSTS\d{4,9}", text)
    return SignInError(_coded(code[0]) if code else f"the sign-in failed: {_first(text)}", "sign in again")


def _coded(code: str) -> str:
    return f"Entra ID refused the sign-in: {CODES.get(code, 'see the code')} ({code})"


def _missing(way: Way, text: str) -> str:
    unset = _unset(way, *(WORKLOAD if way.how == "workload-identity" else SERVICE_PRINCIPAL))
    proof = any(way.environment.get(name) for name in PROOFS)
    if way.how == "environment":
        names = [*unset, *([] if proof else [" or ".join(PROOFS)])]
        return f"the environment has no sign-in: {', '.join(names)} not set"
    if way.how == "workload-identity" and unset:
        return f"there is no workload identity: {', '.join(unset)} not set"
    if way.how == "managed-identity":
        return "no managed identity answers on this machine"
    if way.how == "cli":
        return "az was not found" if "not found" in text else f"az has no sign-in: {_first(text)}"
    if way.how == "default":
        return "no sign-in was found: not in the environment, no workload or managed identity, not in az"
    return f"the sign-in failed: {_first(text)}"


def _hint(way: Way, code: str | None, *, network: bool = False) -> str:
    if network:
        return "check the network, HTTPS_PROXY and REQUESTS_CA_BUNDLE"
    if code in ("AADSTS90002", "AADSTS900023") or (code == "AADSTS700016" and not way.tenant):
        return "check --tenant (or AZURE_TENANT_ID) and --cloud"
    principal = f"set {', '.join(SERVICE_PRINCIPAL)} and {' or '.join(PROOFS)}"
    return {
        "default": f"{way.login}, or {principal}",
        "cli": way.login,
        "environment": principal,
        "managed-identity": "run where a managed identity is assigned; AZURE_CLIENT_ID names one of the user's own",
        "workload-identity": f"set {', '.join(WORKLOAD)}, as the webhook of AKS does",
        "device-code": "run it again and enter the code in time, or use --auth cli",
        "browser": "run it again where a browser can open, or use --auth device-code",
    }[way.how]


def _unset(way: Way, *names: str) -> list[str]:
    return [name for name in names if not way.environment.get(name)]


def _first(text: str) -> str:
    """The first sentence that says something, without azure-identity's advice."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    advice = ("To mitigate", "Visit https", "Attempted credentials")
    return next((line for line in lines if not line.startswith(advice)), "no reason was given")


def _safe(text: str, environment: Mapping[str, str]) -> str:
    for name in SECRETS:
        secret = environment.get(name, "")
        text = text.replace(secret, "***") if len(secret) > 3 else text
    return redacted(text)
