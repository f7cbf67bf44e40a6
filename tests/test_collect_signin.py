"""Each way to sign in, with azure-identity's own credentials: a token endpoint on loopback, and an `az` of ours."""

import base64
import json
import os
import subprocess
import sys
import time
import webbrowser
from http.server import HTTPServer
from pathlib import Path

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError

from readiness.collect import clouds
from readiness.collect.signin import CODES, WAYS, SignInError, Way, credential, explained, refused
from readiness.errors import UsageError
from tests.loopback import Reply, certificate, serving

ROOT = Path(__file__).parent.parent
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "66666666-7777-8888-9999-000000000000"
PLANTED = "Zq9~planted.secret/of+the=test"
TOKEN = "token-of-the-test"  # noqa: S105 - no password, the answer of the server below
SCOPE = "https://management.azure.com/.default"
PRINCIPAL = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": PLANTED}
HINT = "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH"
LOGIN = f"az login --tenant {TENANT}"
WORKLOAD = "set AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE, as the webhook of AKS does"


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """No sign-in anywhere: an empty environment and home; what would leave the machine meets a closed port."""
    for name in list(os.environ):
        if name.startswith(("AZURE_", "IDENTITY_", "MSI_", "IMDS_")) or name.upper().endswith(
            ("_PROXY", "CA_BUNDLE")
        ):
            monkeypatch.delenv(name)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "localhost")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


@pytest.fixture
def az(tmp_path):
    """Put an `az` on the path that keeps its arguments."""

    def put(*, out="", err="", code=0):
        script = tmp_path / "bin/az"
        (tmp_path / "out").write_text(out)
        (tmp_path / "err").write_text(err)
        lines = (f'echo "$@" >> {tmp_path}/asked', f"/bin/cat {tmp_path}/out", f"/bin/cat {tmp_path}/err >&2")
        script.write_text("\n".join(("#!/bin/sh", *lines, f"exit {code}", "")))
        script.chmod(0o755)
        return tmp_path / "asked"

    return put


def put(monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def entra(token):
    """An authority: what it is, a device's code, and its answer to whoever asks for a token."""

    def answer(seen, nth):
        base = f"https://localhost:{server_port(seen)}/{TENANT}"
        if "openid-configuration" in seen.path:
            ends = {
                "token_endpoint": "token",
                "authorization_endpoint": "authorize",
                "device_authorization_endpoint": "code",
            }
            body = {name: f"{base}/oauth2/v2.0/{end}" for name, end in ends.items()} | {"issuer": f"{base}/v2.0"}
        elif seen.path.endswith("/code"):
            body = {"user_code": "ABCD", "device_code": "d", "verification_uri": "https://login.contoso.com/device"}
            body |= {"expires_in": 900, "interval": 0, "message": "printed by azure-identity"}
        else:
            return token
        return Reply(body=json.dumps(body).encode())

    return answer


def server_port(seen):
    return seen.headers["host"].rpartition(":")[2]


def granted(**more):
    body = {"token_type": "Bearer", "expires_in": 3600, "access_token": TOKEN, **more}
    return Reply(body=json.dumps(body).encode())


def denied(code, text=""):
    body = {"error": "invalid_client", "error_description": f"{code}: {text}\r\nTrace ID: 1\r\nTimestamp: now"}
    return Reply(401, json.dumps(body).encode())


def custom(server, monkeypatch, trust="REQUESTS_CA_BUNDLE"):
    monkeypatch.setenv(trust, certificate())
    return clouds.of(None, {"AZURE_AUTHORITY_HOST": server.url}, arm_endpoint="https://management.contoso.com")


def failing(how, tenant=None, cloud=clouds.PUBLIC):
    with pytest.raises(SignInError) as found:
        credential(how, tenant, cloud).get_token(SCOPE)
    error = found.value
    assert len(f"{error.message}{error.hint}".splitlines()) == 1
    assert PLANTED not in f"{error!r}{error.message}{error.hint}"
    assert error.__suppress_context__, "a traceback would show what azure-identity says"
    return error.message, error.hint


# What was asked for can't be


@pytest.mark.parametrize(
    ("how", "tenant", "message"),
    [
        ("magic", None, "--auth magic is not known"),
        ("cli", "", "--tenant '' can't be one"),
        ("cli", "a b", "--tenant 'a b' can't be one"),
        ("cli", "x; rm -rf /", "--tenant 'x; rm -rf /' can't be one"),
        ("managed-identity", TENANT, "--tenant has no meaning with --auth managed-identity"),
    ],
)
def test_a_bad_option_is_said(how, tenant, message):
    with pytest.raises(UsageError) as found:
        credential(how, tenant, clouds.PUBLIC)
    assert found.value.message == message
    assert found.value.hint


def test_an_authority_of_certificates_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such")
    with pytest.raises(UsageError) as found:
        credential("environment", None, clouds.PUBLIC)
    assert found.value.message == "SSL_CERT_FILE names '/no/such', which does not exist"


# Nothing to sign in with


@pytest.mark.parametrize(
    ("how", "message", "hint"),
    [
        ("cli", "az was not found", "az login"),
        (
            "environment",
            "the environment has no sign-in: AZURE_TENANT_ID, AZURE_CLIENT_ID, "
            "AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH not set",
            HINT,
        ),
        (
            "workload-identity",
            "there is no workload identity: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE not set",
            WORKLOAD,
        ),
        (
            "managed-identity",
            "no managed identity answers on this machine",
            "run where a managed identity is assigned; AZURE_CLIENT_ID names one of the user's own",
        ),
        (
            "default",
            "no sign-in was found: not in the environment, no workload or managed identity, not in az",
            f"az login, or {HINT}",
        ),
    ],
)
def test_no_sign_in_at_all(how, message, hint):
    assert failing(how) == (message, hint)


def test_a_variable_that_is_missing_is_named(monkeypatch):
    monkeypatch.setenv("AZURE_TENANT_ID", TENANT)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", PLANTED)
    assert failing("environment") == ("the environment has no sign-in: AZURE_CLIENT_ID not set", HINT)
    assert failing("workload-identity")[0] == (
        "there is no workload identity: AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE not set"
    )


def test_a_certificate_that_is_not_there_is_said(monkeypatch, tmp_path):
    path = str(tmp_path / "no.pem")
    variables = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_CERTIFICATE_PATH": path}
    put(monkeypatch, variables)
    assert failing("environment") == (f"the sign-in failed: [Errno 2] No such file or directory: '{path}'", HINT)


def test_without_a_browser(monkeypatch):
    """azure-identity leaves the port open on which it would wait for the browser; it is closed here."""
    opened, init = [], HTTPServer.__init__
    monkeypatch.setattr(HTTPServer, "__init__", lambda self, *args: (init(self, *args), opened.append(self))[0])
    monkeypatch.setattr(webbrowser, "open", lambda *args, **kwargs: False)
    monkeypatch.setattr(subprocess, "call", lambda *args, **kwargs: 1)
    with serving(entra(granted())) as server:
        message, hint = failing("browser", TENANT, custom(server, monkeypatch))
    opened[-1].server_close()
    assert message == "the sign-in failed: Failed to open a browser"
    assert hint == "run it again where a browser can open, or use --auth device-code"


def test_without_a_network(monkeypatch):
    put(monkeypatch, PRINCIPAL)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    message, hint = failing("environment")
    assert message.startswith("the sign-in failed: Authentication failed: ")
    assert hint == "check the network, HTTPS_PROXY and REQUESTS_CA_BUNDLE"


# az


def test_az_gives_a_token(az):
    asked = az(out=json.dumps({"accessToken": TOKEN, "expires_on": 4102444800}))
    assert credential("cli", TENANT, clouds.GOVERNMENT).get_token(SCOPE) == AccessToken(TOKEN, 4102444800)
    assert asked.read_text().split() == [
        *("account", "get-access-token", "--output", "json"),
        *("--resource", "https://management.azure.com", "--tenant", TENANT),
    ]


def test_the_chain_takes_the_tenant_to_az(az):
    asked = az(out=json.dumps({"accessToken": TOKEN, "expires_on": 4102444800}))
    assert credential("default", TENANT, clouds.PUBLIC).get_token(SCOPE).token == TOKEN
    assert asked.read_text().split()[-2:] == ["--tenant", TENANT]


EXPIRED = (
    "AADSTS700082: The refresh token has expired due to inactivity. Trace ID: 1\nInteractive: az login --scope x"
)
AZ = {
    "signed-out": (
        "Please run 'az login' to setup account.",
        "az has no sign-in: Please run 'az login' to set up an account",
    ),
    "expired": (
        EXPIRED,
        "Entra ID refused the sign-in: the sign-in has expired, it was not used for long (AADSTS700082)",
    ),
    "unknown": ("AADSTS999999: new", "Entra ID refused the sign-in: see the code (AADSTS999999)"),
    "broken": (f'ERROR: broken {{"accessToken": "{PLANTED}"}}', "the sign-in failed: ERROR: broken {****}"),
    "silent": ("", "the sign-in failed: Failed to invoke Azure CLI"),
}


@pytest.mark.parametrize(("err", "message"), AZ.values(), ids=AZ)
def test_az_fails(az, err, message):
    az(err=err, code=1)
    assert failing("cli", TENANT) == (message, LOGIN)


def test_az_says_something_else(az):
    az(out=f'{{"accessToken": "{PLANTED}"}}')
    message, hint = failing("cli")
    assert (message.startswith("the sign-in failed: Unexpected output from Azure CLI"), hint) == (True, "az login")


@pytest.mark.parametrize(
    ("cloud", "hint"),
    [
        (clouds.PUBLIC, LOGIN),
        (clouds.GOVERNMENT, f"az cloud set --name AzureUSGovernment && {LOGIN}"),
        (clouds.CHINA, f"az cloud set --name AzureChinaCloud && {LOGIN}"),
        (clouds.of(None, {}, arm_endpoint="https://a.example"), LOGIN),
    ],
)
def test_the_command_names_the_cloud_that_az_must_know(cloud, hint):
    assert failing("cli", TENANT, cloud) == ("az was not found", hint)


def test_the_chain_says_what_az_said(az):
    az(err=EXPIRED, code=1)
    message, hint = failing("default", TENANT)
    assert message == "Entra ID refused the sign-in: the sign-in has expired, it was not used for long (AADSTS700082)"
    assert hint == f"{LOGIN}, or {HINT}"


# A token endpoint


@pytest.mark.parametrize("how", ["environment", "default"])
@pytest.mark.parametrize("trust", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_service_principal_signs_in(monkeypatch, how, trust):
    """Without instance discovery: nobody but the authority itself is asked."""
    put(monkeypatch, PRINCIPAL)
    with serving(entra(granted())) as server:
        assert credential(how, None, custom(server, monkeypatch, trust)).get_token(SCOPE).token == TOKEN
    paths = [(seen.method, seen.path.partition("?")[0]) for seen in server.seen]
    assert paths == [
        ("GET", f"/{TENANT}/v2.0/.well-known/openid-configuration"),
        ("POST", f"/{TENANT}/oauth2/v2.0/token"),
    ]


@pytest.mark.parametrize("how", ["environment", "default"])
def test_the_tenant_of_the_option_beats_that_of_the_environment(monkeypatch, how):
    put(monkeypatch, PRINCIPAL | {"AZURE_TENANT_ID": "99999999-0000-0000-0000-000000000000"})
    with serving(entra(granted())) as server:
        assert credential(how, TENANT, custom(server, monkeypatch)).get_token(SCOPE).token == TOKEN
    assert server.seen[0].path.startswith(f"/{TENANT}/")


@pytest.mark.parametrize("how", ["environment", "default"])
@pytest.mark.parametrize("code", ["AADSTS7000215", "AADSTS7000222", "AADSTS700016"])
def test_a_service_principal_is_refused(monkeypatch, how, code):
    put(monkeypatch, PRINCIPAL)
    with serving(entra(denied(code, f"secret {PLANTED} of client_secret={PLANTED}"))) as server:
        message, hint = failing(how, None, custom(server, monkeypatch))
    assert message == f"Entra ID refused the sign-in: {CODES[code]} ({code})"
    login = {"environment": HINT, "default": f"az login, or {HINT}"}[how]
    assert hint == ("check --tenant (or AZURE_TENANT_ID) and --cloud" if code == "AADSTS700016" else login)


def test_a_refusal_without_a_code_keeps_its_sentence_and_hides_the_secret(monkeypatch):
    put(monkeypatch, PRINCIPAL)
    with serving(entra(denied("invalid", f"the secret {PLANTED} is wrong"))) as server:
        message, hint = failing("environment", None, custom(server, monkeypatch))
    assert message == "the sign-in failed: Authentication failed: invalid: the secret *** is wrong"
    assert hint == HINT


def test_the_chain_says_which_sign_in_failed(monkeypatch):
    put(monkeypatch, PRINCIPAL)
    with serving(entra(denied("invalid", f"the secret {PLANTED} is wrong"))) as server:
        message, _ = failing("default", None, custom(server, monkeypatch))
    assert message == "the sign-in failed: Authentication failed: invalid: the secret *** is wrong"


def test_a_certificate_that_is_not_trusted_points_to_the_bundle(monkeypatch):
    put(monkeypatch, PRINCIPAL)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with serving(entra(granted())) as server:
        cloud = custom(server, monkeypatch)
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        assert failing("environment", None, cloud)[1] == "check the network, HTTPS_PROXY and REQUESTS_CA_BUNDLE"


def test_a_workload_identity_signs_in(monkeypatch, tmp_path):
    (tmp_path / "jwt").write_text("assertion-of-the-cluster")
    variables = {
        "AZURE_TENANT_ID": TENANT,
        "AZURE_CLIENT_ID": CLIENT,
        "AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "jwt"),
    }
    put(monkeypatch, variables)
    with serving(entra(granted())) as server:
        assert credential("workload-identity", None, custom(server, monkeypatch)).get_token(SCOPE).token == TOKEN
    assert b"client_assertion=assertion-of-the-cluster" in server.seen[-1].body


def test_a_workload_identity_without_its_file(monkeypatch, tmp_path):
    path = str(tmp_path / "no")
    variables = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_FEDERATED_TOKEN_FILE": path}
    put(monkeypatch, variables)
    with serving(entra(granted())) as server:
        message, hint = failing("workload-identity", None, custom(server, monkeypatch))
    assert message == f"the sign-in failed: [Errno 2] No such file or directory: '{path}'"
    assert hint == WORKLOAD


@pytest.mark.parametrize("client", [None, CLIENT])
def test_a_managed_identity_signs_in(monkeypatch, client):
    if client:
        monkeypatch.setenv("AZURE_CLIENT_ID", client)
    body = json.dumps({"access_token": TOKEN, "expires_on": "4102444800", "token_type": "Bearer"}).encode()
    with serving([Reply(body=body)]) as server:
        variables = {"IDENTITY_ENDPOINT": f"{server.url}/msi", "IDENTITY_HEADER": PLANTED}
        put(monkeypatch, variables | {"REQUESTS_CA_BUNDLE": certificate()})
        assert credential("managed-identity", None, clouds.PUBLIC).get_token(SCOPE).token == TOKEN
    assert ("client_id=" in server.seen[0].path) is (client is not None)


def jwt(**claims):
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "none"}, claims)
    ]
    return ".".join([*parts, "x"])


def test_a_device_code_is_told_and_nothing_is_printed(monkeypatch, capfd):
    now = int(time.time())
    client = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
    claims = {
        "iss": f"https://localhost/{TENANT}",
        "aud": client,
        "sub": "s",
        "tid": TENANT,
        "preferred_username": "a@b",
    }
    heard = []
    token = granted(id_token=jwt(**claims, exp=now + 3600, iat=now), scope=SCOPE)
    with serving(entra(token)) as server:
        cloud = custom(server, monkeypatch)
        assert credential("device-code", TENANT, cloud, told=heard.append).get_token(SCOPE).token == TOKEN
    (line,) = heard
    assert line.startswith("To sign in, open https://login.contoso.com/device and enter the code ABCD (until ")
    assert capfd.readouterr() == ("", "")


def test_a_device_code_that_is_refused(monkeypatch):
    with serving(entra(denied("AADSTS70043"))) as server:
        message, hint = failing("device-code", TENANT, custom(server, monkeypatch))
    assert (
        message
        == "Entra ID refused the sign-in: the sign-in has expired, as conditional access demands (AADSTS70043)"
    )
    assert hint == "run it again and enter the code in time, or use --auth cli"


# The rest


def test_nothing_is_written_to_stderr_or_asked_before_the_first_use():
    """azure-identity warns through logging, and Python prints warnings that nobody handles."""
    code = (
        "from readiness.collect.signin import *\n"
        "from readiness.collect.clouds import PUBLIC\n"
        "c = credential('default', None, PUBLIC)\n"
        "try:\n    c.get_token('https://management.azure.com/.default')\n"
        "except SignInError as e:\n    print(e.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr == ""
    assert done.stdout == "no sign-in was found: not in the environment, no workload or managed identity, not in az\n"


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("text", [f"AADSTS50076 {PLANTED}", f"x {PLANTED}", "", "\n\n", "Max retries exceeded"])
@pytest.mark.parametrize("kind", [ClientAuthenticationError, CredentialUnavailableError, ValueError, OSError])
def test_every_error_of_every_way_is_one_line_with_a_hint(how, text, kind):
    way = Way(how, TENANT, clouds.PUBLIC, PRINCIPAL)
    error = explained(way, kind(text))
    for line in (error.message, error.hint):
        assert line.strip() == line
        assert len(line.splitlines()) == 1
    assert PLANTED not in error.message + error.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("AADSTS50057: x", "Entra ID refused the sign-in: the account is disabled (AADSTS50057)"),
        ("client_secret=planted", "the sign-in failed: client_secret=***"),
        ("\n \n", "the sign-in failed: no reason was given"),
    ],
)
def test_a_credential_of_another_make_is_explained_too(text, message):
    error = refused(ClientAuthenticationError(text))
    assert (error.message, error.hint) == (message, "sign in again")
