from __future__ import annotations

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from ai_lsp.core.errors import AuthenticationError
from ai_lsp.server.convert import make_converter
from ai_lsp.server.faults import invalid_params, place, response_error

SECRET = "sk-1234"


def fail(error: Exception) -> None:
    raise error


def raised(error: Exception) -> Exception:
    """With a traceback."""
    try:
        fail(error)
    except type(error) as caught:
        return caught
    raise AssertionError


def test_an_unexpected_exception_is_told_by_its_kind_alone() -> None:
    told = response_error(raised(RuntimeError(SECRET)))
    assert (told.code, told.message) == (-32603, "internal error (RuntimeError); the server's log says where")
    assert told.data is None


def test_an_error_of_the_house_is_told_in_its_words() -> None:
    told = response_error(AuthenticationError("the key of work is wrong; set it with `ai-lsp keys set work`"))
    assert told.code == -32803
    assert told.message.startswith("the key of work is wrong")


def test_an_error_of_the_protocol_stays_what_it_is() -> None:
    error = JsonRpcInvalidParams("why")
    assert response_error(error) is error


def test_the_log_gets_the_place() -> None:
    assert place(raised(ValueError(SECRET))).startswith("ValueError at server/test_faults.py:")
    assert place(ValueError(SECRET)) == "ValueError"


def test_wrong_params_are_named_as_on_the_wire_and_without_their_values() -> None:
    try:
        make_converter().structure({"position": SECRET}, types.InlineCompletionParams)
    except Exception as error:  # noqa: BLE001  # whatever the converter raises
        told = invalid_params(error).message
    assert "params.textDocument" in told
    assert "params.position" in told
    assert SECRET not in told


def test_what_the_converter_cannot_explain_is_still_a_sentence() -> None:
    assert invalid_params(KeyError(SECRET)).message
    assert SECRET not in invalid_params(KeyError(SECRET)).message
