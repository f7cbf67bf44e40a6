"""Entra ID for one client: OpenID metadata, tokens for a secret, and what a host says of a token it won't take.

The words of the refusals: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

import base64
import hmac
import json
import secrets
from collections import Counter
from urllib.parse import parse_qsl

from azure_fake.errors import Answer, error

ARM = ("https://management.azure.com", "https://management.core.windows.net")
METRICS = "https://metrics.monitor.azure.com"


def _part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Authority:
    """Issues tokens and knows them again. `expires_in` is what it promises, in seconds, and keeps."""

    def __init__(self, tenant, client, secret, clock, expires_in=3600):
        self.tenant, self.client, self.secret = tenant, client, secret
        self.clock, self.expires_in = clock, expires_in
        self.url = ""
        self.audiences = set()
        self.issued = Counter()
        self.tokens = {}

    # --- the authority's own host -------------------------------------------------------------------------------

    def answer(self, request):
        """What login.microsoftonline.com says."""
        tenant, _, rest = request.path.strip("/").partition("/")
        if rest.endswith(".well-known/openid-configuration"):
            return (
                self._metadata(tenant)
                if tenant == self.tenant
                else self._refuse(400, "invalid_tenant", 90002, tenant)
            )
        if request.method == "POST" and rest == "oauth2/v2.0/token":
            return self._token(tenant, dict(parse_qsl(request.body.decode())))
        return Answer(404, {"error": "not_found"})

    def _metadata(self, tenant):
        base = f"{self.url}/{tenant}"
        found = {"issuer": f"{base}/v2.0", "token_endpoint": f"{base}/oauth2/v2.0/token"}
        found["authorization_endpoint"] = f"{base}/oauth2/v2.0/authorize"
        found["device_authorization_endpoint"] = f"{base}/oauth2/v2.0/devicecode"
        return Answer(200, found)

    def _refuse(self, status, reason, code, text):
        body = {"error": reason, "error_description": f"AADSTS{code}: {text}", "error_codes": [code]}
        self.issued[f"AADSTS{code}"] += 1
        return Answer(status, body)

    def _token(self, tenant, form):
        audience, _, scope = form.get("scope", "").split(" ")[0].rpartition("/")
        if tenant != self.tenant:
            return self._refuse(400, "invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form.get("grant_type") != "client_credentials":
            return self._refuse(400, "unsupported_grant_type", 70003, "The grant type is not supported.")
        if form.get("client_id") != self.client:
            return self._refuse(400, "unauthorized_client", 700016, "Application was not found in the directory.")
        if not hmac.compare_digest(form.get("client_secret", ""), self.secret):
            return self._refuse(401, "invalid_client", 7000215, "Invalid client secret provided.")
        if scope != ".default" or audience.rstrip("/") not in self.audiences:
            return self._refuse(400, "invalid_resource", 500011, f"The resource principal {audience} was not found.")
        return Answer(200, self._issue(audience.rstrip("/")))

    def _issue(self, audience):
        now = self.clock()
        claims = {"aud": audience, "appid": self.client, "tid": self.tenant, "exp": now + self.expires_in}
        unique = claims | {"jti": secrets.token_hex(8)}
        token = f"{_part({'typ': 'JWT', 'alg': 'RS256'})}.{_part(unique)}.{secrets.token_urlsafe(48)}"
        self.tokens[token] = claims
        self.issued[audience] += 1
        return {
            "token_type": "Bearer",
            "expires_in": self.expires_in,
            "ext_expires_in": self.expires_in,
            "access_token": token,
        }

    # --- the hosts that take its tokens -------------------------------------------------------------------------

    def subject(self, header, audiences):
        """(who the Authorization header names, None) or (None, the refusal)."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            text = "Authentication failed. The 'Authorization' header is missing."
            return None, self._unauthorised("AuthenticationFailed", text)
        claims = self.tokens.get(token)
        if claims is None:
            return None, self._unauthorised("InvalidAuthenticationToken", "The access token is invalid.")
        if claims["aud"] not in audiences:
            text = f"The access token has been obtained for wrong audience or resource '{claims['aud']}'."
            allowed = ",".join(repr(audience) for audience in sorted(audiences))
            text += f" It should exactly match with one of the allowed audiences {allowed}."
            return None, self._unauthorised("InvalidAuthenticationTokenAudience", text)
        if claims["exp"] <= self.clock():
            return None, self.expired()
        return claims["appid"], None

    def expired(self, header=None, challenge=False):
        """The refusal of a token whose time is over. With `header`, that token's time is over from now on."""
        if header:
            self.tokens.get(header.partition(" ")[2], {})["exp"] = 0
        text = "The access token expiry UTC time is earlier than current UTC time."
        return self._unauthorised("ExpiredAuthenticationToken", text, challenge)

    def expire_all(self):
        """Every token issued so far is expired from now on."""
        for claims in self.tokens.values():
            claims["exp"] = 0

    def _unauthorised(self, code, text, challenge=False):
        refusal = error(401, code, text)
        more = 'error="invalid_token"'
        if challenge:  # continuous access evaluation: the client is told what to ask the authority for
            claims = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1"}}}').decode()
            more = f'error="insufficient_claims", claims="{claims}"'
        realm = f'authorization_uri="{self.url}/{self.tenant}"'
        refusal.headers["WWW-Authenticate"] = f'Bearer {realm}, {more}, error_description="{text}"'
        return refusal
