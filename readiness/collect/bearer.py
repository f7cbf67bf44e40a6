"""The token on each request: asked for once by however many threads, renewed when it is refused.

azure-core's policy is made for one thread: it forgets the token on a 401 while others use it, and each thread asks
the credential for itself (azure/core/pipeline/policies/_authentication.py); `az` would be started 32 times.
Challenges (continuous access evaluation) are read by azure-core,
https://learn.microsoft.com/entra/identity-platform/claims-challenge.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Final

from azure.core.credentials import TokenCredential
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

from readiness.collect.signin import SignInError, refused

PAUSE: Final = 30.0
"""Seconds until a credential is asked again that failed, or whose token was refused."""
NEWER: Final = '{"access_token":{"nbf":{"essential":true,"value":"%d"}}}'
"""The claim that a challenge makes after a revocation: a token not older than this. No cache answers it."""


class Bearer(ARMChallengeAuthenticationPolicy):
    """Puts the token of one audience on each request; repeats a request once when its token was refused.

    Raises SignInError when there is no token to be had.
    """

    def __init__(self, credential: TokenCredential, audience: str) -> None:
        super().__init__(credential, f"{audience}/.default")
        self._lock = threading.Lock()
        self._failed: SignInError | None = None
        self._unproven = False
        self._given: set[str] = set()
        self._ask_after = self._renew_after = 0.0

    @property
    def signed_in(self) -> bool:
        """Whether there ever was a token."""
        return self._token is not None

    def hide(self, text: str) -> str:
        """The text with `***` for each token that there was, should a service send one back."""
        for token in tuple(self._given):
            text = text.replace(token, "***")
        return text

    def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        """The answer; that to the second attempt if the first was a 401 and there is another token."""
        self.on_request(request)
        response = self.next.send(request)
        if response.http_response.status_code != 401:
            self._unproven = False
        elif self.on_challenge(request, response):
            response = self.next.send(request)
        return response

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Put the token on the request."""
        with self._lock:
            token = self._current()
        self._update_headers(request.http_request.headers, token)

    def on_challenge(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> bool:
        """Whether the request now has another token than the one that was refused."""
        before = request.http_request.headers.get("Authorization")
        try:
            if not super().on_challenge(request, response):
                self.authorize_request(request, *self._scopes)
        except (SignInError, ValueError):  # no other token; or claims that are not what they should be
            return False
        return bool(request.http_request.headers.get("Authorization") != before)

    def authorize_request(self, request: PipelineRequest[Any], *scopes: str, **kwargs: Any) -> None:
        """Put another token on the request; one that another thread got meanwhile will do."""
        headers = request.http_request.headers
        with self._lock:
            if self._token is None or headers.get("Authorization") == f"Bearer {self._token.token}":
                self._renew(*scopes, **kwargs)
            token = self._token.token if self._token else ""
        self._update_headers(headers, token)

    def _current(self) -> str:
        """A token that is still good for some minutes outlives a credential that fails for some seconds."""
        now = time.time()
        usable = self._token is not None and self._token.expires_on > now
        early = now < self._ask_after
        if not (usable and (early or not self._need_new_token)):
            if self._failed and early:
                raise self._failed
            self._ask_after = now + PAUSE
            try:
                self._ask(*self._scopes)
            except SignInError as error:
                self._failed = error
                if not usable:
                    raise
        return self._token.token if self._token else ""

    def _renew(self, *scopes: str, **kwargs: Any) -> None:
        """Ask for another token, past the credential's cache if need be; not for each request that is refused."""
        now = time.time()
        if self._unproven and now < self._renew_after:
            return
        self._unproven, self._renew_after = True, now + PAUSE
        old = self._token.token if self._token else None
        self._ask(*scopes, **kwargs)
        if not kwargs and self._token and self._token.token == old:
            self._ask(*scopes, claims=NEWER % now)

    def _ask(self, *scopes: str, **kwargs: Any) -> None:
        try:
            self._request_token(*scopes, **kwargs)
        except ClientAuthenticationError as error:
            raise refused(error) from None
        self._failed = None
        if self._token and self._token.token:
            self._given.add(self._token.token)
