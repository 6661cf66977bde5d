"""One small company for all tests of the room that only read it."""

import pytest

from pipeline.synthetic.company import generate_company
from tests.services.company import Company


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    folder = tmp_path_factory.mktemp("synthetic") / "company"
    return Company(folder, generate_company(folder, employees=700, years=16, seed=11))
