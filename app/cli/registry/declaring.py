"""How a verb of the registry is declared: its words on the command line, what it does in a line, what it takes.

Guarantees: a declaration is all that a parser needs, and importing it reads no network code, so that every command starts
quickly. What a verb does stands in the module of its family, under the verb's own words (`app.cli.registry.run`).
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.cli.options import approving, common, drafting, passphrase, pin, signing
from app.cli.registry.kinds import blocks

Add = Callable[[str, str], argparse.ArgumentParser]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, as `argparse` takes it."""

    names: tuple[str, ...]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Either:
    """Arguments of which at most one may stand, or exactly one."""

    arguments: tuple[Argument, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: "voucher supervise cap"."""

    words: str
    text: str
    arguments: tuple[Argument | Either, ...] = ()
    acts: bool = False
    """It makes a transaction, so it takes what all of these take."""
    signs: bool = False
    """It signs without making a transaction of its own."""
    needs_passphrase: bool = False
    """It needs what the passphrase opens."""
    needs_pin: bool = False
    """It needs what a token's PIN opens."""
    needs_node: bool = True
    """It asks the node, or sends it something."""

    @property
    def defaults(self) -> Mapping[str, Any]:
        """What a parser adds to what was typed, so that the verb is found (`app.cli.registry.run`)."""
        return {"verb": self.words, "needs_node": self.needs_node}


@dataclass(frozen=True, slots=True)
class Group:
    """Words behind which others stand: "voucher", "voucher supervise"."""

    words: str
    text: str
    alone: Verb | None = None
    """What the words do by themselves; None: nothing."""


@dataclass(frozen=True, slots=True)
class Family:
    """Verbs that do one kind of thing, and the module that does them."""

    module: str
    verbs: tuple[Verb, ...]
    groups: tuple[Group, ...] = ()


def argument(*names: str, **options: Any) -> Argument:
    """An argument, as `argparse` takes it."""
    return Argument(names, MappingProxyType(options))


def either(*arguments: Argument, required: bool = True) -> Either:
    """One of several arguments."""
    return Either(arguments, required)


# ---- the parser ------------------------------------------------------------------------------------------------------
class Parsers:
    """Adds families to a parser; families may share groups."""

    def __init__(self, add: Add) -> None:
        self._add = add
        self._groups: dict[str, argparse._SubParsersAction[argparse.ArgumentParser]] = {}

    def add(self, family: Family) -> None:
        """Add a family's groups and verbs."""
        for group in family.groups:
            self._add_group(group, family.module)
        for verb in family.verbs:
            _take(self._parser(verb.words, verb.text), verb, family.module)

    def _add_group(self, group: Group, module: str) -> None:
        parser = self._parser(group.words, group.text)
        self._groups[group.words] = parser.add_subparsers(dest="word", metavar="VERB", required=group.alone is None)
        if group.alone is not None:
            parser.set_defaults(module=module, **group.alone.defaults, **_defaults(group.alone))

    def _parser(self, words: str, text: str) -> argparse.ArgumentParser:
        group, _, name = words.rpartition(" ")
        if not group:
            return self._add(name, text)
        parser: argparse.ArgumentParser = self._groups[group].add_parser(name, help=text, description=text)
        common(parser, inherited=True)  # what was given before the verb stays
        return parser


def _defaults(verb: Verb) -> dict[str, Any]:
    """What the arguments of a verb are when none is given."""
    given = [each for each in verb.arguments if isinstance(each, Argument)]
    return {each.names[-1].lstrip("-").replace("-", "_"): each.options.get("default") for each in given}


def _take(parser: argparse.ArgumentParser, verb: Verb, module: str) -> None:
    for each in verb.arguments:
        if isinstance(each, Either):
            _add_all(parser.add_mutually_exclusive_group(required=each.required), each.arguments)
        else:
            _add_all(parser, [each])
    if verb.acts:
        _acting(parser)
    elif verb.signs:
        signing(parser)
    if verb.needs_passphrase:
        passphrase(parser)
    if verb.needs_pin:
        pin(parser)
    parser.set_defaults(module=module, **verb.defaults)


def _add_all(parser: argparse._ActionsContainer, arguments: Iterable[Argument]) -> None:
    for each in arguments:
        parser.add_argument(*each.names, **each.options)


def _acting(parser: argparse.ArgumentParser) -> None:
    """What every verb takes that makes a transaction."""
    group = parser.add_argument_group("signing")
    approving(group)
    group.add_argument("--hold", type=blocks, metavar="BLOCKS", help="wait on the chain for missing approvals")
    group.add_argument(
        "--no-wait", action="store_true", help="sign and send it, and do not wait for what becomes of it"
    )
    group.add_argument("--anyway", action="store_true", help="sign even what would be refused as things stand")
    drafting(group)
    signing(group)
