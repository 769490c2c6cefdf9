"""File addresses. In: an address as editors write it, or a path. Out: the other one, or None. Never looks at the disk:
whether there is such a file, and whether it may be read, is not asked here.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"^/?([A-Za-z])[:|](?=[/\\]|$)")
_SAFE = "/-._~!$&'()*+,;=@"


def path_of(uri: str) -> str | None:
    r"""The local path of a `file:` address: `/home/a b.py`, `C:\src\a.py` or `\\host\share\a.py`.

    None for other schemes, for addresses that are broken, and for paths that hold a null character.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme.lower() != "file":
        return None
    # neither a query nor a fragment exists in a path that an editor sends, but a file's name may hold their marks
    rest = uri[len("file:") :]
    path = unquote(rest[2 + len(parts.netloc) :] if rest.startswith("//") else rest)
    host = unquote(parts.netloc)
    if "\0" in path or "\0" in host or not path:
        return None
    drive = _DRIVE.match(path)
    if drive is not None and host in ("", "localhost"):
        return drive[1].upper() + ":" + path[drive.end() :].replace("/", "\\")
    if host not in ("", "localhost"):
        return "\\\\" + host + path.replace("/", "\\")
    return path if path.startswith("/") else None


def uri_of(path: str) -> str | None:
    """The `file:` address of an absolute path of either kind; None for a relative one."""
    drive = _DRIVE.match(path)
    if drive is not None and not path.startswith("/"):
        return "file:///" + drive[1].lower() + "%3A" + _quoted(path[2:].replace("\\", "/"))
    if path.startswith("\\\\"):
        return "file:" + _quoted(path.replace("\\", "/"))
    return "file://" + _quoted(path) if path.startswith("/") else None


def _quoted(path: str) -> str:
    return quote(path, safe=_SAFE, errors="surrogatepass")
