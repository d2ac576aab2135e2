"""The layout of a home: the one folder that the program touches. Paths only; nothing here looks at the disk.

genesis.json             the consortium this home belongs to
node/chain, node/mark    the node's database and its high-water record
node/damaged             a note that the database was found damaged, for the next start
node/endpoint.json       where the running node listens, and its token
node/peers.json          peers to follow
light/…                  what light clients trust, and evidence of attacks on them
snapshots/…              the state at some heights, for nodes that begin with one
sandbox/…                the embedded consortium, where this home has one
wallet/keystore          the clerk's key, sealed
wallet/keystore.new      the same under another passphrase, while that is being changed
wallet/outbox.db         what was drafted and signed here
wallet/vault.db          whom this partner certified, under seal
wallet/materials/…       the papers of those people, each under seal
wallet/contexts/…        context documents of agreements opened here
wallet/batches/…         lists of files that were recorded together
wallet/modules.json      PKCS#11 modules that were accepted
wallet/key.json          the key on a token that this home signs with, where it is not the keystore's
reserves/…               snapshots of what a custodian owes, sealed, and where they were published
custodian/endpoint.json  where the custodian's service listens, and its token
custodian/schedule.json  which snapshots it makes by itself, and when
custodian/runs.json      what came of those
custodian/uploads/…      lists that were sent to it, while they wait and are read
signer/…                 a validator's key, and what it signed last, where this home signs for one
settings.json            language and theme
logs/                    what the processes say
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """All paths of one home."""

    root: Path

    @property
    def genesis(self) -> Path:
        """The genesis document."""
        return self.root / "genesis.json"

    @property
    def node(self) -> Path:
        """Folder of the node."""
        return self.root / "node"

    @property
    def node_endpoint(self) -> Path:
        """Where the running node listens."""
        return self.node / "endpoint.json"

    @property
    def peers(self) -> Path:
        """Peers to follow."""
        return self.node / "peers.json"

    @property
    def light(self) -> Path:
        """What light clients trust."""
        return self.root / "light"

    @property
    def snapshots(self) -> Path:
        """Snapshots of the state, for nodes that begin with one."""
        return self.root / "snapshots"

    @property
    def sandbox(self) -> Path:
        """Folder of the embedded consortium."""
        return self.root / "sandbox"

    @property
    def sandbox_keys(self) -> Path:
        """Keys of the embedded consortium."""
        return self.sandbox / "keys.json"

    @property
    def sandbox_endpoint(self) -> Path:
        """Where the running embedded consortium listens."""
        return self.sandbox / "endpoint.json"

    @property
    def agreement(self) -> Path:
        """The legal agreement that the embedded consortium's parties cite."""
        return self.sandbox / "agreement.txt"

    @property
    def wallet(self) -> Path:
        """Folder of the clerk's key and of what it signed."""
        return self.root / "wallet"

    @property
    def keystore(self) -> Path:
        """The clerk's key."""
        return self.wallet / "keystore"

    @property
    def outbox(self) -> Path:
        """What was drafted and signed here."""
        return self.wallet / "outbox.db"

    @property
    def contexts(self) -> Path:
        """Context documents of the agreements that were opened here."""
        return self.wallet / "contexts"

    @property
    def batches(self) -> Path:
        """Lists of files that were recorded together."""
        return self.wallet / "batches"

    @property
    def token_modules(self) -> Path:
        """PKCS#11 modules that an administrator has accepted."""
        return self.wallet / "modules.json"

    @property
    def chosen_key(self) -> Path:
        """Which key on a token signs at the desk; without it, the keystore's."""
        return self.wallet / "key.json"

    @property
    def vault(self) -> Path:
        """Whom this partner has certified, in plain words under seal."""
        return self.wallet / "vault.db"

    @property
    def materials(self) -> Path:
        """The papers of those people, each under seal."""
        return self.wallet / "materials"

    @property
    def reserves(self) -> Path:
        """Snapshots of what this custodian owes."""
        return self.root / "reserves"

    @property
    def custodian(self) -> Path:
        """Folder of the custodian's service."""
        return self.root / "custodian"

    @property
    def custodian_endpoint(self) -> Path:
        """Where the custodian's running service listens."""
        return self.custodian / "endpoint.json"

    @property
    def custodian_schedule(self) -> Path:
        """Which snapshots it makes by itself, and when."""
        return self.custodian / "schedule.json"

    @property
    def custodian_runs(self) -> Path:
        """What came of those."""
        return self.custodian / "runs.json"

    @property
    def custodian_uploads(self) -> Path:
        """Lists that were sent to it, while they wait and are read."""
        return self.custodian / "uploads"

    @property
    def signer(self) -> Path:
        """Folder of a validator's signer."""
        return self.root / "signer"

    @property
    def settings(self) -> Path:
        """Language and theme."""
        return self.root / "settings.json"

    @property
    def logs(self) -> Path:
        """What the processes say."""
        return self.root / "logs"
