"""Where everything stands. Paths only; nothing here writes.

A consortium on one computer (`luopu consortium init`):

genesis.json             what everyone must agree about
agreement.txt            the legal agreement that its parties cite
validator1/ …            one folder for each validator
operator/, partner/      homes for `luopu --home`, with their keys

A validator (`luopu consortium company` makes one for a company's own host):

company.json             its public part, for the others
config/, data/           CometBFT's home
application/             the home of `luopu abci`
bookkeeper/              the home of the company's bookkeeper; belongs on the computer of the person who decides
logs/                    what both processes say
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UsageError
from app.core.home import Home


@dataclass(frozen=True, slots=True)
class ValidatorFolder:
    """All paths of one validator."""

    root: Path

    @property
    def company(self) -> Path:
        """The public part."""
        return self.root / "company.json"

    @property
    def config(self) -> Path:
        """CometBFT's configuration."""
        return self.root / "config" / "config.toml"

    @property
    def genesis(self) -> Path:
        """The genesis document, as CometBFT reads it."""
        return self.root / "config" / "genesis.json"

    @property
    def node_key(self) -> Path:
        """The key that names this node to its peers."""
        return self.root / "config" / "node_key.json"

    @property
    def validator_key(self) -> Path:
        """The key that signs blocks."""
        return self.root / "config" / "priv_validator_key.json"

    @property
    def validator_state(self) -> Path:
        """What that key signed last."""
        return self.root / "data" / "priv_validator_state.json"

    @property
    def application(self) -> Home:
        """The application's home."""
        return Home(self.root / "application")

    @property
    def bookkeeper(self) -> Home:
        """The bookkeeper's home."""
        return Home(self.root / "bookkeeper")

    @property
    def logs(self) -> Path:
        """What the processes say."""
        return self.root / "logs"


@dataclass(frozen=True, slots=True)
class ConsortiumFolder:
    """All paths of a consortium on one computer."""

    root: Path

    @property
    def genesis(self) -> Path:
        """The genesis document."""
        return self.root / "genesis.json"

    @property
    def agreement(self) -> Path:
        """The legal agreement."""
        return self.root / "agreement.txt"

    @property
    def operator(self) -> Home:
        """The operator's home."""
        return Home(self.root / "operator")

    @property
    def partner(self) -> Home:
        """The partner's home."""
        return Home(self.root / "partner")

    def validator(self, number: int) -> ValidatorFolder:
        """The folder of a validator; they are counted from 1."""
        return ValidatorFolder(self.root / f"validator{number}")


def find_validators(root: Path) -> Sequence[ValidatorFolder]:
    """The validators in `root`: itself, or those of a consortium on this computer.

    Raises:
        UsageError: there is none that is ready to start.
    """
    numbered = sorted(
        (path for path in root.glob("validator*") if path.name.removeprefix("validator").isdecimal()),
        key=lambda path: int(path.name.removeprefix("validator")),
    )
    found = [ValidatorFolder(path) for path in (root, *numbered) if ValidatorFolder(path).config.is_file()]
    if not found:
        raise UsageError(argument="DIR", reason="there is no configured validator", path=str(root))
    return found
