"""Finds secrets in ordinary text and puts a name in their place, so that the text may leave this machine.

In: text. Out: the same lines, with `<redacted:github-token>` and the like instead of keys, passwords and tokens. What is
masked has the shape that an issuer gives its keys, stands where a secret stands, or looks drawn at random. A checksum that
is masked costs little; a key that is not masked is lost for good. One table serves prompts and what is learned locally.

Sources of the shapes: the issuers' own documentation of their keys, and RFC 7468 (private keys), 7519 (JWT), 3986 (3.2.1).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log2

MARK = "<redacted:"
"""How every placeholder begins."""

_ISSUED = {
    "aws-key": r"(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}|bedrock-api-key-[\w+/=-]{16,}",
    "github-token": r"gh[pousr]_\w{20,}|github_pat_\w{20,}",
    "gitlab-token": r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt)-[\w.-]{16,}",
    "slack-token": r"xox[abeprs]-[\w-]{12,}|xapp-[\w-]{12,}|hooks\.slack\.com/(?:services|workflows)/[\w/]{16,}",
    "stripe-key": r"(?:sk|rk|pk)_(?:live|test)_\w{10,}|whsec_[\w+/=]{16,}",
    "anthropic-key": r"sk-ant-[\w-]{16,}",
    "openai-key": r"sk-(?:proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9][\w-]{18,}",
    "google-key": r"AIza[\w-]{30,}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{16,}",
    "provider-key": r"(?:gsk_|xai-|hf_|r8_|pplx-|nvapi-|tvly-|lsv2_[a-z]{2}_)[\w-]{16,}",
    "npm-token": r"npm_\w{20,}",
    "pypi-token": r"pypi-[\w-]{16,}",
    "sendgrid-key": r"SG\.[\w-]{10,64}\.[\w-]{16,}",
    "twilio-key": r"(?:SK|AC)[0-9a-f]{32}",
    "jwt": r"eyJ[\w-]{13,}\.[\w-]{8,}(?:\.[\w-]*){0,3}",
    "access-token": r"(?:dop_v1_|doo_v1_|shp(?:at|ca|pa|ss)_|hvs\.|hvb\.|s3cr3t_|dckr_pat_|EAAC|PMAK-|NRAK-|sq0\w{3}-|lin_api_|figd_"
    r"|glsa_|sntry[su]_|vercel_|dapi(?=[0-9a-f]{32})|age-secret-key-1|AGE-SECRET-KEY-1|key-(?=[0-9a-f]{32}))[\w-]{16,}",
    "azure-key": r"[\w~.-]{3}[78]Q~[\w~.-]{31,}",
}
_ISSUED_RULE = re.compile(
    r"(?<![A-Za-z0-9])(?:" + "|".join(f"(?P<{kind.replace('-', '_')}>{rule})" for kind, rule in _ISSUED.items()) + ")"
)
_WORDS = (
    r"passw(?:or)?d|passwd|passphrase|passcode|pwd|secret|token|credential|(?:api|access|private|auth|account|shared|master"
    r"|signing|encryption|client|service)[_.-]?(?:access[_.-]?)?key|accountkey|sharedaccesskey|connection[_.-]?string"
)
_HINTS = (
    *("pass", "pwd", "secret", "token", "cred", "key", "auth", "bearer", "basic", "connection", "signature", "sig="),
    *("://", "q~"),
)
"""In small letters. Where neither this nor a long run of key characters stands, no rule can find anything."""
_QUOTED = re.compile(
    rf"""(?ix) (?P<name>(?:{_WORDS})\w{{0,40}}) (?P<gap>["'\]\)]{{0,3}}\s{{0,20}}(?::=|=>|=|:|,|\()\s{{0,20}}(?:str(?:ing)?\s?=\s?)?[rbuf]{{0,2}})
        (?P<quote>["'`]) (?P<value>(?:(?!(?P=quote))[^\n\s\\]|\\.){{4,512}}) (?:(?P=quote)|\r?$)"""
)
_BARE = re.compile(
    rf"""(?ix) (?P<name>(?:{_WORDS})\w{{0,40}}) (?P<gap>["']?\s{{0,4}}[:=]\s{{0,4}}|\s{{1,4}}) (?P<value>[^\s"'`()\[\]{{}}<>,;$&|]{{8,512}}+) (?![(\[{{])"""
)
_FIELD = re.compile(
    r"(?i)(?P<gap>\b(?:accountkey|sharedaccesskey|sharedaccesssignature|password|pwd|sig|secret|access_token|api_?key)=)"
    r"(?P<value>[^;&\s\"'`{}<>$()]{6,512})"
)
_IN_ADDRESS = re.compile(
    r"(?P<gap>://[^\s:/@\"'`<>{}]{0,128}:)(?P<value>[^\s/@\"'`<>{}$%][^\s@\"'`<>{}]{0,255})(?=@[\w\[])"
)
_HEADER = re.compile(r"(?i)(?P<gap>\b(?:bearer|basic|token)\s{1,4})(?P<value>[A-Za-z0-9._~+/-]{16,}={0,2})")
_RUN = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
_HEX = re.compile(r"[0-9a-fA-F]{24,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WORD = re.compile(r"[A-Z][a-z]{3,}|[a-z]{4,}|[A-Z]{4,}|(?<![A-Za-z0-9])(?:[A-Z]?[a-z]+|[A-Z]{2,})(?![A-Za-z0-9])")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_DIGIT = re.compile(r"[0-9]")
_TALK = re.compile(r"(?i)pass|pwd|secret|token|key|user|name|field|prompt|required|invalid")
"""In a quoted text: it names a thing, it is none."""
_TEMPLATES = (MARK, "$", "%(", "%s", "{", "<", "#{", "http:", "https:")
_LONG = 24
_RANDOM_BITS = 3.6
"""Bits per character, counted within the run itself, from which a run of mixed characters is no name."""
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = re.compile(
    r"[\s\"'`+,#/*\\nr>|-]*(?:[A-Za-z0-9+/=]{8,}|[A-Za-z0-9-]{1,30}: .{0,200}|=[A-Za-z0-9+/]{4})?[\s\"'`+,;\\nr)-]*"
)
_HARMLESS = re.compile(
    r"(?i)(?:x{3,}|\*{3,}|\.{3,}|-{3,}|your|my|the|some|test|fake|dummy|example|sample|change|replace|todo|none|null|true|false"
    r"|undefined|password|passwd|secret|token|key|string|bytes|foo|bar)[a-z_.!*-]{0,24}"
)

Span = tuple[int, int, str]
"""Start, end and kind of a secret in a line."""


def placeholder(kind: str) -> str:
    """What stands in the place of a secret: no rule finds anything in it."""
    return f"{MARK}{kind}>"


def masked(text: str) -> str:
    """The text with a placeholder for every secret. It has the same number of lines."""
    lines = text.split("\n")
    inside = private_key_lines(lines)
    rest = masked_lines(lines)
    return "\n".join(placeholder("private-key") if number in inside else line for number, line in enumerate(rest))


def masked_lines(lines: Sequence[str]) -> list[str]:
    """Each line by itself, without what stands over several. Lines that cannot hold a secret cost next to nothing."""
    result = list(lines)
    for number in _suspicious("\n".join(lines)):
        result[number] = _replaced(lines[number], secrets_in(lines[number]))
    return result


def masked_line(line: str) -> str:
    """One line, without what stands over several."""
    return _replaced(line, secrets_in(line))


def masked_halves(line: str, column: int) -> tuple[str, str]:
    """A line with the cursor in it, as what may leave of its two halves. A secret that holds the cursor goes whole."""
    spans = secrets_in(line)
    cut = next((span for span in spans if span[0] < column < span[1]), (column, column, ""))
    left = _replaced(line[: cut[0]], [span for span in spans if span[1] <= cut[0]])
    right = _replaced(line[cut[1] :], [(s - cut[1], e - cut[1], kind) for s, e, kind in spans if s >= cut[1]])
    # a half may be a secret by itself where the other one keeps it from looking like one
    return masked_line(left) + (placeholder(cut[2]) if cut[2] else ""), masked_line(right)


def secrets_in(line: str) -> list[Span]:
    """The secrets of a line, in order, none over another."""
    found = _private_key(line)
    runs = [run for run in _RUN.finditer(line) if not _is_plain_name(run.group())]
    if runs:
        found += [(*match.span(), (match.lastgroup or "").replace("_", "-")) for match in _ISSUED_RULE.finditer(line)]
        found += [(*run.span(), "random") for run in runs if _is_key(run.group())]
    lower = line.lower()
    if any(hint in lower for hint in _HINTS):
        found += _named(line)
    return _without_overlaps(found) if found else found


def private_key_lines(lines: list[str]) -> frozenset[int]:
    """Numbers of the lines between the first and last line of a private key. A key without its last line ends where its
    text does.
    """
    inside: set[int] = set()
    body = False
    for number, line in enumerate(lines):
        if not body:
            begins = "PRIVATE KEY" in line and _KEY_BEGINS.search(line)
            body = bool(begins) and not _KEY_ENDS.search(line)
        elif _KEY_ENDS.search(line) or not _KEY_BODY.fullmatch(line):
            body = False
        else:
            inside.add(number)
    return frozenset(inside)


def looks_random(run: str) -> bool:
    """Whether a run of 16 or more letters, digits and `+/_=-` is a key, a token or a checksum rather than a name."""
    if _is_plain_name(run):
        return False
    if _HEX.search(run) or _UUID.fullmatch(run) or _ISSUED_RULE.search(run):
        return True
    digits = len(_DIGIT.findall(run))
    has_cases = run.lower() != run and run.upper() != run
    if not has_cases or (digits < 2 and "/" not in run and "+" not in run and len(run) < _LONG):
        return False
    return _bits(run) >= _RANDOM_BITS and _changes(run) >= len(run) / 4 and not _is_words(run)


def _private_key(line: str) -> list[Span]:
    begins = _KEY_BEGINS.search(line) if "PRIVATE KEY" in line else None
    if begins is None:
        return []
    ends = _KEY_ENDS.search(line, begins.end())
    last = ends.start() if ends else len(line.rstrip("\r"))
    return [(begins.end(), last, "private-key")] if _RUN.search(line, begins.end(), last) else []


def _named(line: str) -> Iterator[Span]:
    for rule in (_QUOTED, _BARE):
        for match in rule.finditer(line):
            name = match["name"].lower()
            if _is_value(match["value"], quoted=rule is _QUOTED, is_password=name.startswith(("pass", "pwd"))):
                yield (*match.span("value"), _kind_of(name))
    for match in _FIELD.finditer(line):
        if _is_value(match["value"], quoted=False, is_password=False):
            yield (*match.span("value"), "password")
    for match in _HEADER.finditer(line):
        if _is_value(match["value"], quoted=False, is_password=False):
            yield (*match.span("value"), "access-token")
    for match in _IN_ADDRESS.finditer(line):
        if not _HARMLESS.fullmatch(match["value"]):
            yield (*match.span("value"), "password")


def _kind_of(name: str) -> str:
    if name.startswith(("pass", "pwd")):
        return "password"
    return "access-token" if name.startswith("token") else "secret"


def _is_value(value: str, *, quoted: bool, is_password: bool) -> bool:
    """Whether what stands behind a name such as `password` is one, not a name, an example or a piece of a template."""
    if value.startswith(_TEMPLATES) or _HARMLESS.fullmatch(value) or (not quoted and "(" in value):
        return False
    if quoted and is_password:
        return len(value) >= 6 and not _TALK.search(value)
    if not any(map(str.isdigit, value)):
        return len(value) >= 10 and value.isascii() and _changes(value) >= len(value) / 4 and not _is_words(value, 0.75)
    is_mixed = len(value) >= 8 and any(map(str.isalpha, value)) and _bits(value) >= 2.5
    return is_mixed and (quoted or not (_DOTTED.fullmatch(value) or _is_words(value, 0.75)))


def _is_key(run: str) -> bool:
    return looks_random(run) and not _UUID.fullmatch(run) and not run.isdigit()


def _is_plain_name(run: str) -> bool:
    """Without a digit and in letters of one size, as most names are."""
    return (run.islower() or (run.isupper() and "_" in run)) and not _DIGIT.search(run)


def _is_words(run: str, share: float = 0.6) -> bool:
    """Whether a run is made of words and numbers for the most part, as names and paths are. Random text has few letters
    in a row that are all small, or a capital before them.
    """
    return sum(map(len, _WORD.findall(run))) >= len(run) * share


def _suspicious(text: str) -> Iterator[int]:
    """Numbers of the lines in which a rule may find something."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters have small forms of two characters
        lower = re.sub(r"[A-Z]", lambda letter: letter.group().lower(), text)
    found = {run.start() for run in _RUN.finditer(text) if not _is_plain_name(run.group())}
    for hint in _HINTS:  # ten times as fast as one pattern of all of them
        start = lower.find(hint)
        while start >= 0:
            found.add(start)
            start = lower.find(hint, start + 1)
    line = seen = 0
    last = -1
    for start in sorted(found):
        line += text.count("\n", seen, start)
        seen = start
        if line != last:
            last = line
            yield line


def _bits(run: str) -> float:
    size = len(run)
    return -sum(n / size * log2(n / size) for n in Counter(run).values())


def _changes(run: str) -> int:
    """How often the kind of character changes: names change it seldom, random text all the time."""
    kinds = ["0" if c.isdigit() else "a" if c.islower() else "A" if c.isupper() else "-" for c in run]
    return sum(a != b for a, b in pairwise(kinds))


def _without_overlaps(found: list[Span]) -> list[Span]:
    """Joined where they overlap, so that nothing of either shows, under the name that says most."""
    kept: list[Span] = []
    for start, end, kind in sorted(found, key=lambda span: (span[0], -span[1], span[2] == "random")):
        if kept and start < kept[-1][1]:
            first, last, name = kept[-1]
            kept[-1] = (first, max(last, end), name)
        else:
            kept.append((start, end, kind))
    return kept


def _replaced(line: str, spans: list[Span]) -> str:
    for start, end, kind in reversed(spans):
        line = f"{line[:start]}{placeholder(kind)}{line[end:]}"
    return line
