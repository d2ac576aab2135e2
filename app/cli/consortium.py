"""`luopu consortium`: make, configure and run validators on CometBFT."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from app.cli.output import Speaker
from app.cli.passphrase import read_passphrase
from app.cli.stopping import log_to_stderr, stop_event
from app.consortium.binary import find_cometbft
from app.consortium.cometkeys import node_id
from app.consortium.company import check_address, check_distinct
from app.consortium.configuration import NodeSettings
from app.consortium.folders import ValidatorFolder, find_validators
from app.consortium.making import Lock, as_bookkeeper, configure, load_company, make_company, make_folder, make_key
from app.consortium.onecomputer import Plan, make_consortium, new_chain_id
from app.consortium.supervisor import Fallen, Notice, running_validators
from app.consortium.validator import Validator
from app.core.errors import BadCompany, FolderExists, LuopuError, UsageError
from app.core.home import Home
from app.core.keys import PublicKey, decode_key_text
from app.core.messages import explain
from app.evidence.files import digest_file
from app.node.consensus.genesis import decode_genesis
from app.node.engine.founding import Founding, Partner, encode_founding
from app.wallet.keystore import load_keystore
from app.wiring.files import write_durably
from app.wiring.running import Running
from app.wiring.stores import load_genesis
from app.wiring.system import SystemClock


def run_consortium(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Do what the verb says."""
    verbs = {"init": _init, "start": _start, "company": _company, "genesis": _genesis, "configure": _configure}
    return verbs[arguments.verb](arguments, home, speaker)


# ---- on one computer -------------------------------------------------------------------------------------------------
def _init(arguments: argparse.Namespace, _: Home, speaker: Speaker) -> int:
    output = Path(arguments.output).absolute()
    names = [
        *arguments.name,
        *(f"记账方 {number}" for number in range(len(arguments.name) + 1, arguments.validators + 1)),
    ]
    if len(names) > arguments.validators:
        raise UsageError(argument="--name", expected=f"at most {arguments.validators}", got=len(names))
    if output.exists():  # told before anybody is asked for a passphrase
        raise FolderExists(path=str(output))
    plan = Plan(
        names=tuple(names),
        chain_id=arguments.chain_id or new_chain_id(),
        partner=arguments.partner,
        partner_key=None if arguments.partner_key is None else decode_key_text(arguments.partner_key),
        first_address=arguments.address,
        interval_seconds=arguments.interval,
    )
    make_consortium(output, plan, _new_lock(arguments, speaker))
    facts = {"chain": plan.chain_id, "validators": len(names), "path": str(output)}
    speaker.say(speaker.words("consortium-made", **facts))
    speaker.answer({**facts, "rpc": plan.rpc_urls})
    return 0


def _start(arguments: argparse.Namespace, _: Home, speaker: Speaker) -> int:
    log_to_stderr()
    cometbft = find_cometbft(arguments.cometbft, os.environ)
    options = _options(arguments)
    folders = find_validators(Path(arguments.folder).absolute())
    validators = [Validator(folder, cometbft, options) for folder in folders]
    asyncio.run(_supervise(validators, speaker, until_stdin_closes=arguments.until_stdin_closes))
    return 0


def _options(arguments: argparse.Namespace) -> list[str]:
    """What the applications are told besides where they are."""
    chosen = {"--snapshot-interval": arguments.snapshot_interval, "--keep-blocks": arguments.keep_blocks}
    return [word for name, blocks in chosen.items() if blocks for word in (name, str(blocks))]


async def _supervise(validators: Sequence[Validator], speaker: Speaker, *, until_stdin_closes: bool) -> None:
    stop = stop_event(until_stdin_closes=until_stdin_closes)
    async with running_validators(validators, lambda notice: _tell(speaker, notice)) as watching:
        speaker.say(speaker.words("validators-ready"))
        speaker.pairs({validator.name: validator.rpc_url for validator in validators})
        speaker.say(speaker.words("stop-with"))
        speaker.answer({"ready": [validator.rpc_url for validator in validators]})
        await Running("", tuple(watching)).until(stop)


def _tell(speaker: Speaker, notice: Notice) -> None:
    if isinstance(notice, Fallen):
        error = notice.reason
        reason = explain(error, speaker.language).sentence if isinstance(error, LuopuError) else error
        facts = {"validator": notice.validator, "reason": reason, "seconds": round(notice.pause)}
        speaker.say(speaker.words("validator-fallen", **facts))
        speaker.answer({"fallen": notice.validator, "reason": str(error)})
    else:
        speaker.say(speaker.words("validator-risen", validator=notice.validator))
        speaker.answer({"risen": notice.validator})


# ---- on the hosts of several companies ---------------------------------------------------------------------------------
def _company(arguments: argparse.Namespace, _: Home, speaker: Speaker) -> int:
    output = Path(arguments.output).absolute()
    if output.exists():
        raise FolderExists(path=str(output))
    check_address(arguments.address)
    lock = _new_lock(arguments, speaker)
    make_folder(output, lambda draft: make_company(ValidatorFolder(draft), arguments.name, arguments.address, lock))
    path = str(ValidatorFolder(output).company)
    speaker.say(speaker.words("company-made", company=arguments.name, path=path))
    speaker.answer({"company": path})
    return 0


def _genesis(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    output = Path(arguments.output).absolute()
    if output.exists():
        raise FolderExists(path=str(output))
    seated = [load_company(Path(name)) for name in arguments.companies]
    later = [load_company(Path(name)) for name in arguments.later]
    check_distinct([*seated, *later])
    bookkeepers = [as_bookkeeper(company) for company in seated]
    bookkeepers += [as_bookkeeper(company, has_seat=False) for company in later]
    genesis = encode_founding(
        Founding(
            chain_id=arguments.chain_id,
            time_ns=SystemClock().now(),
            agreement=digest_file(Path(arguments.agreement)).sha256,
            operator=(arguments.operator, _operator_key(arguments, home, speaker)),
            bookkeepers=tuple(bookkeepers),
            partners=tuple(Partner(name, ((decode_key_text(key), name),)) for name, key in arguments.partner),
        )
    )
    write_durably(output, genesis, mode=0o644)
    facts = {"path": str(output), "fingerprint": decode_genesis(genesis).fingerprint.hex()}
    speaker.say(speaker.words("genesis-made", **facts))
    speaker.answer(facts)
    return 0


def _operator_key(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> PublicKey:
    if arguments.operator_key is not None:
        return decode_key_text(arguments.operator_key)
    if home.keystore.exists():
        return load_keystore(home.keystore).public_key
    return make_key(home, arguments.operator, _new_lock(arguments, speaker))


def _configure(arguments: argparse.Namespace, _: Home, speaker: Speaker) -> int:
    folder = ValidatorFolder(Path(arguments.folder).absolute())
    own = load_company(folder.company)
    others = [company for company in map(load_company, map(Path, arguments.peer)) if company.node != own.node]
    check_distinct([own, *others])
    listen, rpc, application = (_place(arguments, name) for name in ("listen", "rpc", "application"))
    settings = NodeSettings(
        moniker=f"validator-{node_id(own.node)[:8]}",
        application=application,
        rpc=rpc,
        peer_to_peer=listen,
        peers=tuple(company.peer for company in others),
        interval_seconds=arguments.interval,
    )
    has_seat = configure(folder, Path(arguments.genesis), settings)
    facts = {"path": str(folder.config), "fingerprint": load_genesis(folder.genesis)[0].fingerprint.hex()}
    speaker.say(speaker.words("configured", **facts))
    if not has_seat:
        speaker.say(speaker.words("no-seat"))
    speaker.answer({**facts, "seat": has_seat})
    return 0


def _place(arguments: argparse.Namespace, name: str) -> str:
    value = str(getattr(arguments, name))
    try:
        return f"tcp://{check_address(value)}"
    except BadCompany as error:
        raise UsageError(argument=f"--{name}", expected="IP:PORT", got=value) from error


def _new_lock(arguments: argparse.Namespace, speaker: Speaker) -> Lock:
    return Lock(read_passphrase(speaker, arguments.passphrase_file, new=True))
