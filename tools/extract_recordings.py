"""Real ARM answers, out of other projects' HTTP recordings, as exports for the tests.

    python tools/extract_recordings.py [DATA] [OUT]

DATA holds `recordings/` (YAML and JSON cassettes) and `arm-examples-*/` (examples of the specifications).
What OUT then holds is said in its ORIGIN.md. The same input gives the same bytes. `ten.array.json` are the
records that OUT/verdicts.yaml, written by hand, names by id and recording.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import yaml

MASK = "***masked***"
FAMILIES = {
    "accounts": "microsoft.cognitiveservices/",
    "search": "microsoft.search/",
    "apim": "microsoft.apimanagement/",
    "private-endpoints": "microsoft.network/privateendpoints",
}
ANSWERED = {"GET": {200}, "PUT": {200, 201}, "PATCH": {200, 201}}
PROGRESS = re.compile(r"/(operationresults|operationstatus(es)?|azureasyncoperations?)(/|$)", re.I)
LISTS_KEYS = re.compile(
    r"(^|[/_])((list|regenerate|create)\w*(keys?|secrets?)|listvalue|queryKeys)(/|$)"  # an action in a path
    r"|list(keys|secrets|value)|adminkeys|querykeys(client|by)|regenerate\w*key|ssotoken|generatetoken",
    re.I,
)
SECRET_NAME = re.compile(
    r"(password|clientsecret|(access|refresh|sas|bearer)[-_]?token|connectionstring|encodedcertificate"
    r"|(primary|secondary|access|account|api|auth|endpoint|instrumentation|subscription|throttling)[-_]?key)$",
    re.I,
)
SECRET_TEXT = re.compile(
    r"(?i:(accountkey|sharedaccesskey|instrumentationkey)=[^;]|[?&]sig=[^{]|^(bearer|basic) \S{8,}$)"
    r"|\beyJ[\w-]{10,}\.|-----BEGIN |^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+][A-Za-z0-9+/]{42,}={0,2}$",
)


class Answer(NamedTuple):
    """One resource as one request was answered."""

    body: dict[str, Any]
    api_version: str | None
    recording: str

    @property
    def key(self) -> str:
        return str(self.body["id"]).rstrip("/").lower()


def type_of(arm_id: str) -> str:
    """The resource type that an ARM id says, in lower case; empty if it names no provider."""
    namespace, *rest = arm_id.lower().rstrip("/").rpartition("/providers/")[2].split("/")
    return "/".join([namespace, *rest[::2]]) if "/providers/" in arm_id.lower() else ""


def family_of(body: Any) -> str | None:
    arm_id = body.get("id") if isinstance(body, dict) else None
    if not isinstance(arm_id, str) or PROGRESS.search(arm_id):
        return None
    kind = type_of(arm_id)
    return next((name for name, start in FAMILIES.items() if kind.startswith(start)), None)


def is_secret(name: str, value: str) -> bool:
    return bool(value) and bool(SECRET_NAME.search(name) or SECRET_TEXT.search(value))


def masked(value: Any, name: str = "") -> Any:
    """The same JSON with every text that looks like a key or secret replaced."""
    if isinstance(value, dict):
        scheme = "scheme" in value  # {"scheme": "Basic", "parameter": ...}
        return {k: MASK if scheme and k == "parameter" else masked(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [masked(item, name) for item in value]
    return MASK if isinstance(value, str) and is_secret(name, value) else value


def resources(body: Any) -> Iterator[dict[str, Any]]:
    """The resources in an answer: itself, or the members of its `value`."""
    listed = body.get("value") if isinstance(body, dict) else None
    for item in listed if isinstance(listed, list) else [body]:
        if family_of(item):
            yield masked(item)


def load(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)


def response_body(response: dict[str, Any]) -> Any:
    """The JSON of a cassette's answer: vcrpy keeps it as text, Cloud Custodian as data."""
    held = response.get("body") or {}
    content = held.get("data", held.get("string"))
    if not isinstance(content, str):
        return content
    try:
        return json.loads(content)
    except ValueError:
        return None


def api_version(uri: str) -> str | None:
    return next((v for k, v in parse_qsl(urlsplit(uri).query) if k.lower() == "api-version"), None)


def cassette_answers(interactions: list[dict[str, Any]], recording: str) -> Iterator[Answer]:
    for exchange in interactions:
        request, response = exchange["request"], exchange["response"]
        accepted = response["status"]["code"] in ANSWERED.get(request["method"], set())
        if accepted and not LISTS_KEYS.search(urlsplit(request["uri"]).path):
            for body in resources(response_body(response)):
                yield Answer(body, api_version(request["uri"]), recording)


def example_answers(example: dict[str, Any], recording: str) -> Iterator[Answer]:
    """The specifications' examples: `responses` by status (2024), one `body` (2025)."""
    if LISTS_KEYS.search(f"{example.get('operation', '')}/{Path(recording).stem}"):
        return
    held = [answer.get("body") for answer in example.get("responses", {}).values()] or [example.get("body")]
    version = Path(recording).parent.name
    yield from (Answer(item, version, recording) for body in held for item in resources(body))


def answers_in(content: Any, recording: str) -> Iterable[Answer]:
    if not isinstance(content, dict):
        return ()
    if "interactions" in content:
        return cassette_answers(content["interactions"], recording)
    return example_answers(content, recording) if {"responses", "body"} & content.keys() else ()


def last_of_each(answers: Iterable[Answer]) -> list[Answer]:
    """One answer an id, the last one; by id."""
    found = {answer.key: answer for answer in answers}
    return [found[key] for key in sorted(found)]


def walk(data: Path, pattern: str) -> list[Answer]:
    """The last answer of each id in each file, files by path."""
    files = sorted(p for p in data.glob(f"{pattern}/**/*") if p.suffix in {".yaml", ".yml", ".json"})
    named = ((path.relative_to(data).as_posix(), path) for path in files)
    return [answer for name, path in named for answer in last_of_each(answers_in(load(path), name))]


def bodies(answers: Iterable[Answer], family: str | None = None) -> list[dict[str, Any]]:
    kept = last_of_each(answers)
    return [a.body for a in kept if family is None or family_of(a.body) == family]


def foundry(answers: list[Answer]) -> dict[str, Any]:
    """The resource that stands alone in one.json."""
    accounts = bodies(answers, "accounts")
    return next((a for a in accounts if a.get("kind") == "AIServices"), accounts[0])


def named_in(verdicts: Path, answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """The records that the verdicts are about, in their order."""
    if not verdicts.exists():
        return []
    found = {(answer.recording, answer.key): answer.body for answer in answers}
    entries = load(verdicts)
    return [found[entry["recording"], entry["id"].lower()] for entry in entries if entry.get("recording")]


def exports(recorded: list[Answer], examples: list[Answer], verdicts: Path) -> dict[str, Any]:
    """What is written, by file name."""
    gateways = bodies(recorded, "apim")
    graph = {"count": len(gateways), "data": gateways, "skip_token": None, "total_records": len(gateways)}
    return {
        "accounts.array.json": bodies(recorded, "accounts"),
        "search.value.json": {"value": bodies(recorded, "search")},
        "apim.data.json": graph,
        "one.json": foundry(recorded),
        "all.array.json": bodies(recorded),
        "ten.array.json": named_in(verdicts, [*recorded, *examples]),
        "private-endpoints.examples.array.json": bodies(examples, "private-endpoints"),
        "examples.array.json": bodies(examples),
    }


def write_lines(path: Path, answers: Iterable[Answer]) -> None:
    lines = (json.dumps(answer._asdict(), ensure_ascii=False) + "\n" for answer in answers)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def write(out: Path, recorded: list[Answer], examples: list[Answer]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, content in exports(recorded, examples, out / "verdicts.yaml").items():
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    write_lines(out / "answers.jsonl", recorded)
    write_lines(out / "examples.answers.jsonl", examples)


def report(title: str, answers: list[Answer]) -> None:
    print(f"{title}: {len(answers)} answers, {len(last_of_each(answers))} ids")
    counted = Counter((type_of(a.key), a.api_version or "-") for a in answers)
    for (kind, version), number in sorted(counted.items()):
        print(f"  {number:4} {version:20} {kind}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("out", nargs="?", type=Path, default=Path("tests/data/real"))
    options = parser.parse_args()
    recorded, examples = walk(options.data, "recordings"), walk(options.data, "arm-examples-*")
    write(options.out, recorded, examples)
    report("recordings", recorded)
    report("examples", examples)


if __name__ == "__main__":
    main()
