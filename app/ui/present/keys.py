"""Keys, tokens and drivers in the clerk's words.

Guarantees: what a device calls itself is shortened and made visible as text; a colour never stands alone.
"""

from app.core.messages import explain
from app.core.tokens import PinState, Token, TokenName
from app.ui.desks.keys import KeyView, ModuleView, TokenView
from app.ui.present.digests import ends
from app.ui.present.facts import Fact
from app.ui.present.language import Words
from app.ui.present.names import account as account_text
from app.ui.present.names import line
from app.ui.present.states import Chip

NAME_WIDTH = 40
ALGORITHMS = {"ED25519": "Ed25519", "P256": "P-256"}
"""Usual names of what keys sign with."""


def token_name(name: TokenName, words: Words) -> str:
    """What a clerk knows a token by: its label and serial."""
    said = line(name.label or name.model, NAME_WIDTH) if name.label or name.model else words.tr("token without a name")
    return f"{said} · {line(name.serial, NAME_WIDTH)}" if name.serial else said


def key_name(view: KeyView, words: Words) -> str:
    """Its label, and what kind of key it is."""
    said = line(view.label, NAME_WIDTH) if view.label else words.tr("key without a name")
    return f"{said} · {view.algorithm}"


def key_place(view: KeyView, words: Words) -> str:
    """Where it is kept."""
    if view.place is None:
        return words.tr("on this computer, under the passphrase")
    return words.tr("on the token {token}").format(token=token_name(view.place, words))


def key_chip(view: KeyView, words: Words) -> Chip:
    """Whether it can sign, in words and colour."""
    tr = words.tr
    if view.place is None:
        return Chip(tr("ready"), "ok")
    if view.token is None:
        return Chip(tr("not plugged in"), "warn")
    return token_chip(view.token, words)


def token_chip(token: Token, words: Words) -> Chip:
    """How a token and its PIN stand."""
    tr = words.tr
    if token.is_logged_in:
        return Chip(tr("unlocked"), "ok")
    states = {
        PinState.FINE: Chip(tr("plugged in"), "ok"),
        PinState.LOW: Chip(tr("wrong PIN entered before"), "warn"),
        PinState.FINAL: Chip(tr("last try for the PIN"), "bad"),
        PinState.LOCKED: Chip(tr("PIN locked"), "bad"),
        PinState.UNSET: Chip(tr("no PIN set"), "warn"),
    }
    return states[token.pin]


def signing_advice(view: KeyView, words: Words) -> str:
    """What is to be done before it signs; nothing: it is ready, or wants a PIN and nothing else."""
    tr = words.tr
    if view.place is not None and view.token is None:
        return tr("The token is not plugged in. The draft is kept: plug it in to sign.")
    if view.token is None:
        return ""
    if view.token.places > 1:
        return tr("Several tokens have this name. Leave only the one that is to sign plugged in.")
    if view.token.is_logged_in:
        return ""
    advice = {
        PinState.LOW: tr("A wrong PIN was entered before. Too many wrong tries lock the token."),
        PinState.FINAL: tr("One more wrong PIN locks the token. Be sure of it before you sign."),
        PinState.LOCKED: tr("The PIN is locked after too many wrong tries. Whoever issued the token can unlock it."),
        PinState.UNSET: tr("The token has no PIN yet. Set one with the program that came with it."),
    }
    if view.asks == "keypad" and view.token.pin is PinState.FINE:
        return tr("Enter the PIN on the token's own keypad when it asks.")
    return advice.get(view.token.pin, "")


def can_sign(view: KeyView) -> bool:
    """Whether it could sign now, given its PIN."""
    if view.place is None:
        return True
    token = view.token
    return token is not None and token.places == 1 and token.pin not in (PinState.LOCKED, PinState.UNSET)


def key_facts(view: KeyView, words: Words) -> list[Fact]:
    """All that is known of a key."""
    tr = words.tr
    facts = [
        Fact(tr("Public key"), ends(view.key, 16, 10), view.key, is_digest=True),
        Fact(tr("Kept"), key_place(view, words)),
        Fact(
            tr("Account"),
            account_text(view.account_name, view.account, words) if view.account else tr("of none yet"),
        ),
    ]
    if view.subject:
        until = tr(", until {date}").format(date=view.until) if view.until else ""
        facts.append(Fact(tr("Certificate"), line(view.subject, 72) + until))
    return facts


def token_facts(view: TokenView, words: Words) -> list[Fact]:
    """What a token says of itself."""
    tr, name = words.tr, view.token.name
    maker = f"{name.manufacturer} {name.model}".strip()
    facts = [
        Fact(tr("Model"), line(maker, 60) if maker else tr("unknown")),
        Fact(tr("Serial number"), line(name.serial, 60) if name.serial else tr("none")),
    ]
    signs = words.listed([ALGORITHMS[each.name] for each in view.token.signs])
    return [*facts, Fact(tr("Can sign with"), signs or tr("nothing that this chain takes"))]


def module_chip(module: ModuleView, words: Words) -> Chip:
    """Whether a driver is used."""
    tr = words.tr
    if module.error is not None:
        return Chip(tr("cannot be used"), "bad")
    return Chip(tr("in use"), "ok") if module.digest else Chip(tr("not accepted"), "neutral")


def module_detail(module: ModuleView, words: Words) -> str:
    """Where it is, and why it cannot be used."""
    if module.error is None:
        return line(module.path, 96)
    said = explain(module.error, words.language)
    return f"{line(module.path, 96)}\n{said.sentence}{'' if words.language == 'zh' else ' '}{said.hint}"
