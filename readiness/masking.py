"""Literal secrets, taken out of what was read before anything else sees it (semantics 20).

Nothing that lists keys is ever called, but plain reads return secrets all the same: a gateway's backend
credentials, a logger's connection string, a named value that is no secret, a header in a policy. A secret is told
by where it stands (a name such as `clientSecret`, anything under `credentials`) or by what it is (`AccountKey=...`,
a JSON web token). What only points to a secret stays: `{{named-value}}`, `@(...)`, a Key Vault reference.

`may_hold_secret` tells from the raw bytes where `masked` has nothing to do. Both are made of the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from typing import Any, Final, TypeAlias

import orjson

from readiness.model import Json

MASKED: Final = "***masked***"
Mark: TypeAlias = Callable[[str], Json]
_Hide: TypeAlias = Callable[[str], str]
_Assignment: TypeAlias = tuple[re.Pattern[str], re.Pattern[str]]
_FLAGS: Final = re.ASCII | re.IGNORECASE | re.DOTALL

# --- words: a property whose name ends so holds a secret, whatever that looks like ----------------------------

_KEYS: Final = (
    *("primary", "secondary", "access", "account", "admin", "api", "auth", "authorization", "endpoint", "function"),
    *("functions", "host", "instrumentation", "master", "openai", "private", "query", "readonly", "search"),
    *("secret", "shared", "signing", "storage", "subscription", "validation", "workspace"),
)
_TOKENS: Final = ("access", "api", "auth", "bearer", "refresh", "sas", "security", "session")


def _backwards(words: Sequence[str]) -> str:
    return "|".join(word[::-1] for word in words)


# Names are read from their ends: what holds a secret is told by the last words.
_SECRET: Final = (
    rf"(?:(?:[12][-_]?)?yek[-_. ]?(?:{_backwards(_KEYS)})|nekot[-_. ]?(?:{_backwards(_TOKENS)})"
    r"|[12]?(?:drowssap|dwssap|dwp)|terces|gnirtsnoitcennoc)"
)
_SECRET_NAME: Final = re.compile(_SECRET, _FLAGS)

# --- the prefilter: what follows is asked of raw JSON in lower case -------------------------------------------


def _before(words: Sequence[str], rest: bytes) -> bytes:
    """The pattern "one of these words, perhaps with a sign after it, and then this, ends here"."""
    lengths = groupby(sorted(words, key=len), key=len)
    groups = [b"|".join(word.encode() for word in group) for _, group in lengths]
    return b"|".join(rb"(?<=(?:%b)%b)|(?<=(?:%b)[-_. ]%b)" % (group, rest, group, rest) for group in groups)


_UNSET: Final = rb"(?!\s*:\s*[ntf])"  # null, true or false
# A search is fast when it starts with one letter, and a rare one. None finds anything in an ordinary account (its
# "key": "openai.dalle.post" and capability "CustomerManagedKey"), nor in a search service (its "aadOrApiKey").
_K: Final = re.compile(
    rb'k(?:e(?:y(?:"\s*:\s*"[\w+/\\=~-]{20,}"|-----|(?<="key)[-_]?[12]"|(?<!managedkey)"\s*[,}]'
    + rb'|(?=[-_]?[12]?"%b)(?<!"key)(?<!managedkey)(?<!aadorapikey)(?:%b))' % (_UNSET, _before(_KEYS, b"key"))
    + rb'|n"(?:\s*:\s*"[\w+/\\=~-]{20,}"|%b(?:%b)))' % (_UNSET, _before(_TOKENS, b'token"'))
    + rb"|-(?<=sk-)(?:(?:proj|svcacct|admin|ant|or)-|[a-z0-9]{20}))"
)
_W: Final = re.compile(rb'w(?:ord|d)[12]?"' + _UNSET)  # password, pwd
_C: Final = re.compile(rb'c(?=re)(?:redentials"|ret"%b)' % _UNSET)  # credentials, secret
_G: Final = re.compile(rb'g(?:(?=s?")(?:(?<=connectionstring)|(?<=appsetting))|nature [^ ])')  # ... a signature
_ASSIGNS: Final = re.compile(  # what may stand before the = of a secret, or after that of an attribute in markup
    rb"=(?:(?<=key=)|(?<=key[12]=)|(?<=key[-_][12]=)|(?<=token=)|(?<=word=)|(?<=word[12]=)|(?<=wd=)|(?<=wd[12]=)"
    rb"|(?<=secret=)|(?<=string=)|(?<=signature=)|(?<=sig=)|(?<=code=)|(?<= =)|\\\"|')"
)
_ESCAPES: Final = re.compile(rb"\\(?=u00[2-7])")  # a letter or sign written as \u0041
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def may_hold_secret(data: bytes) -> bool:
    """Whether JSON as it was read (a record, a line, a whole export) may hold what `masked` replaces.

    False is certain, if the JSON says what types it holds. Cheap enough to ask of everything.
    """
    if data.startswith(_UTF16) or _ESCAPES.search(data):
        return True
    lower = data.lower()
    if (b"=" in data and _ASSIGNS.search(lower)) or (b"J" in data and b"eyJ" in data):
        return True
    return bool(
        b"namedvalues" in lower or _K.search(lower) or _W.search(lower) or _C.search(lower) or _G.search(lower)
    )


# --- texts: what is a secret by its looks, and what only points to one ----------------------------------------

_GUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", _FLAGS)
_VALUE: Final = (
    r"(?!(?:true|false|null)(?:[\s;&\"',<)]|\Z)|[@$%][({]|\{|\*\*\*masked)"  # no flag, no reference, not masked
    r"[^\s;&\"'<>=](?:[^\s;&\"'<>]|&(?!quot;|apos;|#|(?:\w+;)?[\w.-]+=)(?:\w+;)?)*"
)
_ASSIGNED: Final = re.compile(rf"[\"']?(?P<text>{_VALUE})", _FLAGS)
_SPACED: Final = re.compile(rf" {{0,3}}(?P<text>{_VALUE})", _FLAGS)
_LONG_VALUE: Final = re.compile(r"(?P<text>[\w%+/.~-]{20,}=*)", re.ASCII)
# What stands before the sign, read backwards as names are (`gis` is `sig`), and what comes after it.
_ASSIGNMENTS: Final = (
    (re.compile(rf"{_SECRET}|gis(?![a-z0-9])|erutangissseccaderahs", _FLAGS), _ASSIGNED),  # AccountKey=...
    (re.compile(r"(?:yek|edoc)[?&]", _FLAGS), _LONG_VALUE),  # ?code=..., in the address of a function
    (re.compile(rf" {{0,3}}{_SECRET}[\w ]{{0,40}}(?:;|\Z)", _FLAGS), _SPACED),  # Server = x; Password = ...
)
_REACH: Final = 120  # as far before a sign as a name may begin
_LOOKS: Final = re.compile(
    r"(?<![A-Za-z0-9])sk-(?:(?:proj|svcacct|admin|ant|or)-[\w-]{20,}|[A-Za-z0-9]{20,})"
    r"|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w.-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-<]|-(?!----))*(?:-----END[A-Z ]*-----)?"
    r"|[Ss]hared[Aa]ccess[Ss]ignature [^\s&=<*]+[&=][^\s<\"']*",
    re.ASCII,
)
_NAMED: Final = re.compile(r"\{\{[^{}]*\}\}")
_SCHEME: Final = r"(?:bearer|basic|apikey|api-key|token|sharedkey|sharedaccesssignature)"
_AROUND_NAMED: Final = re.compile(rf"\s*{_SCHEME}?[\s:;,.]*", _FLAGS)
_REFERENCE: Final = re.compile(
    r"@Microsoft\.KeyVault\(.*\)|@\(.*\)|@\{.*\}|\[\w+\(.*\]|#/.*|/(?:subscriptions|providers)/.*"
    r"|https://[\w.-]+\.(?:vault|vault-int|managedhsm)\.[\w.-]+(?:[:/].*)?"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?",
    _FLAGS,
)
_HASH: Final = re.compile(r"sha256:[0-9a-f]{8}")
_HARMLESS: Final = re.compile(rf"true|false|~?[\d.]{{1,6}}|https?://[^\s?@]*|{_GUID.pattern}", _FLAGS)
_ISSUED: Final = re.compile(r"(?:gh[a-z]_|github_pat_|hf_|AIza|AKIA|xox[a-z]-|[sr]k_live_)[\w-]{16,}", re.ASCII)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}|(?=[^~]+~)[\w.~-]{34,}", re.ASCII)
_HEX_KEY: Final = re.compile(r"(?:[0-9a-fA-F]{32}){1,2}")
_LONG: Final = re.compile(r"[\w+/=~-]{20,}", re.ASCII)
_THUMBPRINT: Final = re.compile(r"(?:[0-9a-f*]{2}[: ]?){20}(?:(?:[0-9a-f*]{2}[: ]?){12})?", _FLAGS)


def _holds_secret(text: str) -> bool:
    """Whether a text is, or holds, a secret by its looks."""
    if "=" in text and any(_assigned(text, sign.end(), _ASSIGNMENTS) for sign in re.finditer("=", text)):
        return True
    hint = "sk-" in text or "eyJ" in text or "PRIVATE KEY-----" in text or "ignature " in text
    return hint and _LOOKS.search(text) is not None


def _assigned(text: str, at: int, assignments: Iterable[_Assignment]) -> re.Match[str] | None:
    """The secret that is assigned by the sign that ends at a place in a text."""
    before = text[max(0, at - 1 - _REACH) : at - 1][::-1]
    values = (value for name, value in assignments if name.match(before))
    return next((found for value in values if (found := value.match(text, at))), None)


def _is_reference(text: str) -> bool:
    """Whether a text that stands where secrets do only points to one, or holds none."""
    text = text.strip()
    if not text or text == MASKED or _REFERENCE.fullmatch(text):
        return True
    rest = _NAMED.sub("", text)
    return rest != text and bool(_AROUND_NAMED.fullmatch(rest) or ("=" in rest and not _holds_secret(text)))


def _looks_like_key(text: str) -> bool:
    """Whether a text is too random for a person to have written it: 32 hex digits, base64, a known prefix."""
    if _holds_secret(text) or _ISSUED.search(text) or _HEX_KEY.fullmatch(text):
        return True
    if "://" in text or text.startswith("/") or re.fullmatch(r"[0-9a-fA-F]{40}", text):
        return False  # an address, an id, a thumbprint
    rest = _GUID.sub("", text)
    runs = [rest] if _BASE64.fullmatch(rest) else re.findall(r"[A-Za-z0-9]{20,}", rest)
    return any(_is_random(run) for run in runs)


def _is_random(run: str) -> bool:
    """Whether a run of letters and digits changes between upper, lower and digit as words and names do not."""
    changes = len(re.findall(r"[a-z]+|[A-Z]+|[0-9]+", run)) / len(run)
    digits = len(re.findall(r"[0-9]", run))
    return (changes >= 0.3 and digits >= 2) or (changes >= 0.45 and len(run) >= 32)


# --- texts in markup: a gateway's policy keeps its shape, its literals alone are replaced ---------------------

_MARKUP: Final = re.compile(r"<[a-z][\w.-]*[\s/>]", _FLAGS)
_ELEMENT: Final = re.compile(
    r"<(?:set-header|check-header|set-query-parameter)\b[^<>]*?\bname\s*=\s*[\"'](?P<owner>[^\"'<>]*)[^<>]*>"
    r"|</(?:set-header|check-header|set-query-parameter)\s*>"
    r"|<(?P<tag>[\w.-]+)\b[^<>]*>(?:\s*<!\[CDATA\[(?P<data>[^\]]*)\]\]>\s*|(?P<text>[^<]+))(?=</)",
    _FLAGS,
)
_HEADER: Final = re.compile(
    r"(?:\A|[-_])(?:authorization|(?<!csrf-)token|secret|signature|sig|(?<!partition-)key)\Z|\A(?:code|apikey)\Z",
    _FLAGS,
)
_QUOTE: Final = r"(?P<quote>\\?[\"']|&quot;)(?P<text>(?:(?!(?P=quote))[^<>])*)(?P=quote)"
_QUOTED: Final = re.compile(rf"\s*{_QUOTE}", _FLAGS)
_QUOTED_ASSIGNMENT: Final = (re.compile(rf"\s*(?:[\"']\\?|;touq&)?{_SECRET}", _FLAGS), _QUOTED)
_BY_SIGN: Final = {":": (_QUOTED_ASSIGNMENT,), "=": (_QUOTED_ASSIGNMENT, *_ASSIGNMENTS[:2])}
_NAME_VALUE: Final = re.compile(
    r"<[\w.-]+(?=[^<>]*?\b(?:name|key)\s*=\s*[\"'](?P<name>[^\"'<>]*)[\"'])[^<>]*?\bvalue\s*=\s*" + _QUOTE, _FLAGS
)
_CERTIFICATE: Final = re.compile(rf"<authentication-certificate\b[^<>]*?\bbody\s*=\s*{_QUOTE}", _FLAGS)
_LITERAL: Final = re.compile(rf"\s*(?:{_SCHEME}\s+)?(?P<text>(?!@[({{])\S(?:.*\S)?)\s*", _FLAGS)


def _is_markup(text: str) -> bool:
    """Whether a text has elements, and attributes."""
    return "<" in text and ('="' in text or "='" in text) and _MARKUP.search(text) is not None


def _markup_masked(text: str, mark: Mark) -> str:
    """A policy, or other markup, with its literal secrets replaced."""

    def hide(secret: str) -> str:
        told = mark(secret)
        return told if isinstance(told, str) else MASKED

    text = _elements_masked(text, hide)
    text = _NAME_VALUE.sub(lambda found: _value_hidden(found, hide), text)
    text = _CERTIFICATE.sub(lambda found: _part_hidden(found, "text", hide), text)
    text = _assignments_masked(text, hide)
    return _LOOKS.sub(lambda found: hide(found[0]), text)


def _assignments_masked(text: str, hide: _Hide) -> str:
    """Replaces what is assigned to a secret's name: `sig=...`, `password="..."`, `"api_key": "..."`."""
    parts: list[str] = []
    done = 0
    for sign in re.finditer("[:=]", text):
        found = _assigned(text, sign.end(), _BY_SIGN[sign[0]]) if sign.start() >= done else None
        span = found and (_literal(found, "text") if found.re is _QUOTED else found.span("text"))
        if span:
            parts += [text[done : span[0]], hide(text[slice(*span)])]
            done = span[1]
    return "".join([*parts, text[done:]])


def _elements_masked(text: str, hide: _Hide) -> str:
    """Replaces `<value>` in headers and query parameters that carry keys, and `<password>` and the like."""
    owner = ""

    def replace(found: re.Match[str]) -> str:
        nonlocal owner
        if found["tag"] is None:
            owner = "" if found[0].endswith("/>") else found["owner"] or ""
            return found[0]
        part = "data" if found["text"] is None else "text"
        return _part_hidden(found, part, hide) if _element_is_secret(found, part, owner) else found[0]

    return _ELEMENT.sub(replace, text)


def _element_is_secret(found: re.Match[str], part: str, owner: str) -> bool:
    tag = found["tag"].lower()
    if tag == "value":
        return bool(owner) and bool(_is_header(owner) or _looks_like_key(found[part].strip()))
    return tag == "key" or _role(tag.replace("-", "")) is _Role.SECRET


def _is_header(name: str) -> bool:
    """Whether a header or a query parameter of this name carries a key."""
    return _role(name) is _Role.SECRET or _HEADER.search(name) is not None


def _value_hidden(found: re.Match[str], hide: _Hide) -> str:
    secret = found["name"].lower() == "authorization" or _role(found["name"]) is _Role.SECRET
    return _part_hidden(found, "text", hide) if secret else found[0]


def _part_hidden(found: re.Match[str], part: str, hide: _Hide) -> str:
    """The match with its part replaced, if that is a literal."""
    span = _literal(found, part)
    if span is None:
        return found[0]
    start, end = span[0] - found.start(), span[1] - found.start()
    return found[0][:start] + hide(found[0][start:end]) + found[0][end:]


def _literal(found: re.Match[str], part: str) -> tuple[int, int] | None:
    """Where the literal in a part of a match stands: without spaces, and without a scheme such as Bearer."""
    inner = _LITERAL.fullmatch(found[part])
    if not inner or _is_reference(inner["text"]):
        return None
    at = found.start(part)
    return at + inner.start("text"), at + inner.end("text")


# --- places: what stands where in a body ----------------------------------------------------------------------


class _Role(Enum):
    """What a property's name says of its value."""

    NONE = auto()
    SECRET = auto()
    NUMBERED = auto()  # key1, key2: a secret, but not as a tag's name
    KEY = auto()  # a secret if it looks like one: most keys are names of something
    TOKEN = auto()  # the same, for its own name alone
    CREDENTIALS = auto()
    SETTINGS = auto()
    TAGS = auto()


class _Inside(Enum):
    """What stands above a place, and so tells of it."""

    ANYTHING = auto()
    CREDENTIALS = auto()
    SETTINGS = auto()  # appSettings and connectionStrings: pairs, or values by name
    SETTING = auto()
    TAGS = auto()
    NAMED_VALUE = auto()
    NAMED_VALUE_PROPERTIES = auto()
    SITE_SETTINGS = auto()


_NO_SECRET: Final = re.compile(
    r"(?:(?:public[-_ ]?|customermanaged|aadorapi)key|(?:next|skip|page|continuation)[-_]?token)\Z", _FLAGS
)
_ROLES: Final = (
    (re.compile(r"\Akey[-_]?[12]\Z", _FLAGS), _Role.NUMBERED),
    (re.compile(r"key\Z", _FLAGS), _Role.KEY),
    (re.compile(r"token\Z", _FLAGS), _Role.TOKEN),
    (re.compile(r"\Acredentials\Z", _FLAGS), _Role.CREDENTIALS),
    (re.compile(r"\A(?:appsettings|connectionstrings)\Z", _FLAGS), _Role.SETTINGS),
    (re.compile(r"\A(?:tags|metadata)\Z", _FLAGS), _Role.TAGS),
)
_CONTEXT: Final = {
    _Role.CREDENTIALS: _Inside.CREDENTIALS,
    _Role.SETTINGS: _Inside.SETTINGS,
    _Role.TAGS: _Inside.TAGS,
}
_PROPERTIES: Final = {
    _Inside.NAMED_VALUE: _Inside.NAMED_VALUE_PROPERTIES,
    _Inside.SITE_SETTINGS: _Inside.SETTINGS,
}
_NO_CREDENTIAL: Final = re.compile(
    r"name|type|kind|identity|category|scheme|authtype|endpoint|endpointaddress|url|resource|audience|authority|region"
    r"|(?:client|tenant|object|principal|resource|subscription|identityclient|certificate)ids?"
    r"|api-?version|accept|content-type|user-agent|host",
    _FLAGS,
)


@lru_cache(maxsize=8192)
def _role(name: str) -> _Role:
    """What a name says; names of one kind of resource are few, so each is looked at once."""
    if _NO_SECRET.search(name):
        return _Role.NONE
    if _SECRET_NAME.match(name[::-1]):
        return _Role.SECRET
    return next((role for pattern, role in _ROLES if pattern.search(name)), _Role.NONE)


@dataclass(slots=True, eq=False)
class _Place:
    """An object or array on the way down, and the copy of it that is made once something in it changes."""

    value: Any
    up: _Place | None = None
    step: Any = None
    name: str = ""
    inside: _Inside = _Inside.ANYTHING
    label: str = ""
    copy: Any = None

    def put(self, step: Any, value: Json) -> None:
        """Replaces a member, in copies of this place and of all above it."""
        place: _Place | None = self
        fresh = []
        while place is not None and place.copy is None:
            place.copy = place.value.copy()
            fresh.append(place)
            place = place.up
        for place in fresh:
            if place.up is not None:
                place.up.copy[place.step] = place.copy
        self.copy[step] = value


def _below(place: _Place, step: Any, value: Json) -> _Place:
    """The place of an object or array in this one."""
    if type(place.value) is list:
        inside = _Inside.SETTING if place.inside is _Inside.SETTINGS else place.inside
        return _Place(value, place, step, place.name, inside, _label(value, ""))
    return _Place(value, place, step, step, _inside(place, step), _label(value, step))


def _inside(place: _Place, name: str) -> _Inside:
    context = _CONTEXT.get(_role(name))
    if context is not None:
        return context
    folded = name.lower()
    if place.inside is _Inside.CREDENTIALS:
        return _Inside.ANYTHING if folded == "managedidentity" else _Inside.CREDENTIALS
    if place.inside is _Inside.SETTINGS:
        return _Inside.SETTING
    return _PROPERTIES.get(place.inside, _Inside.ANYTHING) if folded == "properties" else _Inside.ANYTHING


def _label(value: Json, name: str) -> str:
    """What the `value` of an object is called: by a `name` beside it, or by a name above that says secret."""
    if type(value) is not dict or "value" not in value:
        return ""
    beside = next((value[key] for key in ("name", "keyName") if key in value), "")
    return name if _role(name) is _Role.SECRET else beside if isinstance(beside, str) else ""


def _stands_secret(place: _Place, name: str, text: str) -> bool:
    """Whether a text is a secret by where it stands."""
    role = _role(place.label if name == "value" and place.label else name)
    if role is _Role.SECRET or (role is _Role.NUMBERED and place.inside is not _Inside.TAGS):
        return True
    weak = type(place.value) is dict and (role is _Role.KEY or _role(name) is _Role.TOKEN)
    if weak and _LONG.fullmatch(text) and _looks_like_key(text):
        return True
    judge = _JUDGES.get(place.inside)
    return judge is not None and judge(place, name, text)


def _in_credentials(place: _Place, name: str, text: str) -> bool:
    if name.lower().startswith("certificate") and _THUMBPRINT.fullmatch(text):
        return False
    return not _NO_CREDENTIAL.fullmatch(name)


def _in_settings(place: _Place, name: str, text: str) -> bool:
    return type(place.value) is dict and not _HARMLESS.fullmatch(text)


def _in_setting(place: _Place, name: str, text: str) -> bool:
    return name == "value" and not _HARMLESS.fullmatch(text)


def _in_named_value(place: _Place, name: str, text: str) -> bool:
    """The gateway's own names for its loggers' keys are GUIDs often; other GUIDs are no secrets."""
    if name.lower() != "value" or type(place.value) is not dict:
        return False
    if place.value.get("secret") is True or _looks_like_key(text):
        return True
    title = str(place.value.get("displayName"))
    if title.startswith("Logger-Credentials"):
        return _GUID.fullmatch(text) is not None
    return _role(title) is _Role.SECRET and not _HARMLESS.fullmatch(text)


_JUDGES: Final[dict[_Inside, Callable[[_Place, str, str], bool]]] = {
    _Inside.CREDENTIALS: _in_credentials,
    _Inside.SETTINGS: _in_settings,
    _Inside.SETTING: _in_setting,
    _Inside.NAMED_VALUE_PROPERTIES: _in_named_value,
}


# --- the walk -------------------------------------------------------------------------------------------------


def _mask(top: _Place, mark: Mark) -> None:
    """Goes through everything below a place; on a list of its own, as bodies may be nested deeply."""
    places = [top]
    while places:
        place = places.pop()
        for step, value in _members(place.value):
            if isinstance(value, str):
                told = _told(place, step, value, mark)
                if told is not value:
                    place.put(step, told)
            elif isinstance(value, dict | list) and not _is_marker(value):
                places.append(_below(place, step, value))


def _members(value: Any) -> Iterable[tuple[Any, Json]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _is_marker(value: Json) -> bool:
    return isinstance(value, dict) and len(value) == 1 and bool(_HASH.fullmatch(str(value.get("masked"))))


def _told(place: _Place, step: Any, text: str, mark: Mark) -> Json:
    """What takes a text's place: itself, if it holds no secret."""
    name = step if isinstance(step, str) else place.name
    if _stands_secret(place, name, text) and not _is_reference(text):
        return mark(text)
    if _is_markup(text):
        changed = _markup_masked(text, mark)
        return text if changed == text else changed
    return mark(text) if _holds_secret(text) else text


_SITE_SETTINGS: Final = ("appsettings", "connectionstrings")


def _start(body: Json, resource_type: str) -> _Inside:
    """Whether what a body holds depends on its type: a named value, a site's settings."""
    said = body if isinstance(body, dict) else {}
    kind = (resource_type or str(said.get("type"))).lower()
    if kind.endswith("/namedvalues"):
        return _Inside.NAMED_VALUE
    names = (str(said.get("id")).lower(), str(said.get("name")).lower())
    if kind.startswith("microsoft.web/") and any(name.endswith(_SITE_SETTINGS) for name in names):
        return _Inside.SITE_SETTINGS
    return _Inside.ANYTHING


def _needs_walk(body: Json) -> bool:
    """The prefilter for a body already read: writing it anew costs less than going through it."""
    try:
        return may_hold_secret(orjson.dumps(body))
    except TypeError:  # too deep or too large a number for orjson
        return True


# --- what others call -----------------------------------------------------------------------------------------


def _masked_mark(secret: str) -> Json:
    return MASKED


def hashed(salt: bytes) -> Mark:
    """The mark of a snapshot: equal secrets have equal hashes, and no more than that can be told."""

    def mark(secret: str) -> Json:
        digest = sha256(salt + secret.encode("utf-8", "surrogatepass")).hexdigest()
        return {"masked": f"sha256:{digest[:8]}"}

    return mark


def masked(body: Json, resource_type: str, mark: Mark = _masked_mark) -> Json:
    """The body with every literal secret replaced by `mark(secret)`; the same object if it holds none.

    The input is left as it is, and shared where nothing changed. Within markup (a gateway's policy) only the
    literals are replaced, by `***masked***` unless the mark is a text. Any depth; masking twice changes nothing.
    """
    start = _start(body, resource_type)
    if start is _Inside.ANYTHING and not _needs_walk(body):
        return body
    top = _Place([body], inside=start)
    _mask(top, mark)
    return body if top.copy is None else top.copy[0]
