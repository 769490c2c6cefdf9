from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.credentials.kek.file import FileKeks
from ai_lsp.credentials.kek.keyring import KeyringKeks
from ai_lsp.credentials.kek.source import KekSource
from ai_lsp.credentials.os_keyring import OSKeyring
from ai_lsp.credentials.vault import Vault
from tests.credentials.support_backends import MEMORY, Memory

OPENAI = "https://api.openai.com"
EVIL = "https://evil.example"
DAY = "2026-11-21T12:00:00Z"


class Folder:
    """A folder with a vault, its key file, and a way to open them anew, as another process would."""

    def __init__(self, root: Path) -> None:
        self.path = root / "keys" / "vault"
        self.key_file = root / "master"

    def vault(self, user: str = "ada") -> Vault:
        keyring = OSKeyring([MEMORY])
        sources: dict[str, KekSource] = {"file": FileKeks(self.key_file), "keyring": KeyringKeks(keyring)}
        return Vault(self.path, user, sources, keyring)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
async def filled(folder: Folder) -> Folder:
    vault = folder.vault()
    await vault.put("openai", OPENAI, "sk-canary", DAY, "file")
    await vault.put("work", "https://ai.work.example", "sk-work", DAY, "file")
    return folder


async def test_a_key_is_found_for_the_origin_that_it_was_stored_for_and_no_other(filled: Folder) -> None:
    vault = filled.vault()
    assert await vault.find("openai", OPENAI) == "sk-canary"
    assert await vault.find("work", "https://ai.work.example") == "sk-work"
    for provider, origin in [("openai", EVIL), ("work", OPENAI), ("openai", "http://api.openai.com")]:
        assert await vault.find(provider, origin) is None


async def test_s12_nothing_of_a_key_can_be_read_in_the_file(filled: Folder) -> None:
    assert b"sk-" not in filled.path.read_bytes()
    assert filled.path.stat().st_mode & 0o777 == 0o600


async def test_what_it_holds_is_listed_without_its_key(filled: Folder) -> None:
    filled.key_file.unlink()
    assert [(one.provider, one.stored) for one in await filled.vault().records()] == [("openai", DAY), ("work", DAY)]


async def test_a_key_is_replaced_and_removed(filled: Folder) -> None:
    vault = filled.vault()
    await vault.put("openai", OPENAI, "sk-new", DAY, "file")
    assert await vault.find("openai", OPENAI) == "sk-new"
    assert len(await vault.records()) == 2
    assert await vault.remove("openai", OPENAI)
    assert not await vault.remove("openai", OPENAI)
    assert await vault.find("openai", OPENAI) is None
    assert await vault.find("work", "https://ai.work.example") == "sk-work"


async def test_s13_every_single_changed_bit_of_the_file_is_noticed(folder: Folder) -> None:
    vault = folder.vault()
    await vault.put("openai", OPENAI, "sk-canary", DAY, "file")
    whole = folder.path.read_bytes()
    for bit in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        folder.path.write_bytes(changed)
        try:
            found = await vault.find("openai", OPENAI)
        except ConfigurationError:
            continue
        # a changed name is another name: the key is not found, and not found elsewhere
        assert found is None
        with pytest.raises(ConfigurationError, match=r"is not used|does not hold|another user"):
            await vault.rotate()


async def test_s13_a_file_that_is_cut_anywhere_is_noticed(filled: Folder) -> None:
    whole, vault = filled.path.read_bytes(), filled.vault()
    for length in range(len(whole)):
        filled.path.write_bytes(whole[:length])
        with pytest.raises(ConfigurationError, match="is not used"):
            await vault.find("openai", OPENAI)


async def refused(folder: Folder, lines: list[bytes], provider: str, origin: str) -> str:
    folder.path.write_bytes(b"\n".join([*lines, b""]))
    with pytest.raises(ConfigurationError) as error:
        await folder.vault().find(provider, origin)
    return str(error.value)


async def test_s13_a_record_that_is_moved_to_another_origin_is_noticed(filled: Folder) -> None:
    lines = filled.path.read_bytes().split(b"\n")[:-1]
    moved = [line.replace(OPENAI.encode(), EVIL.encode()) for line in lines]
    assert await refused(filled, moved, "openai", EVIL) == (
        f"the vault {filled.path} is not used: it is not as it was written;"
        " restore a copy of it, or delete it and store the keys again"
    )


async def test_s13_records_that_are_swapped_dropped_or_doubled_are_noticed(filled: Folder) -> None:
    head, first, second, seal = filled.path.read_bytes().split(b"\n")[:-1]
    for lines in ([head, second, first, seal], [head, first, seal], [head, first, first, second, seal]):
        assert "it is not as it was written" in await refused(filled, lines, "openai", OPENAI)


async def test_s13_an_older_record_that_is_put_back_is_noticed(filled: Folder) -> None:
    older = filled.path.read_bytes().split(b"\n")[1]
    await filled.vault().put("openai", OPENAI, "sk-new", DAY, "file")
    lines = filled.path.read_bytes().split(b"\n")[:-1]
    lines[1] = older
    assert "it is not as it was written" in await refused(filled, lines, "openai", OPENAI)


@pytest.mark.parametrize("kind", ["file", "keyring"])
async def test_s13_an_older_copy_of_the_whole_vault_is_noticed_and_the_way_out_is_named(
    folder: Folder, kind: str
) -> None:
    await folder.vault().put("openai", OPENAI, "sk-leaked", DAY, kind)
    older = folder.path.read_bytes()
    await folder.vault().put("openai", OPENAI, "sk-new", DAY, kind)
    newest = folder.path.read_bytes()
    folder.path.write_bytes(older)
    for _ in range(2):
        with pytest.raises(
            ConfigurationError, match="is an older copy, so it is not used: it is number 1, and number 2"
        ):
            await folder.vault().find("openai", OPENAI)
        with pytest.raises(ConfigurationError, match="put that one back, or, if you want this one, remove"):
            await folder.vault().put("work", OPENAI, "sk-work", DAY, kind)
    assert folder.path.read_bytes() == older
    folder.path.write_bytes(newest)
    assert await folder.vault().find("openai", OPENAI) == "sk-new"

    folder.path.write_bytes(older)
    folder.path.with_name("vault.newest").unlink(missing_ok=True)
    Memory.held = {place: text for place, text in Memory.held.items() if not place[1].endswith(" number")}
    assert await folder.vault().find("openai", OPENAI) == "sk-leaked"


async def test_s13_with_a_keyring_all_files_turned_back_together_are_noticed(folder: Folder) -> None:
    await folder.vault().put("openai", OPENAI, "sk-leaked", DAY, "keyring")
    older = {path: path.read_bytes() for path in folder.path.parent.iterdir()}
    await folder.vault().put("openai", OPENAI, "sk-new", DAY, "keyring")
    for path, content in older.items():
        path.write_bytes(content)
    with pytest.raises(
        ConfigurationError, match=r"remove the entry 'vault [0-9a-f]{8} number' of ai-lsp in the OS keyring"
    ):
        await folder.vault().find("openai", OPENAI)


async def test_a_vault_that_is_newer_than_is_known_opens_as_after_a_process_that_was_killed(filled: Folder) -> None:
    known = filled.path.with_name("vault.newest")
    before = known.read_bytes()
    await filled.vault().put("openai", OPENAI, "sk-new", DAY, "file")
    known.write_bytes(before)
    assert await filled.vault().find("openai", OPENAI) == "sk-new"


async def test_a_number_that_is_none_is_one_line(filled: Folder) -> None:
    filled.path.with_name("vault.newest").write_bytes(b"\xffmany\n")
    with pytest.raises(ConfigurationError, match=r"vault.newest does not hold the number .* any more; remove it$"):
        await filled.vault().find("openai", OPENAI)


async def test_s13_a_version_that_is_not_known_is_refused(filled: Folder) -> None:
    lines = filled.path.read_bytes().replace(b'"version":2', b'"version":3').split(b"\n")[:-1]
    assert "its version 3 is not known here" in await refused(filled, lines, "openai", OPENAI)


async def test_another_spelling_of_the_same_values_is_refused(filled: Folder) -> None:
    lines = filled.path.read_bytes().split(b"\n")[:-1]
    assert "is not used" in await refused(filled, [lines[0].replace(b":", b": "), *lines[1:]], "openai", OPENAI)


async def test_a_vault_of_another_user_is_not_opened_even_with_the_same_key(filled: Folder) -> None:
    with pytest.raises(ConfigurationError, match="was made for another user"):
        await filled.vault("eve").find("openai", OPENAI)
    theirs = filled.path.read_bytes().replace(b'"user":"ada"', b'"user":"eve"')
    filled.path.write_bytes(theirs)
    with pytest.raises(ConfigurationError, match="it is not as it was written"):
        await filled.vault("eve").find("openai", OPENAI)


async def test_a_vault_that_others_may_read_is_refused_with_the_way_out(filled: Folder) -> None:
    filled.path.chmod(0o644)
    with pytest.raises(ConfigurationError, match=f"run `chmod 600 {filled.path}`"):
        await filled.vault().find("openai", OPENAI)


async def test_s14_data_keys_are_rotated(filled: Folder) -> None:
    before = filled.path.read_bytes()
    assert await filled.vault().rotate() == 2
    after = filled.path.read_bytes()
    assert before.split(b"\n")[0].replace(b'"number":2', b'"number":3') == after.split(b"\n")[0]
    assert not set(before.split(b"\n")[1:-1]) & set(after.split(b"\n")[1:-1])
    assert await filled.vault().find("openai", OPENAI) == "sk-canary"


async def test_s14_the_key_encryption_key_is_rotated_and_the_contents_stay(filled: Folder) -> None:
    old_key, old = filled.key_file.read_text(), (await filled.vault().records())[0].box
    assert await filled.vault().rotate_master("file") == 2
    new_key, new = filled.key_file.read_text(), (await filled.vault().records())[0].box
    assert new_key != old_key
    assert len(new_key.split()) == 1
    assert (new.content, new.nonce) == (old.content, old.nonce)
    assert new.wrapped != old.wrapped
    assert await filled.vault().find("openai", OPENAI) == "sk-canary"
    filled.key_file.write_text(old_key)
    with pytest.raises(ConfigurationError, match="does not hold the key that the vault was locked with"):
        await filled.vault().find("openai", OPENAI)


async def test_a_vault_moves_to_another_kind_of_key(filled: Folder) -> None:
    await filled.vault().rotate_master("keyring")
    filled.key_file.unlink()
    assert await filled.vault().find("openai", OPENAI) == "sk-canary"
    assert await filled.vault().kind() == "keyring"


async def test_a_key_in_the_keyring_changes_its_place_with_every_rotation(folder: Folder) -> None:
    await folder.vault().put("openai", OPENAI, "sk-canary", DAY, "keyring")
    places = [set(Memory.held)]
    for _ in range(2):
        await folder.vault().rotate_master("keyring")
        places.append(set(Memory.held))
    assert [len(one) for one in places] == [2, 2, 2], "the key and the number of the newest vault"
    assert places[0] == places[2] != places[1]
    assert await folder.vault().find("openai", OPENAI) == "sk-canary"


async def test_a_keyring_that_lost_the_key_is_told_in_one_line(folder: Folder) -> None:
    await folder.vault().put("openai", OPENAI, "sk-canary", DAY, "keyring")
    Memory.held.clear()
    with pytest.raises(ConfigurationError, match="the OS keyring no longer holds the key of the vault"):
        await folder.vault().find("openai", OPENAI)


async def test_a_person_without_a_vault_has_nothing_and_gets_no_file(folder: Folder) -> None:
    vault = folder.vault()
    assert await vault.find("openai", OPENAI) is None
    assert await vault.records() == ()
    assert await vault.kind() is None
    assert not folder.path.parent.exists()


async def test_changes_that_meet_do_not_lose_each_other(folder: Folder) -> None:
    vaults = [folder.vault(), folder.vault()]
    await vaults[0].put("openai", OPENAI, "sk-0", DAY, "file")
    names = [f"provider-{number}" for number in range(6)]
    await asyncio.gather(
        *(vaults[at % 2].put(name, OPENAI, f"sk-{name}", DAY, "file") for at, name in enumerate(names))
    )
    assert [await folder.vault().find(name, OPENAI) for name in names] == [f"sk-{name}" for name in names]
