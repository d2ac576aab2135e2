"""Heights to come as moments, by a pace that is only expected: what counts is the height, the moment is "about".

Guarantees: whole numbers only; the height always stands beside the moment.
"""

from app.client.model import NodeStatus
from app.ui.present.language import Words
from app.ui.present.numbers import SECOND_NS, number
from app.ui.present.times import clock

BLOCK_SECONDS = 3
"""How long a block takes where nothing stands in the way."""
BLOCKS_OF_A_DAY = 86_400 // BLOCK_SECONDS


def moment_of(height: int, status: NodeStatus) -> int:
    """When a height comes, or came, about; never before 1970."""
    return max(0, status.block_time_ns + (height - status.height) * BLOCK_SECONDS * SECOND_NS)


def height_text(height: int, status: NodeStatus | None, now_ns: int, words: Words) -> str:
    """ "height 52 814, about 30 Oct 08:14"; the height alone while the node has not said where it stands."""
    if status is None:
        return words.tr("height {height}").format(height=number(height))
    when = clock(moment_of(height, status), now_ns, words)
    return words.tr("height {height}, about {time}").format(height=number(height), time=when)
