"""az commands and Bicep fragments made from a fix: whole texts, what az and Bicep make of them, hostile names.

`az_does` reads arguments as azure-cli 2.91.0 does (set_properties and remove_properties in core/commands/arm.py,
shell_safe_json_parse in core/util.py, _expand_file_prefixed_files in core/commands/__init__.py); bash itself reads
the text. `declared` reads Bicep by its specification (https://github.com/Azure/bicep/blob/main/docs/spec/bicep.md).
"""

import ast
import copy
import json
import re
import subprocess
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import app
from readiness.model import Gap, Origin, Outcome, Resource
from readiness.ruletests import merge_patch
from readiness.snippets import LONGEST, Snippets, snippets
from tests.builders import ACCOUNTS, DEPLOYMENTS, GROUP, SEARCH, SUB, account, child, resource

BACKENDS = "Microsoft.ApiManagement/service/backends"
FIX = {"properties": {"disableLocalAuth": True}}
RULES = [rule for rule in app.all_rules().rules if rule.remediation and rule.remediation.fix is not None]


def subject(body, api_version=None, origin=Origin.ARM, gaps=()):
    return Resource(body, gaps, api_version, body["id"], body["id"].lower(), "", origin)


def deployment(properties=None, **top):
    return child(account(), "deployments", "gpt-4o", {} if properties is None else properties, **top)


def of_type(type_, name="one", **body):
    """A body of any type, its parents named after their kind."""
    provider, *kinds = type_.split("/")
    names = [*(f"the-{kind}" for kind in kinds[:-1]), name]
    tail = "/".join(f"{kind}/{own}" for kind, own in zip(kinds, names, strict=True))
    return {**body, "id": f"{GROUP}/providers/{provider}/{tail}"}


def made(body, fix, **how):
    found = snippets(subject(body, **how), fix)
    assert isinstance(found, Snippets)
    return found


def lines(text):
    return textwrap.dedent(text).strip("\n")


# --- what bash and az make of a command ---------------------------------------------------------------------------


def argv_of(text):
    """The arguments that bash hands to az: one command, nothing else."""
    script = f'az() {{ printf \'%s\\0\' "$#" "$@"; }}\n{text}\n'
    ran = subprocess.run(["bash", "--noprofile", "--norc", "-c", script], capture_output=True, check=True, timeout=20)
    count, *found = ran.stdout.decode("utf-8").split("\0")[:-1]
    assert not ran.stderr
    assert len(found) == int(count), "az is called once"
    return found


def az_does(argv, body):
    """What a command leaves of a resource."""
    for argument in argv:
        assert not argument.partition("=")[2].startswith("@"), "az would read a file"
        assert not argument.startswith("@"), "az would read a file"
    if argv[:3] == ["rest", "--method", "patch"]:
        return merge_patch(body, json.loads(argv[argv.index("--body") + 1]))
    assert argv[:3] == ["resource", "update", "--ids"]
    after = copy.deepcopy(body)
    for option, value in zip(argv[2::2], argv[3::2], strict=True):
        {"--set": set_, "--remove": remove}.get(option, lambda *_: None)(after, value)
    return after


def steps_of(path):
    """A path of az: dots and brackets part it; brackets are indexes, of which no snippet has any."""
    assert "[" not in path
    return re.findall(r"[^.]+", path)


def set_(root, expression):
    assert not expression.startswith("-"), "argparse would take it for an option"
    path, _, text = expression.partition("=")
    *above, name = steps_of(path)
    found = root
    for place, step in enumerate(above):
        if found.get(step) is None and (place == 0 or step in found):
            found[step] = {}
        found = found[step]
    found[name] = parsed(text)


def remove(root, path):
    *above, name = steps_of(path)
    found = root
    for step in above:
        found = found[step]
    del found[name]


def parsed(text):
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError):
            continue
    return text


# --- what Bicep makes of a fragment -------------------------------------------------------------------------------

ESCAPE = r"\\(?:[\\'nrt$]|u\{[0-9a-fA-F]+\})"
TOKEN = re.compile(
    rf"(?P<comment>//[^\n]*)|(?P<text>'(?:[^'\\\n\r$]|\$(?!\{{)|{ESCAPE})*')|(?P<number>-?[0-9]+)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>[{}\[\]:=()])|(?P<line>\n)|(?P<space> +)"
)
PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


def tokens(text):
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, f"no token at {text[at : at + 30]!r}"
        at = found.end()
        if found.lastgroup != "space":
            yield found.lastgroup, found[0]


def unquoted(text):
    def one(found):
        return chr(int(found[0][3:-1], 16)) if found[0][1] == "u" else PLAIN.get(found[0][1], found[0][1])

    return re.sub(ESCAPE, one, text[1:-1])


class Reader:
    """Reads a fragment; `left_out` are the names that its comments give."""

    def __init__(self, text):
        self.tokens, self.left_out, self.comments = [], [], []
        for kind, part in tokens(text):
            if kind == "comment":
                said = re.fullmatch(r"// leave out (.+)", part)
                (self.left_out if said else self.comments).append(said[1] if said else part)
            else:
                self.tokens.append((kind, part))
        self.tokens.append(("end", ""))

    def take(self, *parts):
        for part in parts:
            _, found = self.tokens.pop(0)
            assert found == part, f"{found!r} where {part!r} should be"

    def pop(self, *kinds):
        kind, found = self.tokens.pop(0)
        assert kind in kinds, found
        return found

    def lines(self):
        while self.tokens[0][0] == "line":
            self.tokens.pop(0)

    def file(self):
        self.lines()
        while self.tokens[0][0] != "end":
            self.take("resource")
            symbol, at = self.pop("word"), unquoted(self.pop("text"))
            existing = self.tokens[0][1] == "existing"
            self.take(*(["existing"] if existing else []), "=")
            yield symbol, at, existing, self.value()
            self.lines()

    def value(self):
        kind, found = self.tokens.pop(0)
        if found in "{[":
            return self.object() if found == "{" else self.list()
        if found == "json":
            self.take("(")
            inner = json.loads(unquoted(self.pop("text")))
            self.take(")")
            return inner
        if kind == "text":
            return unquoted(found)
        assert kind == "number" or found in ("true", "false", "null"), found
        assert kind != "number" or abs(int(found)) < 2**63
        return found if kind == "word" and found not in ("true", "false", "null") else json.loads(found)

    def object(self):
        found = {}
        while self.follows("}"):
            name = self.pop("word", "text")
            key = unquoted(name) if name[0] == "'" else name
            assert key not in found
            self.take(":")
            found[key] = self.reference() if key in ("parent", "scope") and not found else self.value()
        return found

    def reference(self):
        return ("symbol", self.pop("word"))

    def list(self):
        found = []
        while self.follows("]"):
            found.append(self.value())
        return found

    def follows(self, end):
        """Whether another member follows, on a line of its own."""
        parted = self.tokens[0][0] == "line"
        self.lines()
        if self.tokens[0][1] == end:
            self.tokens.pop(0)
            return False
        assert parted, "members stand on lines of their own"
        return True


def declared(text):
    """The resources of a fragment, and the names that it leaves out."""
    reader = Reader(text)
    found = list(reader.file())
    assert len({symbol for symbol, *_ in found}) == len(found)
    assert reader.comments[0] == "// Merge into the declaration that exists: only what changes is shown."
    return found, reader.left_out


def without_nulls(value):
    return {k: without_nulls(v) for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def nulls(value):
    return sum(1 if v is None else nulls(v) for v in value.values()) if isinstance(value, dict) else 0


def assert_bicep_says(text, fix):
    found, left_out = declared(text)
    *_, (_, _, existing, members) = found
    assert not existing
    assert without_nulls(fix) == {k: v for k, v in members.items() if k not in ("parent", "scope", "name")}
    assert len(left_out) == nulls(fix)


# --- whole texts --------------------------------------------------------------------------------------------------


def test_a_property_of_an_account():
    found = made(account(), FIX)
    assert found.az == lines(rf"""
        az rest --method patch \
          --url '{GROUP}/providers/{ACCOUNTS}/chat?api-version=2025-06-01' \
          --body '{{"properties": {{"disableLocalAuth": true}}}}'
        """)
    assert found.bicep == lines("""
        // Merge into the declaration that exists: only what changes is shown.
        resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
          name: 'chat'
          properties: {
            disableLocalAuth: true
          }
        }
        """)


def test_a_property_taken_away():
    found = made(resource(SEARCH, "docs"), {"properties": {"disableLocalAuth": True, "authOptions": None}})
    assert found.az == lines(rf"""
        az rest --method patch \
          --url '{GROUP}/providers/{SEARCH}/docs?api-version=2025-05-01' \
          --body '{{"properties": {{"disableLocalAuth": true, "authOptions": null}}}}'
        """)
    assert found.bicep == lines("""
        // Merge into the declaration that exists: only what changes is shown.
        resource searchService 'Microsoft.Search/searchServices@2025-05-01' = {
          name: 'docs'
          properties: {
            disableLocalAuth: true
            // leave out authOptions
          }
        }
        """)


def test_an_identity_of_a_gateway():
    found = made(resource("Microsoft.ApiManagement/service", "gate"), {"identity": {"type": "SystemAssigned"}})
    assert found.az == lines(rf"""
        az rest --method patch \
          --url '{GROUP}/providers/Microsoft.ApiManagement/service/gate?api-version=2024-05-01' \
          --body '{{"identity": {{"type": "SystemAssigned"}}}}'
        """)
    assert found.bicep == lines("""
        // Merge into the declaration that exists: only what changes is shown.
        resource service 'Microsoft.ApiManagement/service@2024-05-01' = {
          name: 'gate'
          identity: {
            type: 'SystemAssigned'
          }
        }
        """)


def test_a_backend_is_patched_whatever_its_etag():
    body = of_type(BACKENDS, "openai")
    found = made(body, {"properties": {"tls": {"validateCertificateName": True}}})
    assert found.az == lines(rf"""
        az rest --method patch \
          --url '{body["id"]}?api-version=2024-05-01' \
          --headers 'If-Match=*' \
          --body '{{"properties": {{"tls": {{"validateCertificateName": true}}}}}}'
        """)
    assert found.bicep == lines("""
        // Merge into the declaration that exists: only what changes is shown.
        resource service 'Microsoft.ApiManagement/service@2024-05-01' existing = {
          name: 'the-service'
        }

        resource backend 'Microsoft.ApiManagement/service/backends@2024-05-01' = {
          parent: service
          name: 'openai'
          properties: {
            tls: {
              validateCertificateName: true
            }
          }
        }
        """)


def test_a_deployment_is_read_and_written_whole():
    body = deployment({"versionUpgradeOption": "OnceCurrentVersionExpired"}, sku={"name": "Standard"})
    found = made(body, {"properties": {"versionUpgradeOption": "NoAutoUpgrade"}})
    assert found.az == lines(rf"""
        az resource update \
          --ids {GROUP}/providers/{ACCOUNTS}/chat/deployments/gpt-4o \
          --api-version 2025-06-01 \
          --set properties.versionUpgradeOption=NoAutoUpgrade
        """)
    assert found.bicep == lines("""
        // Merge into the declaration that exists: only what changes is shown.
        resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
          name: 'chat'
        }

        resource deployment 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = {
          parent: account
          name: 'gpt-4o'
          properties: {
            versionUpgradeOption: 'NoAutoUpgrade'
          }
        }
        """)


EVERYTHING = {
    "properties": {
        "flag": False,
        "count": 3,
        "ratio": 1.5,
        "huge": 2**64,
        "version": "1",
        "yes": "true",
        "none": "None",
        "quoted": 'it\'s "so" ${x}\n',
        "hidden": "a\u202eb",
        "mail": "to=@file",
        "list": [1, "two", None, {"x y": [], "z": {}}],
        "model": {"name": "gpt-4o", "source": None},
        "fresh": {"a": {"b": None, "c": 1}},
        "gone": None,
        "never": None,
    },
    "sku": {"capacity": 20},
    "tags": {"cost centre": "12"},
    "identity": None,
}


def test_every_kind_of_value_by_edits():
    body = deployment(
        {"gone": 1, "model": {"name": "x", "source": "y", "kept": 1}}, sku={"name": "S"}, identity={"type": "None"}
    )
    found = made(body, EVERYTHING).az
    assert found == lines(r"""
        az resource update \
          --ids ID \
          --api-version 2025-06-01 \
          --set properties.flag=false \
          --set properties.count=3 \
          --set properties.ratio=1.5 \
          --set properties.huge=18446744073709551616 \
          --set 'properties.version="1"' \
          --set 'properties.yes="true"' \
          --set 'properties.none="None"' \
          --set 'properties.quoted="it'"'"'s \"so\" ${x}\n"' \
          --set 'properties.hidden="a\u202eb"' \
          --set 'properties.mail="to=\u0040file"' \
          --set 'properties.list=[1, "two", null, {"x y": [], "z": {}}]' \
          --set 'properties.model.name="gpt-4o"' \
          --remove properties.model.source \
          --set 'properties.fresh={"a": {"c": 1}}' \
          --remove properties.gone \
          --set sku.capacity=20 \
          --set 'tags={"cost centre": "12"}' \
          --remove identity
        """).replace("ID", body["id"])
    assert az_does(argv_of(found), body) == merge_patch(body, EVERYTHING)


def test_every_kind_of_value_in_bicep():
    found = made(account(), EVERYTHING).bicep
    assert found == lines(r"""
        // Merge into the declaration that exists: only what changes is shown.
        resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
          name: 'chat'
          properties: {
            flag: false
            count: 3
            ratio: json('1.5')
            huge: json('18446744073709551616')
            version: '1'
            yes: 'true'
            none: 'None'
            quoted: 'it\'s "so" \${x}\u{a}'
            hidden: 'a\u{202e}b'
            mail: 'to=@file'
            list: [
              1
              'two'
              null
              {
                'x y': []
                z: {}
              }
            ]
            model: {
              name: 'gpt-4o'
              // leave out source
            }
            fresh: {
              a: {
                // leave out b
                c: 1
              }
            }
            // leave out gone
            // leave out never
          }
          sku: {
            capacity: 20
          }
          tags: {
            'cost centre': '12'
          }
          // leave out identity
        }
        """)
    assert_bicep_says(found, EVERYTHING)


@pytest.mark.parametrize(
    ("value", "said"), [(2**63 - 1, "9223372036854775807"), (2**63, "json('9223372036854775808')")]
)
def test_numbers_of_more_than_64_bits_are_no_literals(value, said):
    assert f"    x: {said}\n" in made(account(), {"properties": {"x": value}}).bicep


def test_an_extension_has_a_scope():
    body = {"id": f"{account()['id']}/providers/Microsoft.Insights/diagnosticSettings/all logs", "properties": {}}
    found = made(body, {"properties": {"logs": []}}, api_version="2021-05-01-preview")
    assert found.az == lines(rf"""
        az resource update \
          --ids '{body["id"]}' \
          --api-version 2021-05-01-preview \
          --set 'properties.logs=[]'
        """)
    assert found.bicep == lines("""
        // Merge into the declaration that exists: only what changes is shown.
        resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' existing = {
          name: 'chat'
        }

        resource diagnosticSetting 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
          scope: account
          name: 'all logs'
          properties: {
            logs: []
          }
        }
        """)


def test_a_resource_of_a_subscription_says_where_it_stands():
    body = {"id": f"{SUB}/providers/Microsoft.Security/pricings/AI", "properties": {"pricingTier": "Free"}}
    found = made(body, {"properties": {"pricingTier": "Standard"}}, api_version="2024-01-01")
    assert found.bicep == lines("""
        // Merge into the declaration that exists: only what changes is shown.
        // It stands in a file with targetScope = 'subscription'.
        resource pricing 'Microsoft.Security/pricings@2024-01-01' = {
          name: 'AI'
          properties: {
            pricingTier: 'Standard'
          }
        }
        """)


# --- the api-version ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "used"),
    [
        (None, "2025-06-01"),
        ("2025-05-31", "2025-06-01"),
        ("2025-06-01-preview", "2025-06-01"),
        ("2025-06-01", "2025-06-01"),
        ("2025-06-02", "2025-06-02"),
        ("2025-10-01-preview", "2025-10-01-preview"),
        ("9999-01-01'; x", "2025-06-01"),
        ("2025-10-01\n", "2025-06-01"),
    ],
)
def test_the_later_of_the_records_version_and_the_known_one(read, used):
    found = made(account(), FIX, api_version=read)
    assert f"chat?api-version={used}'" in found.az
    assert f"'Microsoft.CognitiveServices/accounts@{used}'" in found.bicep


def test_the_version_of_a_resource_graph_row_is_not_that_of_its_type():
    assert "?api-version=2025-06-01'" in made(account(), FIX, api_version="2026-01-01", origin=Origin.GRAPH).az


def test_without_any_version_az_takes_the_latest_and_bicep_leaves_the_place():
    found = made(resource("Contoso.Things/boxes"), {"properties": {"shut": True}})
    assert argv_of(found.az)[4:] == ["--set", "properties.shut=true"]
    assert found.bicep.split("\n")[1] == "resource box 'Contoso.Things/boxes@<api-version>' = {"


def test_a_type_is_spelt_as_microsoft_does():
    body = {"id": f"{GROUP.lower()}/providers/microsoft.cognitiveservices/ACCOUNTS/chat", "properties": {}}
    assert declared(made(body, FIX).bicep)[0][0][:2] == ("account", f"{ACCOUNTS}@2025-06-01")


# --- edits of what az reads ---------------------------------------------------------------------------------------


def options(found):
    argv = argv_of(found.az)
    return [pair for pair in zip(argv[2::2], argv[3::2], strict=True) if pair[0] in ("--set", "--remove")]


def test_zones_are_set_anew_since_az_would_lose_them():
    body = of_type("Contoso.Things/boxes", zones=["1", "2"], properties={})
    assert options(made(body, {"properties": {"x": 1}})) == [
        ("--set", "properties.x=1"),
        ("--set", 'zones=["1", "2"]'),
    ]
    assert options(made(body, {"zones": ["3"]})) == [("--set", 'zones=["3"]')]
    assert options(made({**body, "zones": []}, {"properties": {"x": 1}})) == [("--set", "properties.x=1")]


def test_an_object_that_may_be_there_is_not_replaced():
    fix = {"properties": {"tls": {"on": True, "old": None}}}
    whole = options(made(of_type(DEPLOYMENTS, properties={}), fix))
    assert whole == [("--set", 'properties.tls={"on": true}')]
    careful = [("--set", "properties.tls.on=true"), ("--remove", "properties.tls.old")]
    assert options(made(of_type(DEPLOYMENTS), fix)) == careful
    assert options(made(of_type(DEPLOYMENTS, properties={}), fix, gaps=(Gap(path="properties.tls"),))) == careful


def test_a_word_that_is_json_is_quoted():
    for word in ("true", "false", "null", "NaN", "Infinity", "None", "True", "False", "1", "a b", ""):
        assert options(made(deployment(), {"x": word})) == [("--set", f'x="{word}"')]
    for word in ("Disabled", "trueish", "Nones", "v1"):
        assert options(made(deployment(), {"x": word})) == [("--set", f"x={word}")]


# --- what has no snippet ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "id_",
    ["workload:default", "estate", "", "/", SUB, GROUP, f"{GROUP}/", "/providers/Microsoft.Management/groups/x",
     f"{GROUP}/providers/", f"{GROUP}/providers/{ACCOUNTS}", f"{GROUP}/providers/{ACCOUNTS}/", f"{SUB}/chat",
     f"{GROUP}/providers/Microsoft/{'x' * 261}/chat", f"{GROUP}/providers/Micro soft/accounts/chat",
     f"{GROUP}/providers/9/accounts/chat"],
)  # fmt: skip
def test_what_is_no_resource_has_none(id_):
    assert snippets(subject({"id": id_, "properties": {}}), FIX) is None


@pytest.mark.parametrize(
    "fix",
    [None, {}, [], "x", {"name": "other"}, {"id": "x"}, {"properties": {"x": float("nan")}},
     {"properties": {"x": {1}}}, {"properties": {"x": float("inf")}}],
)  # fmt: skip
def test_what_is_no_fix_has_none(fix):
    assert snippets(subject(account()), fix) is None


@pytest.mark.parametrize("key", ["a.b", "a[0]", "a=b", "@a", "-a", " a", "a ", "", "a\u202eb", "a\nb"])
def test_a_key_that_no_path_can_hold_has_none_unless_it_is_sent_as_json(key):
    fix = {"properties": {key: 1}}
    assert snippets(subject(deployment()), fix) is None
    for body in (account(), deployment({})):
        inside = {"properties": {"new": {key: 1}}}
        assert az_does(argv_of(made(body, inside).az), body) == merge_patch(body, inside)
        assert_bicep_says(made(body, inside).bicep, inside)


@pytest.mark.parametrize(("depth", "has"), [(50, True), (100_000, False)])
def test_a_fix_too_deep_to_be_written_has_none(depth, has):
    fix = {"x": 1}
    for _ in range(depth):
        fix = {"x": fix}
    for body in (account(), deployment()):
        assert (snippets(subject(body), fix) is not None) == has


def test_an_edit_that_changes_nothing_has_none():
    assert snippets(subject(deployment({"x": 1})), {"properties": {"y": None}}) is None
    assert snippets(subject(deployment({"y": 1})), {"properties": {"y": None}}) is not None


# --- every rule with a fix ----------------------------------------------------------------------------------------

PROOFS = [(rule, test) for rule in RULES for test in rule.tests if test.expect is Outcome.FAIL]


def failing(rule, test):
    """The body of a failing case, as a resource of the rule's type."""
    return {**of_type(rule.resource[0], test.resource.get("name") or "one"), **test.resource}


def test_rules_have_fixes():
    assert len(RULES) >= 10
    assert len(PROOFS) >= 79


@pytest.mark.parametrize(("rule", "test"), PROOFS, ids=[f"{r.id} {t.name}" for r, t in PROOFS])
def test_the_command_of_a_rule_leaves_what_its_fix_says(rule, test):
    body, fix = failing(rule, test), rule.remediation.fix
    found = made(body, fix)
    assert az_does(argv_of(found.az), body) == merge_patch(body, fix)
    assert_bicep_says(found.bicep, fix)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_types_that_rules_mend_are_known(rule):
    """A fix for a new type needs its stable api-version and whether its PATCH takes what the fix sets (_KNOWN)."""
    for type_ in rule.resource:
        assert "<api-version>" not in made(of_type(type_, properties={}), rule.remediation.fix).bicep


# --- whatever a fix holds -----------------------------------------------------------------------------------------

ODD = ["a.b", "a[0]", "a=b", "@a", "-a", "x y", "it's", "$(id)", "true", "\u202e", "", "ключ", "a\\", "`id`"]
TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from([*ODD, "1", "null", "None", "[]", "{}", "=@x", "a\nb", "\ud800"])
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS


def trees(keys, leaves=LEAVES):
    return st.recursive(
        leaves, lambda t: st.lists(t, max_size=3) | st.dictionaries(keys, t, max_size=3), max_leaves=8
    )


def objects(keys):
    return st.dictionaries(keys, trees(keys), max_size=4)


EASY = st.sampled_from(["a", "b", "tls", "model", "x y", "камень"])


def fixes(keys):
    return st.fixed_dictionaries(
        {"properties": objects(keys)}, optional={"sku": objects(keys), "tags": objects(keys)}
    )


@given(fixes(EASY | TEXTS), objects(EASY))
def test_a_patch_is_sent_as_it_stands(fix, properties):
    body = account(properties=properties)
    found = made(body, fix)
    argv = argv_of(found.az)
    assert argv[:5] == ["rest", "--method", "patch", "--url", f"{body['id']}?api-version=2025-06-01"]
    assert json.loads(argv[6]) == fix
    assert az_does(argv, body) == merge_patch(body, fix)
    assert_bicep_says(found.bicep, fix)


@given(fixes(EASY), objects(EASY), objects(EASY) | st.none())
def test_edits_leave_what_the_merge_patch_leaves(fix, properties, sku):
    body = deployment(properties, sku=sku)
    found = snippets(subject(body), fix)
    if found is None:
        assert merge_patch(body, fix) == body
    else:
        assert az_does(argv_of(found.az), body) == merge_patch(body, fix)
        assert_bicep_says(found.bicep, fix)


@given(fixes(EASY | TEXTS), objects(EASY | TEXTS))
def test_edits_with_odd_keys_are_right_or_not_made(fix, properties):
    body = deployment(properties)
    found = snippets(subject(body), fix)
    if found is not None:
        assert az_does(argv_of(found.az), body) == merge_patch(body, fix)


@given(fixes(EASY | TEXTS), st.sampled_from([account(), deployment(), of_type(BACKENDS, properties={})]))
def test_nothing_in_a_snippet_is_hidden(fix, body):
    found = snippets(subject(body), fix)
    for line in (found.az + "\n" + found.bicep).split("\n") if found else ():
        assert line.isprintable()


# --- whatever a resource is called --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["$(id)", "`id`", "a;$b", 'a"b', "a'b", "a\\b", "a|b", "a&b", "a>b", "a<b", "a*", "a?x=1", "a#b", "a%2Fb", "a\nb",
     "a\rb", "a\tb", "a\0b", "a\x1b[31m", "a\u202eb", "a\u200fb", "a\u2028b", "..", ".", "a/..", "a//b", " a", "a ",
     "{x}", "${x}", "!x", "~x", "@file", "a:b", "x" * 261, "***masked***", "<b>", "\ud800", "a\u00a0b"],
)  # fmt: skip
def test_a_hostile_name_has_no_snippet(name):
    for id_ in (f"{GROUP}/providers/{ACCOUNTS}/{name}", f"{SUB}/resourceGroups/{name}/providers/{ACCOUNTS}/chat"):
        assert snippets(subject({"id": id_, "properties": {}}), FIX) is None


@pytest.mark.parametrize(
    "name", ["a", "a b", "rg-(über)_1.x", "日本", "api;rev=2", "a-", "-a", "x" * 260, "..a", "a..b"]
)
def test_a_name_that_azure_may_give_is_quoted(name):
    body = account(name)
    found = made(body, FIX)
    assert argv_of(found.az)[4] == f"{body['id']}?api-version=2025-06-01"
    assert declared(found.bicep)[0][0][3]["name"] == name
    assert argv_of(made(child(body, "deployments", name), {"x": 1}).az)[3] == f"{body['id']}/deployments/{name}"


NAMES = st.text(max_size=20) | st.text("ab1-_.()/;= '\"\\$`&|<>*?#%{}!~@:\n\u202e", min_size=1, max_size=12)


@given(NAMES, st.sampled_from(["rg", "account", "deployment", "type"]))
def test_no_name_gets_out_of_its_quotes(name, place):
    names = {"rg": "rg", "account": "chat", "deployment": "gpt", "type": "deployments", place: name}
    id_ = f"{SUB}/resourceGroups/{names['rg']}/providers/{ACCOUNTS}/{names['account']}"
    id_ += f"/{names['type']}/{names['deployment']}"
    found = snippets(subject({"id": id_, "properties": {}}), {"properties": {"x": 1}})
    if found is None:
        return
    assert id_ in argv_of(found.az)
    assert not set(id_) & set("'\"\\$`&|<>*?#%{}!~@:\n\u202e")
    assert_bicep_says(found.bicep, {"properties": {"x": 1}})


@pytest.mark.parametrize(("length", "has"), [(LONGEST, True), (LONGEST + 1, False), (LONGEST * 10, False)])
def test_an_id_longer_than_any_has_none(length, has):
    parts = f"{GROUP}/providers/{ACCOUNTS}/chat"
    while len(parts) + len("/deployments/x") + 260 < length:
        parts += f"/deployments/{'x' * 30}"
    id_ = f"{parts}/deployments/"
    id_ += "x" * (length - len(id_))
    assert (snippets(subject({"id": id_, "properties": {}}), {"properties": {"x": 1}}) is not None) == has


# --- symbols ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "symbol"),
    [
        (ACCOUNTS, "account"),
        (SEARCH, "searchService"),
        ("Microsoft.ApiManagement/service", "service"),
        ("Microsoft.CognitiveServices/accounts/raiPolicies", "raiPolicy"),
        ("Microsoft.Cache/redis", "redis"),
        ("Microsoft.ApiManagement/service/apis", "api"),
        ("Microsoft.Network/publicIPAddresses", "publicIPAddress"),
        ("Contoso.Things/1", "item"),
        ("Contoso.Things/s", "item"),
        ("Contoso.Things/true", "trueItem"),
        ("Contoso.Things/a-1.2", "a"),
    ],
)
def test_a_symbol_is_the_singular_of_its_type(type_, symbol):
    assert declared(made(of_type(type_, properties={}), {"x": 1}).bicep)[0][-1][0] == symbol


def test_two_of_a_kind_have_symbols_of_their_own():
    found = made(of_type("Contoso.Things/boxes/boxes/boxes", properties={}), {"x": 1}).bicep
    assert [symbol for symbol, *_ in declared(found)[0]] == ["box", "box2", "box3"]
