from __future__ import annotations

from benchmarks.keystrokes.editor import NEOVIM, VS_CODE, Buffer, Ghost, Screen, ghost_of


def screen(kind: object, before: str, after: str = "") -> Screen:
    assert kind in {VS_CODE, NEOVIM}
    return Screen(VS_CODE if kind is VS_CODE else NEOVIM, Buffer(before, after))


def test_a_position_is_counted_in_the_units_of_the_editor() -> None:
    buffer = Buffer("a\nx = '😀", "'\n")
    assert buffer.position(VS_CODE) == {"line": 1, "character": 7}
    assert buffer.position(NEOVIM) == {"line": 1, "character": 9}


def test_an_edit_changes_the_buffer_and_tells_the_old_range() -> None:
    buffer = Buffer("one\nfoo(", ")\n")
    change = buffer.edit(VS_CODE, "x)", delete_before=1, delete_after=1)
    assert buffer.before + "|" + buffer.after == "one\nfoox)|\n"
    assert change["range"] == {"start": {"line": 1, "character": 3}, "end": {"line": 1, "character": 5}}
    assert buffer.version == 2


def test_ghost_text_goes_on_while_it_is_typed_along_and_ends_where_something_else_is_typed() -> None:
    shown = screen(VS_CODE, "ret")
    shown.ghost = Ghost("urn 1", 3, 0, 0.0)
    shown.buffer.edit(VS_CODE, "ur")
    shown.typed()
    assert shown.shown == "n 1"
    shown.buffer.edit(VS_CODE, "x")
    shown.typed()
    assert not shown.shown
    assert shown.ghost is None


def test_null_takes_ghost_text_away_in_one_editor_and_leaves_it_in_the_other() -> None:
    for kind, left, flickers in ((VS_CODE, "", 1), (NEOVIM, "urn", 0)):
        shown = screen(kind, "ret")
        shown.ghost = Ghost("urn", 3, 0, 0.0)
        shown.answered(None, is_null=True)
        assert shown.shown == left
        assert shown.flickers == flickers


def test_ghost_text_that_grows_does_not_flicker_and_text_that_turns_into_another_does() -> None:
    shown = screen(VS_CODE, "ret")
    shown.answered(Ghost("urn", 3, 0, 1.0), is_null=False)
    shown.answered(Ghost("urn x", 3, 0, 2.0), is_null=False)
    assert shown.flickers == 0
    assert shown.ghost is not None
    assert shown.ghost.since == 1.0
    shown.answered(Ghost("ired", 3, 0, 3.0), is_null=False)
    assert shown.flickers == 1


def test_an_item_may_replace_what_stands_behind_the_cursor() -> None:
    buffer = Buffer("print('😀', ", ")\n")
    span = {"start": {"line": 0, "character": 12}, "end": {"line": 0, "character": 13}}
    ghost = ghost_of({"insertText": "x)", "range": span}, buffer, VS_CODE, 0.0)
    assert (ghost.anchor, ghost.replaced) == (len(buffer.before), 1)
    assert ghost.rest(buffer) == "x)"
