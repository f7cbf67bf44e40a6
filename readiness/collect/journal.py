"""FILE.partial: what was read so far, a record a line, flushed one by one; FILE appears whole by rename (design 7).

Secrets are masked before anything is written (semantics 20). Any number of threads may write. A run that goes on
keeps the header, its salt, and every record but the gaps that another try may mend.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final

import orjson

from readiness import masking, snapshot
from readiness.arm import key_of, type_of
from readiness.collect.answers import Failure
from readiness.collect.operations import Operation
from readiness.errors import InputError, UsageError
from readiness.model import Gap, Json, Reason
from readiness.snapshot import Snapshot

SCHEMA: Final = "readiness/snapshot/1"
SUFFIX: Final = ".partial"
SALT: Final = 16
DEFINITE: Final = (Reason.FORBIDDEN, Reason.NOT_FOUND, Reason.NOT_REGISTERED, Reason.NOT_ASKED)
"""Reasons that another try does not mend."""


class Journal:
    """An open FILE.partial; raises UsageError where it can't be written, or is there already."""

    def __init__(self, target: Path, header: dict[str, Json], before: Snapshot | None = None) -> None:
        """`before` is what an earlier run left in it (`left`), whose header is kept."""
        self.target, self.partial = target, target.with_name(f"{target.name}{SUFFIX}")
        self.before = before or Snapshot()
        self.gaps = len(self.before.gaps)
        self._done = {(str(r.operation), key_of(r.scope), r.type.lower()) for r in self.before.reads}
        self._done |= {(str(g.operation), key_of(g.scope), (g.type or "").lower()) for g in self.before.gaps}
        self._lock = threading.Lock()
        self._header = (
            dict(before.header) if before else {"schema": SCHEMA, **header, "salt": secrets.token_hex(SALT)}
        )
        self._mark = masking.hashed(bytes.fromhex(str(self._header["salt"])))
        self._file: IO[bytes] = _opened(self.partial, anew=before is None)
        if before is None:
            self._write(self._header)

    # --- what an earlier run left -----------------------------------------------------------------------------

    def is_done(self, operation: str, scope: str, type_: str) -> bool:
        """Whether an earlier run read this list or object, or was refused it for good."""
        return (operation, key_of(scope), type_.lower()) in self._done

    # --- writing ----------------------------------------------------------------------------------------------

    def resources(self, bodies: Iterable[dict[str, Json]], api_version: str, source: str) -> None:
        """Records of resources, without their literal secrets."""
        records = []
        for body in bodies:
            safe = masking.masked(body, type_of(str(body.get("id"))) or str(body.get("type")), self._mark)
            records.append({"resource": safe, "api_version": api_version, "from": source})
        self._write(*records)

    def metrics(self, record: dict[str, Json]) -> None:
        """A record of a metric's series."""
        self._write({"metrics": record})

    def read(self, operation: Operation, scope: str, count: int, at: str) -> None:
        """A list that was read to its end, or an object that was read or is known not to be."""
        self.listed(operation.name, scope, operation.yields, count, operation.api_version, at)

    def listed(self, name: str, scope: str, type_: str, count: int, api_version: str, at: str) -> None:
        """A list of a type below a scope, whole."""
        keys = {"scope": scope, "type": type_, "count": count, "api_version": api_version, "at": at}
        self._write({"read": {"operation": name, **keys}})

    def gap(self, name: str, scope: str, type_: str | None, permission: str | None, failure: Failure) -> None:
        """What could not be read, and why."""
        why = {"status": failure.status, "code": failure.code, "reason": failure.reason}
        keys = {"scope": scope, "type": type_, "path": None, **why, "permission": permission}
        self._write({"gap": {"operation": name, **keys, "message": failure.message}})
        with self._lock:
            self.gaps += 1

    def _write(self, *records: dict[str, Json]) -> None:
        lines = b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)
        with self._lock:
            if not self._file.closed:  # a run that was stopped leaves threads behind
                self._file.write(lines)
                self._file.flush()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # --- the end ----------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Nothing is written any more."""
        with self._lock:
            self._file.close()

    def finish(self, scope: dict[str, Json] | None = None) -> None:
        """Write FILE out of what was read, sorted, and leave no partial file; `scope`: what is judged in the end."""
        self.close()
        try:
            whole = snapshot.read(str(self.partial))
            whole.header |= {"scope": scope} if scope else {}
            snapshot.write(whole, self.target)
        except OSError as error:
            raise UsageError(f"{self.target}: can't be written: {error.strerror or error}") from error
        self.partial.unlink(missing_ok=True)


def _opened(path: Path, *, anew: bool) -> IO[bytes]:
    try:
        return os.fdopen(
            os.open(path, os.O_WRONLY | os.O_APPEND | (os.O_CREAT | os.O_EXCL if anew else 0), 0o600), "ab"
        )
    except FileExistsError:
        hint = f"--resume {path} goes on with it; remove it to begin again."
        raise UsageError(f"{path}: is there already, from a run that was stopped", hint) from None
    except OSError as error:
        raise UsageError(f"{path}: can't be written: {error.strerror or error}") from error


def left(partial: Path) -> Snapshot:
    """What an earlier run left in FILE.partial, which is rewritten without the gaps that another try may mend.

    Raises UsageError for what no run of ours left.
    """
    if not partial.name.endswith(SUFFIX) or not _is_salt(snapshot.read(str(partial)).header.get("salt")):
        raise InputError(f"{partial.name}: was not left by a run that was stopped", f"Name a FILE{SUFFIX}.")
    try:
        _rewrite(partial)
    except OSError as error:
        raise UsageError(f"{partial}: can't be written: {error.strerror or error}") from error
    return snapshot.read(str(partial))


def _is_salt(text: Json) -> bool:
    return isinstance(text, str) and re.fullmatch(r"(?:[0-9a-f]{2}){8,64}", text) is not None


def is_definite(gap: Gap) -> bool:
    """Whether another try would be refused, too; a sign-in that was lost is not a refusal."""
    return gap.reason in DEFINITE and gap.status != 401 and gap.code != "SignInLost"


def _rewrite(partial: Path) -> None:
    beside = partial.with_name(f".{partial.name}")
    with (
        partial.open("rb") as old,
        os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as new,
    ):
        new.writelines(line for line in old if line.endswith(b"\n") and _stays(line))
    beside.replace(partial)


def _stays(line: bytes) -> bool:
    record: Any = orjson.loads(line)
    return "gap" not in record or is_definite(snapshot.gap_of(record["gap"]))
