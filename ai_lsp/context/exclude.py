"""Which files are kept from every model: places for secrets, and what the person or the project excludes.

In: paths, and patterns in the language of `.gitignore`. Out: the reason why a file is excluded, or None. Nothing is read
here: who calls this brings the lines of `.aiignore` files. What must never happen: a pattern that was written is passed
over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ai_lsp.context.paths import path_of

if TYPE_CHECKING:  # loaded when the first pattern is read: most people write none
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".aiignore"

SECRET_FILES = (
    *(".env", ".env.*", "*.env", ".env-*", ".env_*", ".envrc", ".flaskenv", "local.settings.json"),
    *(
        "*.pem",
        "*.key",
        "*.p12",
        "*.pfx",
        "*.p8",
        "*.pkcs12",
        "*.jks",
        "*.jceks",
        "*.keystore",
        "*.bks",
        "*.ppk",
        "*.der",
    ),
    *("*.kdbx", "*.kdb", "*.1pif", "*.agilekeychain", "*.opvault", "*.keychain", "*.keychain-db", "*.keytab"),
    *("*.gpg", "*.pgp", "*.asc", "*.age", "*.ovpn", "*.rdp", "*.mobileprovision", "*.secret", "*.secrets"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "identity", "*_rsa", "*_ed25519", "master.key", "shadow"),
    *(".npmrc", ".yarnrc", ".netrc", "_netrc", ".pypirc", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf"),
    *(".git-credentials", ".htpasswd", "htpasswd", ".htdigest", ".s3cfg", ".boto", ".dockercfg", ".dockerconfigjson"),
    *(
        ".vault-token",
        ".vault_pass*",
        ".vault-pass*",
        "vault.yml",
        "vault.yaml",
        ".rediscli_auth",
        ".msmtprc",
        ".fetchmailrc",
    ),
    *(
        "kubeconfig",
        "kubeconfig.*",
        "*.kubeconfig",
        "*.tfstate",
        "*.tfstate.*",
        "*.tfvars",
        "*.tfvars.json",
        ".terraformrc",
    ),
    *(
        "terraform.rc",
        "credentials",
        "credentials.*",
        ".credentials",
        ".credentials.*",
        "*credentials.json",
        "*credentials.csv",
    ),
    *("secret.*", "secrets.*", "*.secrets.*", ".secrets*", "client_secret*.json", "service-account*.json"),
    *("service_account*.json", "serviceaccount*.json", "*-firebase-adminsdk-*.json", "gcloud-*.json", "token.json"),
    *("tokens.json", "accesstokens.json", "auth.json", ".databrickscfg", ".pgadmin*", "wp-config.php", "keys.json"),
    *(".bash_history", ".zsh_history", ".sh_history", ".python_history", ".node_repl_history", ".psql_history"),
    *(".mysql_history", ".sqlite_history", ".irb_history", ".lesshst", ".viminfo", "*.keys"),
)
"""Names, in small letters, whatever the folder."""

SECRET_FOLDERS = (".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store", ".gem", ".terraform.d")
"""All that lies in folders of these names."""

_SECRET_PATHS = (
    *(".config/gcloud/*", ".config/gh/hosts.yml", ".config/hub", ".cargo/credentials*", ".m2/settings*.xml"),
    *(".gradle/gradle.properties", ".snowsql/config", ".dbt/profiles.yml", ".composer/auth.json", ".config/op/*"),
)
_NAMES = re.compile("|".join(map(translate, SECRET_FILES)) + r"|id_[^.]+(?:\.pub)?\Z")
_PATHS = re.compile("|".join(translate(f"*/{pattern}") for pattern in _SECRET_PATHS))


def is_secret_file(path: str) -> bool:
    r"""Whether a path, with `/` or `\` between its parts, names a file that usually holds secrets."""
    parts = path.lower().replace("\\", "/").split("/")
    if _NAMES.match(parts[-1]) or not _FOLDERS.isdisjoint(parts[:-1]):
        return True
    return bool(_PATHS.match("/" + "/".join(parts)))


_FOLDERS = frozenset(SECRET_FOLDERS)


def named_by(uri: str) -> str | None:
    """The path that an address names, whatever its scheme: an editor opens remote files too. None: it names none."""
    path = path_of(uri)
    if path is not None:
        return path
    try:
        return unquote(urlsplit(uri).path) or None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns of one place. `source` is what the person knows it by."""

    source: str
    spec: GitIgnoreSpec

    def decide(self, path: str) -> bool | None:
        """Whether they exclude a path, which is relative to their place; None: they do not speak of it."""
        return self.spec.check_file(path).include


def patterns(source: str, lines: Iterable[str]) -> Patterns:
    """Read patterns. Raises ValueError for one that git would not understand."""
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  # see the head of this file

    return Patterns(source, GitIgnoreSpec.from_lines(lines))


def pattern_problem(lines: Sequence[str]) -> str | None:
    """What is wrong with patterns, or None."""
    try:
        patterns("", lines)
    except ValueError as error:
        return str(error)
    return None


def excluded(path: str, folder: str | None, own: Patterns | None, found: Sequence[tuple[str, Patterns]]) -> str | None:
    """Why a file is excluded, or None. Paths have `/` between their parts.

    `own` are the person's patterns, relative to the workspace's `folder`; `found` are those of `.aiignore` files with
    their folders, the innermost first, of which the first that speaks of the file decides.
    """
    if is_secret_file(path):
        return "its name is one of those that hold secrets"
    if own is not None and any(own.decide(one) for one in {_below(folder, path), path.lstrip("/")}):
        return f"by {own.source}"
    for place, rules in found:
        decision = rules.decide(_below(place, path))
        if decision is not None:
            return f"by {rules.source}" if decision else None
    return None


def folders_between(folder: str, path: str) -> list[str]:
    """The folders from the one that holds `path` up to `folder`, the innermost first; none where it lies elsewhere."""
    above = [str(parent) for parent in PurePosixPath(path).parents]
    return above[: above.index(folder) + 1] if folder in above else []


def _below(folder: str | None, path: str) -> str:
    if folder is not None and path.startswith(folder.rstrip("/") + "/"):
        return path[len(folder.rstrip("/")) + 1 :]
    return path.lstrip("/")
