import re

from tests.e2e.picture import svg


def test_a_picture_shows_each_run_of_cells_in_its_colours() -> None:
    drawn = svg("def \x1b[38;2;79;82;88madd(a, b)\x1b[0m <\x1b[7m1\x1b[m\n\x1b[1;31mred\x1b[48;5;21m on blue", 40)
    assert ">def</text>" in drawn
    assert 'fill="#4f5258"' in drawn
    assert "&lt;" in drawn
    assert 'font-weight="bold">red<' in drawn
    assert 'fill="#0000ff"' in drawn


def test_the_cursor_stands_where_it_was() -> None:
    assert '<rect x="30" y="32" width="2"' in svg("one\ntwo", 40, cursor=(2, 1))


def test_every_word_stands_in_its_own_column_whatever_becomes_of_blanks() -> None:
    drawn = svg("a   b  日本 c", 40)
    columns = [round((float(left) - 12) / 9) for left in re.findall(r'<text x="([\d.]+)"', drawn)]
    assert columns == [0, 4, 7, 12]
