"""What the README tells people to type against live Azure runs, here against the fake one."""

import re
import shlex
from pathlib import Path

import pytest
from azure_fake import Estate, serve
from typer.testing import CliRunner

from readiness.cli import app as command_line

README = Path(__file__).parent.parent / "README.md"
[BLOCK] = re.findall(r"^```bash\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("somewhere_else")
def test_the_live_commands_of_the_readme_run_one_after_the_other():
    estate = Estate.tenant(subscriptions=2, accounts=2, deployments=2, gateways=1, apis=1, searches=1, empty=1)
    with serve(estate) as azure:
        for line in BLOCK.splitlines():
            name, *words = shlex.split(line, comments=True)
            found = CliRunner().invoke(command_line, words, env=azure.environment)
            assert (name, found.exit_code) == ("readiness", 0), found.output
    assert azure.writes == []
    assert Path("report.html").stat().st_size > 10_000
    assert Path("estate.jsonl.gz").stat().st_size > 1_000
