"""`luopu token`: which modules may be loaded, what is plugged in, which keys are there, and new keys.

Guarantees: everything but a new key is seen without a PIN; a PIN goes to one token, named so that no other fits. A driver
that cannot be used is said beside what the others show.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from app.cli.registry.account import card
from app.cli.registry.perform import DONE
from app.cli.registry.session import Desk, Doer, Maker
from app.cli.signing import logged_in
from app.core.errors import LuopuError, UsageError
from app.core.keys import Algorithm, encode_key_text
from app.core.messages import clean, explain
from app.core.text import MAX_LABEL_BYTES, check_text
from app.core.tokenerrors import TokenRemoved, UnsupportedAlgorithm
from app.core.tokens import Token, TokenKey
from app.wiring.tokens import (
    Tokens,
    accept_module,
    accepted_modules,
    drop_module,
    find_modules,
    plugged_tokens,
    read_certificate,
)


# ---- modules ---------------------------------------------------------------------------------------------------------
async def modules(desk: Desk) -> int:
    """What is installed here, what was accepted, and which of that cannot be used."""
    accepted, speaker = accepted_modules(desk.home), desk.speaker
    names = {module.path: module.name for module in find_modules()}
    names |= {path: names.get(path, Path(path).name) for path in accepted}
    with plugged_tokens(desk.home) as tokens:
        faults = tokens.faults
    for path in sorted(names):
        state = speaker.words("module-accepted" if path in accepted else "module-not-accepted")
        speaker.say(f"{names[path]}  {path}  {_fault_text(desk, faults[path]) if path in faults else state}")
    if not names:
        speaker.say(speaker.words("no-modules"))
    listed = [
        {
            "name": names[path],
            "path": path,
            "accepted": path in accepted,
            "sha256": accepted[path].hex() if path in accepted else None,
            "fault": speaker.reason_as_json(faults[path]) if path in faults else None,
        }
        for path in sorted(names)
    ]
    speaker.answer({"modules": listed})
    return DONE


async def accept(desk: Desk) -> int:
    """A module may be loaded from now on."""
    path, speaker = _whole(desk.given.path), desk.speaker
    digest = accept_module(desk.home, path).hex()
    speaker.say(speaker.words("module-kept", path=path, digest=digest))
    speaker.answer({"path": path, "sha256": digest})
    return DONE


def _whole(path: str) -> str:
    return str(Path(path).resolve())


async def drop(desk: Desk) -> int:
    """It is loaded no more."""
    path, speaker = desk.given.path, desk.speaker
    drop_module(desk.home, path)
    speaker.say(speaker.words("module-dropped", path=path))
    speaker.answer({"path": path})
    return DONE


# ---- what is plugged in ----------------------------------------------------------------------------------------------
async def list_tokens(desk: Desk) -> int:
    """Every token, and how its PIN stands."""
    speaker = desk.speaker
    with plugged_tokens(desk.home) as tokens:
        plugged, faults = tokens.plugged, tokens.faults
    for token in plugged:
        speaker.say(_token_line(desk, token))
    if not plugged:
        speaker.say(speaker.words("no-tokens"))
    _say_faults(desk, faults)
    speaker.answer({"tokens": [_token_as_json(token) for token in plugged], "faults": _faults_as_json(desk, faults)})
    return DONE


def _token_line(desk: Desk, token: Token) -> str:
    name, words = token.name, desk.speaker.words
    algorithms = ", ".join(each.name.lower() for each in token.signs) or "—"
    parts = [name.label or "—", f"{name.manufacturer} {name.model}".strip(), name.serial, algorithms]
    parts.append(words(f"pin-{token.pin.value}"))
    if token.places > 1:
        parts.append(words("token-twins", count=token.places))
    return "  ".join(clean(part) for part in parts)


def _token_as_json(token: Token) -> dict[str, object]:
    name = token.name
    return {
        "label": name.label,
        "manufacturer": name.manufacturer,
        "model": name.model,
        "serial": name.serial,
        "module": name.module,
        "pin": token.pin.value,
        "keypad": token.has_keypad,
        "signs": [each.name.lower() for each in token.signs],
        "makes": [each.name.lower() for each in token.makes],
        "slots": token.places,
    }


async def list_keys(desk: Desk) -> int:
    """Keys that can be seen without a PIN, token by token."""
    given, speaker, listed = desk.given, desk.speaker, list[dict[str, object]]()
    with plugged_tokens(desk.home) as tokens:
        chosen = tokens.plugged if given.token is None else (_choose(tokens, given.token),)
        faults: dict[str, LuopuError] = dict(tokens.faults) if given.token is None else {}
        for token in chosen:
            speaker.say(clean(str(token.name)))
            try:
                keys = tokens.keys(token.name)
            except LuopuError as error:
                faults[str(token.name)] = error
                continue
            for key in keys:
                speaker.say(f"  {_key_line(desk, key)}")
            if not keys:
                speaker.say(f"  {speaker.words('no-keys')}")
            listed += [_key_as_json(key) for key in keys]
    if not chosen:
        speaker.say(speaker.words("no-tokens"))
    _say_faults(desk, faults)
    speaker.answer({"keys": listed, "faults": _faults_as_json(desk, faults)})
    return DONE


def _key_line(desk: Desk, key: TokenKey) -> str:
    line, words = f"{encode_key_text(key.public_key)}  {clean(key.label) or '—'}", desk.speaker.words
    if not key.certificate:
        return line
    facts = read_certificate(key.certificate)
    if facts is None:
        return f"{line}  {words('certificate-unreadable')}"
    return f"{line}  {words('certificate', subject=clean(facts.subject), until=facts.until)}"


def _key_as_json(key: TokenKey) -> dict[str, object]:
    facts = read_certificate(key.certificate) if key.certificate else None
    certificate = None if facts is None else {"subject": facts.subject, "until": facts.until.isoformat()}
    name = {"label": key.token.label, "model": key.token.model, "serial": key.token.serial, "module": key.token.module}
    return {"key": encode_key_text(key.public_key), "label": key.label, "token": name, "certificate": certificate}


def _choose(tokens: Tokens, name: str) -> Token:
    """The token that is called so, else the only one with this in its name.

    Raises:
        TokenRemoved: none is.
        UsageError: several are.
        LuopuError: none is, and a module cannot be used.
    """
    exact = [token for token in tokens.plugged if name in (token.name.label, token.name.serial)]
    found = exact or [token for token in tokens.plugged if name and name in str(token.name)]
    if not found:
        raise next(iter(tokens.faults.values()), TokenRemoved(token=name))
    if len(found) > 1:
        raise UsageError(argument="TOKEN", reason="ambiguous", got=name)
    return found[0]


# ---- a new key -------------------------------------------------------------------------------------------------------
async def generate(desk: Desk) -> int:
    """A new key on a token.

    Raises:
        UnsupportedAlgorithm: it makes no such keys; the PIN is not asked for.
        UsageError: a key on it has this label.
        OutOfRange: a label that a key card could not have.
    """
    given, speaker, algorithm = desk.given, desk.speaker, Algorithm[desk.given.algorithm.upper()]
    check_text("key label", given.label, least=1, most=MAX_LABEL_BYTES)
    with plugged_tokens(desk.home) as tokens:
        token = _choose(tokens, given.token)
        name = token.name
        if algorithm not in token.makes:
            raise UnsupportedAlgorithm(token=clean(str(name)), algorithm=given.algorithm)
        if given.label in {key.label for key in tokens.keys(name)}:
            raise UsageError(argument="--label", reason="a key on the token is called so", got=given.label)
        async with logged_in(tokens, name, speaker, given.pin_file):
            made = tokens.generate(name, algorithm, given.label)
    text = encode_key_text(made.public_key)
    speaker.say(speaker.words("key-made", token=clean(str(name)), label=clean(made.label), key=text))
    speaker.answer(_key_as_json(made))
    return DONE


# ---- drivers that cannot be used -------------------------------------------------------------------------------------
def _say_faults(desk: Desk, faults: Mapping[str, LuopuError]) -> None:
    for name in sorted(faults):
        desk.speaker.say(_fault_text(desk, faults[name]))


def _fault_text(desk: Desk, fault: LuopuError) -> str:
    return explain(fault, desk.speaker.language).sentence


def _faults_as_json(desk: Desk, faults: Mapping[str, LuopuError]) -> Sequence[dict[str, object]]:
    return [desk.speaker.reason_as_json(faults[name]) for name in sorted(faults)]


QUESTIONS: Mapping[str, Doer | Callable[[Desk], Awaitable[int]]] = {
    "token modules": modules,
    "token accept": accept,
    "token drop": drop,
    "token list": list_tokens,
    "token keys": list_keys,
    "token generate": generate,
    "token card": card,
}
DEEDS: Mapping[str, Maker] = {}
