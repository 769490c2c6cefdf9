from __future__ import annotations

import pytest
from blockbuster import BlockBuster


@pytest.fixture(autouse=True)
def _the_user_file_may_be_read(blockbuster: BlockBuster) -> None:
    """A file of some hundred bytes, at the start and when the editor says that settings changed."""
    for function in blockbuster.functions.values():
        function.can_block_in("ai_lsp/house/configuration.py", {"read"})
