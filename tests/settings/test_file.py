from pathlib import Path

import pytest

from ai_lsp.settings.file import decides_where_code_goes, read_file
from ai_lsp.settings.layers import merged
from ai_lsp.settings.paths import KeyPath

FILE = """
provider = "ollama"
profile = "home"
[profiles.home]
provider = "embedded"
[profiles.work]
fallback = ["ollama"]
[profiles.work.completion]
max_tokens = 9
"""


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "config.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_missing_user_file_is_no_problem(tmp_path: Path) -> None:
    file = read_file(tmp_path / "config.toml")
    assert (file.fault, file.stamp, file.problems(None)) == (None, None, [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"provider = ", "is not TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"a = " + b"[" * 5000, "is nested too deeply"),
        (b"#" * (1024 * 1024 + 1), "is far too large"),
    ],
)
def test_a_broken_user_file_is_one_clear_line(tmp_path: Path, content: bytes, reason: str) -> None:
    path = written(tmp_path, content)
    [(where, problem)] = read_file(path).problems(None)
    assert where == ()
    assert str(problem).startswith(f"{path}: {reason}")
    assert str(problem).endswith("not in force")
    assert "\n" not in str(problem)


def test_a_folder_in_its_place_is_one_clear_line(tmp_path: Path) -> None:
    [(_, problem)] = read_file(tmp_path).problems(None)
    assert "cannot be read (Is a directory)" in str(problem)


@pytest.mark.parametrize(("profile", "provider", "tokens"), [("home", "embedded", 64), ("work", "ollama", 9)])
def test_a_profile_is_a_layer_on_top_of_the_file(tmp_path: Path, profile: str, provider: str, tokens: int) -> None:
    file = read_file(written(tmp_path, FILE))
    assert file.profile == "home"
    found = merged(file.layers(profile))
    assert (found.settings.provider, found.settings.completion.max_tokens, found.problems) == (provider, tokens, [])
    assert f"{file.path} [profiles.{profile}]" in found.sources.values()


def test_a_profile_that_does_not_exist_is_told(tmp_path: Path) -> None:
    [(path, problem)] = read_file(written(tmp_path, FILE)).problems("wrok")
    assert (path, problem.message) == (("profile",), "there is no profile 'wrok'; did you mean work?")


def test_a_mistake_in_a_profile_is_told_once_whether_or_not_it_is_in_force(tmp_path: Path) -> None:
    path = written(tmp_path, "[profiles.work]\nprovider = 5\n[profiles.home]\n")
    assert [str(problem) for _, problem in read_file(path).problems("home")] == [
        f'{path}: profiles.work.provider: has to be text, in quotes: "…"'
    ]
    assert [str(problem) for _, problem in read_file(path).problems("work")] == [
        f'{path} [profiles.work]: provider: has to be text, in quotes: "…"'
    ]


def test_profiles_of_a_wrong_type_are_told(tmp_path: Path) -> None:
    [(_, problem)] = read_file(written(tmp_path, 'profiles = "work"')).problems(None)
    assert problem.path == "profiles"


@pytest.mark.parametrize(
    ("path", "decides"),
    [
        ((), True),
        (("provder",), True),
        (("privacy", "exclude"), True),
        (("completion", "provider"), True),
        (("completion", "enabled"), True),
        (("completion", "enabeld"), True),
        (("providers", "mine", "endpoint"), True),
        (("quota", "requests_per_day"), True),
        (("completion", "max_tokens"), False),
        (("cache", "ttl"), False),
    ],
)
def test_a_mistake_that_could_send_code_elsewhere_is_told_from_others(path: KeyPath, decides: bool) -> None:
    assert decides_where_code_goes(path) is decides
