"""`python -m readiness`, and the `readiness` command."""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Runs the command line; whatever is no fault of the user's is one line and exit code 4."""
    from readiness.cli import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that can't show a sign is no reason to stop
    try:
        app()
    except SystemExit as done:
        _leave(done.code)
    except Exception as error:
        if os.environ.get("READINESS_TRACEBACK"):
            raise
        print(f"readiness: internal error: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        print("  Please report it; READINESS_TRACEBACK=1 shows where it happened.", file=sys.stderr)  # noqa: T201
        sys.exit(4)


def _leave(code: object) -> None:
    """Ends the process at once: giving a large estate back object by object takes as long as reading it."""
    if not isinstance(code, int | None):
        sys.exit(str(code))
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code or 0)


if __name__ == "__main__":
    main()
