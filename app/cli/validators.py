"""`luopu validators`: who holds a seat, what is proposed, and a bookkeeper's votes, through the home's running node."""

import argparse
import asyncio
from pathlib import Path

from app.cli.output import Speaker
from app.cli.passphrase import read_passphrase
from app.cli.work import node_of, outcome_as_json, outcome_text
from app.client.council import Bookkeeper, ChangeStatus, CouncilStatus, ProposalStatus
from app.client.governance import Ballot, Voter, Wish
from app.client.model import Final, Outcome
from app.client.node import NodeClient
from app.core.home import Home
from app.core.messages import clean
from app.core.transaction import SignedTransaction
from app.evidence.files import digest_file
from app.wallet.approval import ConsentFacts, ProposalFacts
from app.wallet.ballots import Ballots
from app.wallet.keystore import LockedKeystore, load_keystore
from app.wiring.system import SystemRandomness


def run_validators(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Do what the verb says; without one, list."""
    if arguments.verb is None:
        return asyncio.run(_list(home, speaker))
    return asyncio.run(_vote(arguments, home, speaker))


# ---- list ------------------------------------------------------------------------------------------------------------
async def _list(home: Home, speaker: Speaker) -> int:
    async with node_of(home) as node:
        council = await node.council()
    speaker.say(speaker.words("seats", height=council.height, total=council.total_power, needed=council.needed_power))
    for seat in council.seats:
        speaker.say(f"  {seat.key.hex()}  {seat.power:>6}  {_name(seat.account)}")
    if not council.seats:
        speaker.say(speaker.words("no-seats"))
    for proposal in sorted(council.proposals, key=lambda each: not each.is_open):
        speaker.say(speaker.words("proposal-headed", proposal=proposal.id.hex(), state=_state(speaker, proposal)))
        speaker.pairs(_proposal_pairs(speaker, proposal))
    speaker.answer(_council_as_json(council))
    return 0


def _state(speaker: Speaker, proposal: ProposalStatus) -> str:
    if proposal.is_decided:
        return speaker.words("proposal-decided")
    if not proposal.is_open:
        return speaker.words("proposal-lapsed")
    return speaker.words("proposal-open", power=proposal.approving_power, needed=proposal.needed_power)


def _proposal_pairs(speaker: Speaker, proposal: ProposalStatus) -> dict[str, str]:
    """Everything that the node says of a proposal."""
    change = proposal.change
    return {
        **(_change_pairs(speaker, change) if proposal.is_open else _past_pairs(speaker, change)),
        speaker.words("document"): proposal.document.hex(),
        speaker.words("deadline"): speaker.words("height", height=proposal.deadline),
        speaker.words("proposed-by"): _name(proposal.proposer),
        speaker.words("approved-by"): ", ".join(map(_name, proposal.approved_by)),
    }


def _change_pairs(speaker: Speaker, change: ChangeStatus) -> dict[str, str]:
    power = "power-removed" if change.power == 0 else "power-changed" if change.power_now else "power-new"
    return {
        speaker.words("validator-key"): change.key.hex(),
        speaker.words("power"): speaker.words(power, before=change.power_now, after=change.power),
        speaker.words("answers"): _name(change.account),
    }


def _past_pairs(speaker: Speaker, change: ChangeStatus) -> dict[str, str]:
    """The same of a proposal that is closed: what the validator has now says nothing of it."""
    return {
        speaker.words("validator-key"): change.key.hex(),
        speaker.words("power"): _power(speaker, change.power),
        speaker.words("answers"): _name(change.account),
    }


def _power(speaker: Speaker, power: int) -> str:
    return speaker.words("power-n" if power else "power-zero", power=power)


def _name(bookkeeper: Bookkeeper) -> str:
    """A name from outside, with the ID beside it."""
    return f"{clean(bookkeeper.name)} {bookkeeper.id}"


# ---- vote ------------------------------------------------------------------------------------------------------------
async def _vote(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    keystore = load_keystore(home.keystore)
    async with node_of(home) as node:
        voter = Voter(node, Ballots(home.wallet), keystore.public_key, SystemRandomness())
        ballot = await _draft(voter, arguments)
        _show(speaker, ballot, keystore)
        signed = ballot.signed or await _sign(voter, ballot, keystore, speaker, arguments.passphrase_file)
        outcome = await voter.follow(signed)
        status = await _report(speaker, node, ballot, signed, outcome)
        voter.forget(signed)
        return status


async def _draft(voter: Voter, arguments: argparse.Namespace) -> Ballot:
    if arguments.verb == "approve":
        return await voter.approve(arguments.proposal)
    document = (await asyncio.to_thread(digest_file, Path(arguments.document))).sha256
    wish = Wish(arguments.key, arguments.power, arguments.account, document, arguments.deadline)
    return await voter.propose(wish)


async def _sign(
    voter: Voter, ballot: Ballot, keystore: LockedKeystore, speaker: Speaker, passphrase_file: str | None
) -> SignedTransaction:
    key = await asyncio.to_thread(keystore.unlock, read_passphrase(speaker, passphrase_file))
    try:
        return voter.sign(ballot, key)
    finally:
        key.lock()


def _show(speaker: Speaker, ballot: Ballot, keystore: LockedKeystore) -> None:
    """First what the bytes say, then what only the node says."""
    shown, told = ballot.shown, ballot.told
    speaker.say(speaker.words("to-sign" if ballot.signed is None else "signed-before"))
    speaker.pairs(
        {
            speaker.words("action"): speaker.words(f"action-{shown.action}"),
            **_facts_pairs(speaker, shown.facts),
            speaker.words("network"): shown.chain_id,
            speaker.words("sender"): shown.sender.hex(),
            speaker.words("valid-until"): speaker.words("height", height=shown.valid_until),
            speaker.words("digest"): shown.digest.hex(),
        }
    )
    speaker.say(speaker.words("node-says"))
    speaker.pairs(
        {
            **(
                _change_pairs(speaker, told.change)
                if told.proposal is None
                else _proposal_pairs(speaker, told.proposal)
            ),
            speaker.words("account"): f"{clean(told.voter.name)} {told.voter.id}",
            speaker.words("key"): f"{keystore.label} {keystore.public_key.algorithm.name}",
            speaker.words("cost"): speaker.words("points", points=told.points, left=told.voter.quota.left),
        }
    )


def _facts_pairs(speaker: Speaker, facts: ProposalFacts | ConsentFacts) -> dict[str, str]:
    """Everything that the bytes say of the vote itself."""
    match facts:
        case ProposalFacts():
            return {
                speaker.words("proposal"): facts.proposal.hex(),
                speaker.words("validator-key"): facts.key.hex(),
                speaker.words("power"): _power(speaker, facts.power),
                speaker.words("answers"): str(facts.account),
                speaker.words("document"): facts.document.hex(),
                speaker.words("deadline"): speaker.words("height", height=facts.deadline),
            }
        case ConsentFacts():
            return {speaker.words("proposal"): facts.proposal.hex()}


async def _report(
    speaker: Speaker, node: NodeClient, ballot: Ballot, signed: SignedTransaction, outcome: Outcome
) -> int:
    facts = ballot.shown.facts
    speaker.say(f"{speaker.words('proposal')} {facts.proposal.hex()}  {outcome_text(speaker, outcome)}")
    answer: dict[str, object] = {
        "action": ballot.shown.action,
        "transaction": signed.hash.hex(),
        **outcome_as_json(outcome),
        "proposal": {"id": facts.proposal.hex()},
    }
    if isinstance(outcome, Final):
        proposal = await node.proposal(facts.proposal)
        speaker.say(_state(speaker, proposal))
        if proposal.is_decided:
            speaker.say(speaker.words("in-force"))
        answer["proposal"] = _proposal_as_json(proposal)
    speaker.answer(answer)
    return 0 if isinstance(outcome, Final) else 1


# ---- as JSON ---------------------------------------------------------------------------------------------------------
def _council_as_json(council: CouncilStatus) -> dict[str, object]:
    return {
        "height": council.height,
        "seats": [
            {"key": seat.key.hex(), "power": seat.power, "account": _account_as_json(seat.account)}
            for seat in council.seats
        ],
        "total_power": council.total_power,
        "needed_power": council.needed_power,
        "proposals": [_proposal_as_json(proposal) for proposal in council.proposals],
    }


def _proposal_as_json(proposal: ProposalStatus) -> dict[str, object]:
    change = proposal.change
    return {
        "id": proposal.id.hex(),
        "key": change.key.hex(),
        "power": change.power,
        "power_now": change.power_now,
        "account": _account_as_json(change.account),
        "document": proposal.document.hex(),
        "deadline": proposal.deadline,
        "proposer": _account_as_json(proposal.proposer),
        "approved_by": [_account_as_json(each) for each in proposal.approved_by],
        "approving_power": proposal.approving_power,
        "needed_power": proposal.needed_power,
        "decided": proposal.is_decided,
        "open": proposal.is_open,
    }


def _account_as_json(bookkeeper: Bookkeeper) -> dict[str, object]:
    return {"id": bookkeeper.id, "name": bookkeeper.name}
