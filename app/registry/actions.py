"""What each action does: its name in a body → the function that carries it out."""

from collections.abc import Callable, Mapping

from app.registry.acted import Acted
from app.registry.context import Context
from app.registry.evidence import notarize
from app.registry.governance import approve, propose
from app.registry.parties.held import discard

Handler = Callable[[Context], Acted]

HANDLERS: Mapping[str, Handler] = {
    "notarize": notarize,
    "propose": propose,
    "approve": approve,
    "discard": discard,
}
