"""The fixture that the tests of Organizations share."""

import pytest

from in_process import InProcess
from organizing import Organization


@pytest.fixture
def org(house: InProcess) -> Organization:
    """An organization with all features."""
    return Organization(house)
