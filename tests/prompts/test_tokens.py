"""Estimates come nearer to what a service reports, in steps, and never above what any tokenizer does."""

from __future__ import annotations

from ai_lsp.prompts.tokens import BYTES_PER_TOKEN, Calibration, estimate_tokens, weight, weight_inside


def test_what_is_not_ascii_weighs_more() -> None:
    assert weight("abc") == 3
    assert estimate_tokens("日本語") == 5
    assert estimate_tokens("😀") == 2
    assert weight("\ud800") == 5


def test_all_texts_of_a_request_count() -> None:
    body = {"prompt": "abc", "messages": [{"content": "de"}], "stream": True, "n": 3, "stop": None}
    assert weight_inside(body) == 5


def test_reported_usage_moves_the_estimate() -> None:
    calibration = Calibration()
    assert calibration.bytes_per_token("m", "python") == BYTES_PER_TOKEN
    for _ in range(20):
        calibration.learn("m", "python", 4_000, 1_000)
    assert 3.5 < calibration.bytes_per_token("m", "python") < 4.0
    assert calibration.bytes_per_token("m", "go") == BYTES_PER_TOKEN
    for _ in range(20):
        calibration.learn("m", "python", 2_000, 1_000)
    assert 2.0 <= calibration.bytes_per_token("m", "python") <= 2.1


def test_small_and_senseless_reports_say_nothing() -> None:
    calibration = Calibration()
    calibration.learn("m", "python", 100, 500)
    calibration.learn("m", "python", 10_000, 0)
    assert calibration.bytes_per_token("m", "python") == BYTES_PER_TOKEN
    calibration.learn("m", "python", 1_000_000, 1)
    assert calibration.bytes_per_token("m", "python") <= 4.5


def test_small_differences_leave_prompts_alone() -> None:
    calibration = Calibration()
    found = set()
    for number in range(50):
        calibration.learn("m", "python", 3_500 + number % 5, 1_000)
        found.add(calibration.bytes_per_token("m", "python"))
    assert len(found) == 1
