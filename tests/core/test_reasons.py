import pytest

from ai_lsp.core.reasons import Reason, Silence


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_sentence_that_a_person_can_read(reason: Reason) -> None:
    assert len(reason.sentence.split()) >= 4


def test_the_detail_stands_behind_the_sentence() -> None:
    assert str(Silence(Reason.FAILED, "status 500")) == "the provider failed to answer (status 500)"
