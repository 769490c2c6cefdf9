"""Which files no model sees."""

from __future__ import annotations

import pytest

from ai_lsp.context.exclude import excluded, folders_between, is_secret_file, named_by, pattern_problem, patterns

SECRET = """
.env .env.local .env.production prod.env .envrc server.pem tls.key id_rsa id_rsa.pub id_ed25519 id_ecdsa id_dsa id_work
.npmrc .yarnrc .netrc _netrc .pypirc .pgpass .my.cnf .git-credentials .htpasswd .htdigest .s3cfg .boto .dockercfg
kubeconfig prod.kubeconfig terraform.tfstate terraform.tfstate.backup prod.tfvars prod.auto.tfvars.json .terraformrc
credentials credentials.json credentials.yml.enc aws-credentials.csv secrets.yml secrets.toml secret.py .secrets
client_secret_1.apps.json service-account.json service-account-prod.json service_account.json app-firebase-adminsdk-1.json
cert.p12 cert.pfx key.p8 store.jks debug.keystore vault.kdbx login.keychain putty.ppk office.ovpn mail.asc backup.gpg
.vault-token .vault_pass.txt vault.yml master.key shadow token.json auth.json wp-config.php .bash_history .psql_history
.databrickscfg .msmtprc notes.age krb5.keytab local.settings.json .ssh/config .aws/config .kube/config .docker/config.json
.config/gcloud/access_tokens.db .config/gh/hosts.yml .cargo/credentials.toml .m2/settings.xml .gradle/gradle.properties
""".split()  # noqa: SIM905  # ninety names in quotes are hard to read

ORDINARY = """
main.py environment.py key.py keys.go keyboard.ts identity_provider.py id_generator.py tokenizer.py package.json
README.md .gitignore .editorconfig Dockerfile docker-compose.yml settings.py config.json terraform.tf certificate.py
pem.rs secretary.md envelope.js password_reset.html kube/config.go src/aws/client.py
""".split()  # noqa: SIM905  # as above


def test_s15_at_least_sixty_names_are_known() -> None:
    assert len(SECRET) >= 60


@pytest.mark.parametrize("name", SECRET)
def test_s15_places_for_secrets_are_excluded_in_any_folder_and_spelling(name: str) -> None:
    for path in (name, f"/home/ada/shop/{name}", f"/home/ada/shop/{name.upper()}", f"C:\\shop\\{name}"):
        assert is_secret_file(path), path


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_files_are_not(name: str) -> None:
    assert not is_secret_file(f"/home/ada/shop/{name}")


@pytest.mark.parametrize("uri", ["file:///w/%2eenv", "vscode-vfs://github/o/r/.env", "ssh://host/w/.env"])
def test_an_address_of_any_scheme_names_its_file(uri: str) -> None:
    assert is_secret_file(named_by(uri) or "")


def test_a_document_that_was_never_saved_names_no_secret() -> None:
    assert not is_secret_file(named_by("untitled:Untitled-1") or "")


def test_the_persons_patterns_are_relative_to_the_workspace() -> None:
    own = patterns("mine", ["*.sql", "/private/", "!keep.sql"])
    assert excluded("/w/db/a.sql", "/w", own, []) == "by mine"
    assert excluded("/w/private/a.py", "/w", own, []) == "by mine"
    assert excluded("/w/src/private/a.py", "/w", own, []) is None
    assert excluded("/w/keep.sql", "/w", own, []) is None


def test_the_innermost_file_that_speaks_of_a_path_decides() -> None:
    outer, inner = patterns("/w/.aiignore", ["*.py"]), patterns("/w/a/.aiignore", ["!open.py"])
    found = [("/w/a", inner), ("/w", outer)]
    assert excluded("/w/a/open.py", "/w", None, found) is None
    assert excluded("/w/a/closed.py", "/w", None, found) == "by /w/.aiignore"


def test_no_project_can_open_what_the_person_or_its_name_closes() -> None:
    all_open = [("/w", patterns("/w/.aiignore", ["!*"]))]
    assert excluded("/w/a.sql", "/w", patterns("mine", ["*.sql"]), all_open) == "by mine"
    assert excluded("/w/.env", "/w", None, all_open) is not None


def test_folders_go_from_the_file_up_to_the_workspace_and_not_beyond() -> None:
    assert folders_between("/w", "/w/a/b/c.py") == ["/w/a/b", "/w/a", "/w"]
    assert folders_between("/w", "/elsewhere/c.py") == []


def test_a_pattern_that_means_nothing_is_told() -> None:
    assert pattern_problem(["*.py"]) is None
    assert "'!'" in (pattern_problem(["!"]) or "")
