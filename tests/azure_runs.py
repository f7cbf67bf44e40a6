"""Live runs against the fake Azure: the command in its own process, or by the same door (`live.collect`) in this.

`replaying` is for comparing many runs: what no fault is dialled for is sent once, and its answer is used again.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from unittest import mock

from azure.core.credentials import AccessToken
from azure_fake.http1 import Request

from readiness import app, snapshot
from readiness.arm import key_of, type_of, with_slash
from readiness.collect import live, reader
from readiness.collect.asked import Live
from readiness.collect.wire import Wire

GROUP_TYPE = "Microsoft.Resources/resourceGroups"


def environment(azure, **changed):
    """What the command sees of the environment; None takes a variable away."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("READINESS_", "AZURE_"))}
    named = {**kept, **azure.environment, "COLUMNS": "200", **changed}
    return {k: v for k, v in named.items() if v is not None}


def command(azure, folder, *words, **changed):
    """The finished process of `readiness WORDS`."""
    return subprocess.run(
        [sys.executable, "-m", "readiness", *words],
        env=environment(azure, **changed), cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def started(azure, folder, *words):
    """A process of its own group, to be killed."""
    return subprocess.Popen(
        [sys.executable, "-m", "readiness", *words],
        env=environment(azure), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip


def after(azure, requests):
    """Wait until so many requests were answered."""
    until = time.monotonic() + 30
    while len(azure.log) < requests:
        assert time.monotonic() < until
        time.sleep(0.002)


def collected(azure, target, told=lambda line: None, **options):
    """The snapshot of a run in this process."""
    with mock.patch.dict(os.environ, azure.environment):
        asked = Live(arm_endpoint=azure.url, metrics_endpoint=azure.urls["metrics"], **options)
        live.collect(asked, target, told)
    return snapshot.read(str(target))


# --- many runs ------------------------------------------------------------------------------------------------------


class _Replay(Wire):
    """Sends what a fault is dialled for, and whatever was not sent before."""

    def __init__(self, azure, kept):
        super().__init__(8)
        self.azure, self.kept = azure, kept

    def send(self, request, **kwargs):
        origin, _, rest = request.url.partition("//")[2].partition("/")
        role = "arm" if self.azure.url.endswith(origin) else "metrics"
        body = request.content or b""
        seen = Request(role, request.method, f"/{rest}", {}, body.encode() if isinstance(body, str) else body)
        if any(fault.names(seen) for fault in self.azure.faults.dialled):
            return super().send(request, **kwargs)
        if seen.key not in self.kept:
            self.kept[seen.key] = super().send(request, **kwargs)
        return self.kept[seen.key]


class _SignedIn:
    """A credential that the fake's own authority gives tokens without a request."""

    def __init__(self, azure):
        self.azure, self.lock = azure, threading.Lock()

    def get_token(self, *scopes, **kwargs):
        with self.lock:
            issued = self.azure.authority._issue(scopes[0].removesuffix("/.default"))
        return AccessToken(issued["access_token"], int(time.time()) + issued["expires_in"])


@contextmanager
def replaying(azure):
    """`run(target, *faults, **options)`: the snapshot of a run with these faults alone; `azure.log` is of that run.

    All runs are of one moment, so that they ask the same, and only what is struck by a fault is asked again.
    """
    clock = mock.Mock(wraps=datetime)
    clock.now.return_value = datetime.now(UTC).replace(microsecond=0)
    rules, kept = app.all_rules(tested=False), {}

    def run(target, *faults, **options):
        azure.faults.dialled[:] = faults
        azure.faults.tries.clear()
        azure.faults.struck.clear()
        azure.log.clear()
        return collected(azure, target, concurrency=4, **options)

    with (
        mock.patch.object(reader, "Wire", lambda concurrency: _Replay(azure, kept)),
        mock.patch.object(live.signin, "credential", lambda *words, **more: _SignedIn(azure)),
        mock.patch.object(live, "datetime", clock),
        mock.patch.object(app, "all_rules", lambda *words, **more: rules),
    ):
        yield run


# --- what came of it ------------------------------------------------------------------------------------------------


def members(estate):
    """Keys of all that a run can read: resource groups alone have no row in the table."""
    keys = {key_of(with_slash(body["id"])) for body in estate.records.values()}
    return {key for key in keys if type_of(key) != GROUP_TYPE}


def verdicts(path, **options):
    """{(rule, subject): outcome} of a scan of a file."""
    report = app.scan(app.Options(input=str(path), **options))
    return {(v.rule.id, s.key): o for v in report.verdicts for o, found in v.subjects.items() for s in found}


def judging_once():
    """`verdicts` for many runs: files that differ in times, salts and the words of their gaps are judged once."""
    known = {}

    def of(path):
        lines = "\n".join(map(_without_words, path.read_text().splitlines()))
        digest = sha256(lines.encode()).digest()
        if digest not in known:
            known[digest] = verdicts(path)
        return known[digest]

    return of


def _without_words(line):
    if not line.startswith(('{"read"', '{"gap"', '{"schema"')):
        return _unhashed(line)
    record = json.loads(line)
    for body in (record, record.get("read", {}), record.get("gap", {})):
        for key in ("salt", "at", "status", "code", "message"):
            body.pop(key, None)
    return json.dumps(record)


def asked_of(azure):
    """How often each request was answered well, by all that tells requests apart."""
    answered = (s for s in azure.log if s.role == "arm" and s.status < 400)
    return Counter((s.method, s.path.lower(), tuple(sorted(s.query.items())), s.asked) for s in answered)


def comparable(path):
    """The records of a snapshot but for what two runs may differ in: the header, times, hashes of secrets."""
    lines = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    for record in lines:
        (record.get("read") or {}).pop("at", None)
        for key in ("start", "series"):
            (record.get("metrics") or {}).pop(key, None)
    return Counter(_unhashed(json.dumps(record, sort_keys=True)) for record in lines)


def _unhashed(text):
    parts = text.split("sha256:")
    return "sha256:".join([parts[0], *(part[8:] for part in parts[1:])])
