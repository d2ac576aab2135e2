"""One window per home: a second start tells the first to come to the front, and ends.

Guarantees: two homes do not disturb each other; a stale socket of a crashed program is cleared. The data folder's own lock
is what protects the data; this is only courtesy.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtNetwork import QLocalServer, QLocalSocket

CONNECT_MILLISECONDS = 500


class SingleInstance:
    """The claim of a running program on its home."""

    def __init__(self, home: Path) -> None:
        digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()
        self._name = f"luopu-desk-{digest[:24]}"
        self._server: QLocalServer | None = None

    def claim(self, raised: Callable[[], None]) -> bool:
        """Become the first; False when another is, which has then been told to come to the front."""
        if self._tell_first():
            return False
        QLocalServer.removeServer(self._name)
        server = QLocalServer()
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(lambda: self._welcome(raised))
        server.listen(self._name)
        self._server = server
        return True

    def release(self) -> None:
        """Give the home up."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _tell_first(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(CONNECT_MILLISECONDS):
            return False
        socket.disconnectFromServer()
        return True

    def _welcome(self, raised: Callable[[], None]) -> None:
        connection = None if self._server is None else self._server.nextPendingConnection()
        if connection is not None:
            connection.disconnected.connect(connection.deleteLater)
            connection.disconnectFromServer()
        raised()
