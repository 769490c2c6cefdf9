import pytest

from ai_lsp.cli.demo.score import Score, quantile


def test_the_table() -> None:
    latencies = [0.001] * 94 + [0.25] * 6
    score = Score(start=0.1834, reading=0.4, shown=4, right=3, keys=60, characters=100, latencies=latencies)
    assert [(figure, remark) for _, figure, remark in score.rows()] == [
        ("4", "different ones"),
        ("3", "75%"),
        ("40%", "60 pressed instead of 100"),
        ("1.0 ms", "as the editor sees it"),
        ("250 ms", ""),
        ("183 ms", "from nothing to its first answer"),
        ("400 ms", ""),
    ]


def test_nothing_has_happened_yet() -> None:
    assert [figure for _, figure, _ in Score().rows()][:3] == ["0", "0", "0%"]
    assert Score().saved == 0


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 3), (0.95, 4), (1, 4)])
def test_a_quantile(share: float, value: float) -> None:
    assert quantile([4, 1, 3, 2], share) == value
