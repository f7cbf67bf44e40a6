"""`readiness collect`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from readiness.cli import options as o


def collect(
    output: Annotated[Path, o.option("--output", "-o", metavar="FILE", help="The snapshot to write (.gz is gzip).")],
    sample: o.Sample = False,
) -> None:
    """Write what was read as a snapshot; in this version the sample's."""
    with o.told():
        from readiness import app, snapshot
        from readiness.errors import UsageError

        read = app.read_input(app.Options(sample=sample))
        try:
            snapshot.write(read, output)
        except OSError as error:
            raise UsageError(f"{output}: can't be written: {error.strerror or error}") from error
        typer.echo(f"{output}: {len(read.resources)} resources", err=True)
