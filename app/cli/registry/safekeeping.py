"""`luopu account create-key`, `passphrase`, `backup`, `restore`: what keeps a home from being lost (3.4.1 密钥管理).

Guarantees: a new passphrase is typed twice, or comes from a file of its own; none is ever an argument.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from app.cli.passphrase import read_new_passphrase, read_passphrase
from app.cli.registry.perform import DONE
from app.cli.registry.session import Desk, Doer, Maker
from app.core.keys import encode_key_text
from app.core.messages import moment_text
from app.core.walleterrors import KeystoreExists
from app.wallet.keystore import load_keystore
from app.wallet.passphrases import change_passphrases
from app.wallet.restore import check_is_empty
from app.wiring.backups import restore_home, save_home
from app.wiring.sandbox import DEFAULT_LABEL, create_clerk_key
from app.wiring.system import SystemRandomness


async def create_key(desk: Desk) -> int:
    """The key of a home that has none, such as one without a network that only signs.

    Raises:
        LuopuError: as of `create_keystore`.
    """
    speaker, given, keystore = desk.speaker, desk.given, desk.home.keystore
    if keystore.exists():
        raise KeystoreExists(path=str(keystore))
    passphrase = read_new_passphrase(speaker, given.passphrase_file, "--passphrase-file", "passphrase-to-be")
    await asyncio.to_thread(create_clerk_key, desk.home, passphrase, given.label or DEFAULT_LABEL)
    key = encode_key_text(load_keystore(keystore).public_key)
    speaker.say(speaker.words("own-key-made", key=key))
    speaker.answer({"key": key, "label": given.label or DEFAULT_LABEL})
    return DONE


async def change_passphrase(desk: Desk) -> int:
    """Another passphrase for keystore and vault.

    Raises:
        LuopuError: as of `change_passphrases`.
    """
    speaker, given = desk.speaker, desk.given
    old = read_passphrase(speaker, given.passphrase_file)
    new = read_new_passphrase(speaker, given.new_passphrase_file, "--new-passphrase-file", "passphrase-to-be")
    await asyncio.to_thread(change_passphrases, desk.home, old, new, randomness=SystemRandomness())
    speaker.say(speaker.words("passphrase-changed"))
    speaker.answer({"changed": True})
    return DONE


async def backup(desk: Desk) -> int:
    """Everything that cannot be fetched again, in one sealed file.

    Raises:
        LuopuError: as of `save_home`.
    """
    speaker, target = desk.speaker, Path(desk.given.output)
    source = desk.given.backup_passphrase_file
    passphrase = read_new_passphrase(speaker, source, "--backup-passphrase-file", "backup-passphrase-to-be")
    await asyncio.to_thread(save_home, desk.home, target, passphrase)
    speaker.say(speaker.words("backup-made", path=target))
    speaker.answer({"backup": str(target)})
    return DONE


async def restore(desk: Desk) -> int:
    """Bring a backup into a home that has nothing yet.

    Raises:
        LuopuError: as of `restore_home`.
    """
    speaker, source = desk.speaker, Path(desk.given.file)
    check_is_empty(desk.home)
    passphrase = read_passphrase(speaker, desk.given.backup_passphrase_file, of_backup=True)
    made_ns = await asyncio.to_thread(restore_home, desk.home, source, passphrase)
    speaker.say(speaker.words("backup-restored", moment=moment_text(made_ns)))
    speaker.answer({"restored": str(source), "home": str(desk.home.root), "made_ns": str(made_ns)})
    return DONE


QUESTIONS: Mapping[str, Doer | Callable[[Desk], Awaitable[int]]] = {
    "account create-key": create_key,
    "account passphrase": change_passphrase,
    "account backup": backup,
    "account restore": restore,
}
DEEDS: Mapping[str, Maker] = {}
