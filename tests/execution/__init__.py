"""The oracle of the executor: whatever it answers, graphql-core has to answer too."""

import pytest

from tests.conftest import DATABASE

# For what asks no database anything: once is enough.
ONCE = pytest.mark.skipif(DATABASE != "sqlite", reason="uses no database: runs beside SQLite")
