"""A chain of its own for each test, and a custodian on it who holds enough, or does not."""

import pytest

from tests.fakes.custody import BANK, ISSUER, SHOP, CustodyChain
from tests.reserve.forge import Fraud, fraud


@pytest.fixture
def chain() -> CustodyChain:
    return CustodyChain()


@pytest.fixture
def held(chain: CustodyChain) -> Fraud:
    """The bank holds 8, which is what it owes Ann and Bob."""
    return fraud(chain, chain.issue({BANK: 8, SHOP: 4, ISSUER: 9}))


@pytest.fixture
def short(chain: CustodyChain) -> Fraud:
    """The bank holds 5, and owes 8."""
    return fraud(chain, chain.issue({BANK: 5, SHOP: 4, ISSUER: 9}))
