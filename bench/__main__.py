"""`make bench`: what the tool costs, told as ratios of one run on one machine.

    python -m bench                                   # all of it, written to bench/RESULTS.md
    python -m bench --quick                           # a small estate, to try the harness; writes nothing
    C7N_PYTHON=/tmp/c7n/bin/python python -m bench    # with the comparison of leaves (see c7n_leaf.py)

Seconds say more of a machine than of a program, so bounds are ratios: a start is compared with the imports it
can't do without, a scan with the mere parse of its input, a format with the summary, a leaf with c7n's. Only what
a person waits for in a browser is in seconds, what a mail has to carry in bytes, what a request of `collect` costs in
CPU time, and what has to be none is a count. A missed bound is a row that says so; only what could not be run at all
makes the exit status 1.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bench import collecting, estate, generate, landing_zone, packs, page, series
from bench.measure import (
    DATA,
    ROOT,
    Command,
    CouldNotRunError,
    Sample,
    in_turns,
    median,
    python,
    readiness,
    run,
)
from tools.browser import NoBrowserError

RESULTS = ROOT / "bench" / "RESULTS.md"
PACKS = (1, 12, 50, 100)
JSON_RULES = 12
JSON_BOUND = 3.0
MEMORY_BOUND = 1.6
GROWTH_BOUND = 2.3
LANDING_BOUND = 12.0
SERIES = 50_000
SERIES_BOUND = 6.0


def scan_bound(rules: int) -> float:
    """Four parses for reading, indexing and showing; then 15 % of a parse for each rule."""
    return 4 + 0.15 * rules


@dataclass(frozen=True)
class Row:
    """One ratio; the bound, if there is one, is its highest permitted value."""

    what: str
    ratio: float
    bound: float | None = None

    def __str__(self) -> str:
        bound = "-" if self.bound is None else f"{self.bound:.2f}"
        met = "-" if self.bound is None else "yes" if self.ratio <= self.bound else "no"
        return f"| {self.what} | {self.ratio:.2f} | {bound} | {met} |"


@dataclass(frozen=True)
class Bench:
    """What every measurement needs: the snapshot, a directory for rule packs, how often to repeat."""

    accounts: int
    snapshot: Path
    packs: Path
    rounds: int
    quick: bool = False

    def scan(self, rules: int, *options: str) -> Command:
        """A scan of the snapshot by the first so many rules."""
        pack = self.packs / f"{rules}"
        if not pack.exists():
            packs.account_pack(pack, rules)
        return readiness("scan", str(self.snapshot), "--rules", str(pack), "--select", "BENCH", *options)

    def parse(self, *options: str) -> Command:
        return python("-m", "bench.parse", str(self.snapshot), *options)


def seconds(sample: Sample) -> float:
    return sample.seconds


def peak(sample: Sample) -> float:
    return sample.peak


def cold_start(bench: Bench) -> Iterator[Row]:
    """What a user waits for before anything is judged: a new process each time, bytecode compiled before."""
    commands = (python("-c", "import typer, rich"), readiness("--version"), readiness("scan", "--sample"))
    imports, *ours = in_turns(3 * bench.rounds, *commands)
    for name, samples in zip(("--version", "scan --sample"), ours, strict=True):
        yield Row(f"start: `readiness {name}` / `import typer, rich`", ratio(samples, imports, seconds))


def scans(bench: Bench) -> Iterator[Row]:
    """A whole scan, from start to exit: wall time and peak. The parse is timed inside its process."""
    parse, *runs = in_turns(bench.rounds, bench.parse(), *(bench.scan(rules) for rules in PACKS))
    parsing = median(parse, Sample.number)
    tell(f"the parse: {parsing:.3f} s, peak {median(parse, peak):,.0f}")
    for rules, samples in zip(PACKS, runs, strict=True):
        tell(f"the scan by {rules}: {median(samples, seconds):.2f} s, peak {median(samples, peak):,.0f}")
        yield Row(f"time: scan, {named(rules)} / parse", median(samples, seconds) / parsing, scan_bound(rules))
    for rules, samples in zip(PACKS, runs, strict=True):
        yield Row(f"peak memory: scan, {named(rules)} / parse", ratio(samples, parse, peak), MEMORY_BOUND)


def yardstick(bench: Bench) -> Iterator[Row]:
    """How long the parse is without keeping anything, for those who would measure against that."""
    keep, discard = in_turns(bench.rounds, bench.parse(), bench.parse("--discard"))
    share = median(discard, Sample.number) / median(keep, Sample.number)
    yield Row("time: parse that keeps nothing / parse", share)


def formats(bench: Bench) -> Iterator[Row]:
    """What it costs to write every open finding out, in place of a summary."""
    summary, report = in_turns(bench.rounds, bench.scan(JSON_RULES), bench.scan(JSON_RULES, "-f", "json"))
    tell(f"the report: {report[0].size:,} bytes")
    cost = ratio(report, summary, seconds)
    yield Row(f"time: `-f json`, {named(JSON_RULES)} / summary", cost, JSON_BOUND)


def growth(bench: Bench) -> Iterator[Row]:
    """What twice the estate costs all rules that ship: one that walks it for each subject would cost four times."""
    half = max(bench.accounts // 40, 200)
    files = [estate.write(bench.packs / f"estate-{n}.jsonl", n) for n in (half, 2 * half)]
    commands = (readiness("scan", str(path), "--quiet") for path in files)
    parse = python("-m", "bench.parse", str(files[1]))
    small, large, parsed = in_turns(bench.rounds, *commands, parse)
    tell(f"{2 * half} accounts: {median(large, seconds):.2f} s")
    yield Row("time: scan by all shipped rules, 2 n / n", ratio(large, small, seconds), GROWTH_BOUND)
    share = median(large, seconds) / median(parsed, Sample.number)
    yield Row("time: scan by all shipped rules / parse", share)


def landing(bench: Bench) -> Iterator[Row]:
    """What roles and private endpoints cost the rules that look at what stands between resources."""
    half = bench.accounts // 20
    files = [landing_zone.write(bench.packs / f"zone-{n}.jsonl", n) for n in (half, 2 * half)]
    commands = (readiness("scan", str(path)) for path in files)
    parse = python("-m", "bench.parse", str(files[1]))
    small, large, parsed = in_turns(bench.rounds, *commands, parse)
    tell(f"{2 * half} accounts in a landing zone: {median(large, seconds):.2f} s")
    what = "time: scan of a landing zone by all shipped rules"
    yield Row(f"{what}, 2 n / n", ratio(large, small, seconds), GROWTH_BOUND)
    share = median(large, seconds) / median(parsed, Sample.number)
    yield Row(f"{what} / parse", share, LANDING_BOUND)


def metrics(bench: Bench) -> Iterator[Row]:
    """What fifty thousand series of two weeks cost: read, and judged by a percentile, a share and a ratio of each."""
    number = SERIES // (10 if bench.quick else 1)
    file = series.write(bench.packs / "series.jsonl", number)
    selected = [word for rule in series.RULES for word in ("--select", rule)]
    scan, parse = readiness("scan", str(file), *selected), python("-m", "bench.parse", str(file))
    judged, parsed = in_turns(bench.rounds, scan, parse)
    tell(f"{number:,} series of {series.POINTS} points: {median(judged, seconds):.2f} s")
    what = f"time: scan of {number:,} series of {series.POINTS} points / parse"
    yield Row(what, median(judged, seconds) / median(parsed, Sample.number), SERIES_BOUND)


def pages(bench: Bench) -> Iterator[Row]:
    """The HTML report: how large it is, and what a large one costs in the system's Chromium."""
    small, large = bench.packs / "sample.html", bench.packs / "large.html"
    large_estate = estate.write(bench.packs / "estate-of-findings.jsonl", page.ACCOUNTS)
    in_turns(1, readiness("scan", "--sample", "-q", "-o", str(small)))
    in_turns(1, readiness("scan", str(large_estate), "-q", "-o", str(large)))
    yield Row("size: the sample's HTML, MB", small.stat().st_size / 1e6, 2.0)
    findings = large.read_bytes().count(b"<article ")
    yield Row(f"size: the HTML of {findings:,} findings, MB", large.stat().st_size / 1e6, 25.0)
    try:
        paint, filtered = page.measure(large)
    except NoBrowserError as nothing:
        raise CouldNotRunError(str(nothing)) from nothing
    yield Row("first paint of these findings, s", paint / 1e3, 1.5)
    yield Row("the slowest of its filters, s", filtered / 1e3, 0.2)


def collects(bench: Bench) -> Iterator[Row]:
    """Reading a large tenant live, from a fake of Azure: whether all is read, how fast, and with how much CPU."""
    found = collecting.figures(run(collecting.command(*(["--quick"] if bench.quick else []))))
    for name, figures in found.items():
        tell(f"{name}: {figures.requests:,} requests, {figures.seconds:.1f} s, {figures.cpu:.1f} s of CPU")
    calm, troubled, limited = found["calm"], found["troubled"], found["limited"]
    yield Row("time: collect / requests x 50 ms / 32", calm.wall, collecting.WALL_BOUND)
    yield Row("CPU of a request of collect, ms", calm.a_request, collecting.CPU_BOUND)
    yield Row("collect: ids that are not those of the tenant", calm.wrong, 0)
    yield Row("collect, 10 % answered 429 and 5 % 500: ids that are not those of the tenant", troubled.wrong, 0)
    yield Row("collect: requests asked twice", sum(one.twice for one in found.values()), 0)
    yield Row("collect under the documented limits: answers of 429", limited.refused, 0)


def leaves(bench: Bench) -> Iterator[Row]:
    """One evaluation of a leaf of a condition, against the parse of an account and c7n's nearest relative."""
    ours = python("-m", "bench.leaves", str(bench.snapshot), "--in-a-scan")
    mine, parse = in_turns(bench.rounds, ours, bench.parse())
    cost = median(mine, Sample.number)
    parsing = median(parse, Sample.number) * 1e9 / bench.accounts
    yield Row(f"time: a leaf ({1e3 / cost:.1f} million a second) / parse of an account", cost / parsing)
    if other := os.environ.get("C7N_PYTHON"):
        script = str(ROOT / "bench" / "c7n_leaf.py")
        theirs, mine = in_turns(1, (other, script, "--mean-as-run", str(bench.snapshot)), ours)
        yield Row("time: a leaf in a scan / c7n's `ValueFilter` in a policy", ratio(mine, theirs, Sample.number), 0.1)
        alone = python("-m", "bench.leaves", str(bench.snapshot), "--mean")
        bare, lone = in_turns(1, (other, script, "--mean", str(bench.snapshot)), alone)
        yield Row("time: a leaf alone / c7n's `ValueFilter` alone", ratio(lone, bare, Sample.number))


def ratio(samples: list[Sample], others: list[Sample], value: Callable[[Sample], float]) -> float:
    return median(samples, value) / median(others, value)


def named(rules: int) -> str:
    return f"{rules} rule" if rules == 1 else f"{rules} rules"


def tell(text: str) -> None:
    """Progress and the figures of this machine: shown, not kept."""
    print(text, file=sys.stderr, flush=True)


SECTIONS: tuple[Callable[[Bench], Iterator[Row]], ...] = (
    cold_start, scans, yardstick, formats, growth, landing, metrics, leaves, pages, collects,
)  # fmt: skip


def measure(bench: Bench) -> tuple[list[Row], list[str]]:
    """All rows, and the names of the sections that could not be run."""
    rows: list[Row] = []
    missing: list[str] = []
    for section in SECTIONS:
        tell(f"--- {section.__name__}")
        try:
            rows += section(bench)
        except CouldNotRunError as error:
            missing.append(section.__name__)
            tell(str(error))
    return rows, missing


def machine() -> str:
    """What the ratios depend on, and nothing that names the machine."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("genai-readiness", "orjson"))
    return f"Python {platform.python_version()}, {libraries}, {os.cpu_count()} cores, {platform.system()}."


def markdown(rows: list[Row], bench: Bench) -> str:
    """The results as a page."""
    size = f"{bench.accounts:,} accounts in {generate.SUBSCRIPTIONS} subscriptions"
    head = ["| what | ratio | bound | met |", "|---|---:|---:|---|"]
    return "\n".join(("# Benchmarks", "", EXPLAINED.format(size=size), machine(), "", *head, *map(str, rows), ""))


EXPLAINED = """\
Written by `make bench`. Ratios of one run, medians of runs in turns, each in a process of its own; the input
is a snapshot of {size}. "Parse" is `orjson.loads` of each of its lines, all
results kept, garbage collection frozen; a scan is the whole command, from start to exit, its output piped.
"""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Ratios of one run.")
    parser.add_argument("--quick", action="store_true", help="2,000 accounts, one round; writes no results")
    parser.add_argument("--rounds", type=int, default=5, help="how often each thing is run (default: 5)")
    return parser.parse_args()


def main() -> int:
    asked = options()
    accounts, rounds = (2_000, 1) if asked.quick else (generate.ACCOUNTS, asked.rounds)
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(accounts, generate.snapshot(DATA, accounts), Path(directory), rounds, asked.quick)
        rows, missing = measure(bench)
    results = markdown(rows, bench)
    print(results)
    if missing:
        print(f"Could not be run: {', '.join(missing)}. Results are not written.")
    elif not asked.quick:
        RESULTS.write_text(results, encoding="utf-8")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
