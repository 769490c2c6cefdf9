"""Fits the figures of the embedded engine and writes them: `python -m benchmarks.embedded.train OUTPUT.json`.

In: changes that releases of open projects made, none of which the replay judges. Out: model.json, weights only.
Needs numpy and scikit-learn, which nothing else here does: run it from an environment of its own that has both, with this
checkout on PYTHONPATH and the project's dependencies installed.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ai_lsp.providers.embedded.buffer import Buffer
from ai_lsp.providers.embedded.candidates import candidates
from ai_lsp.providers.embedded.choose import START_FEATURES, start_rows
from ai_lsp.providers.embedded.completer import continuations
from ai_lsp.providers.embedded.escapes import LENGTH_CLASSES, blend, support_class, variety_class
from ai_lsp.providers.embedded.index import WorkspaceIndex
from ai_lsp.providers.embedded.learning import Report, Task, learn
from ai_lsp.providers.embedded.lexer import pieces
from ai_lsp.providers.embedded.model import EngineModel, load_model, model_from_json
from ai_lsp.providers.embedded.place import Place, locate
from ai_lsp.providers.embedded.ranking import LINE_FEATURES, line_rows, shortlist
from ai_lsp.providers.embedded.tokens import (
    TOKEN_FEATURES,
    Knowledge,
    levels_at,
    likeliest,
    likeliest_path,
    token_rows,
)
from benchmarks.embedded.changes import Change, changes
from benchmarks.embedded.releases import Project, fetch

_PY = (".py",)
PROJECTS = (
    *(
        Project("flask", "pypi", "flask", a, b, _PY, "python")
        for a, b in (("2.0.3", "2.1.3"), ("2.1.3", "2.2.5"), ("2.2.5", "2.3.3"))
    ),
    *(
        Project("celery", "pypi", "celery", a, b, _PY, "python")
        for a, b in (("5.1.2", "5.2.7"), ("5.2.7", "5.3.6"), ("5.3.6", "5.4.0"))
    ),
    *(Project("mypy", "pypi", "mypy", a, b, _PY, "python") for a, b in (("1.9.0", "1.11.2"), ("1.11.2", "1.13.0"))),
    *(
        Project("rxjs", "npm", "rxjs", a, b, (".ts",), "typescript")
        for a, b in (("6.6.7", "7.0.0"), ("7.0.0", "7.5.7"), ("7.5.7", "7.8.2"))
    ),
    *(
        Project("chi", "go", "github.com/go-chi/chi/v5", a, b, (".go",), "go")
        for a, b in (("v5.0.2", "v5.0.12"), ("v5.0.12", "v5.2.5"), ("v5.2.5", "v5.5.0"))
    ),
)
MOST_CHANGES, MOST_LINES = 140, 12
SEED = 11
_PRIOR = 8.0


@dataclass(slots=True)
class Point:
    """A cursor in a change that is being typed, and the rest of its line."""

    index: WorkspaceIndex
    place: Place
    rest: str

    def known(self, model: EngineModel) -> Knowledge:
        return Knowledge(self.index, (), model)

    @property
    def allowed(self) -> set[int] | None:
        want = self.place.blanks + self.place.partial
        return self.index.vocabulary.starting(want, self.place.partial) if want else None


def points(draw: random.Random) -> Iterator[Point]:
    """Cursors at the start of each added line and at random places in it."""
    for project in PROJECTS:
        old, new = fetch(project)
        task = Task((str(old),), (), 10_000_000, 400_000, 600.0)
        index = max((i for i in learn(task, Report()) if i), key=lambda pair: len(pair[1].tokens))[1]
        count = 0
        for change in changes(old, new, project.suffixes, MOST_CHANGES, SEED):
            index.hide(str(change.path))
            for point in _points_of(change, index, draw):
                count += 1
                yield point
            index.show(str(change.path))
        print(f"{project.name} {project.old} -> {project.new}: {len(index.tokens)} tokens, {count} points", flush=True)


def _points_of(change: Change, index: WorkspaceIndex, draw: random.Random) -> Iterator[Point]:
    buffer = Buffer(index.vocabulary)
    for number, raw in enumerate(change.lines[:MOST_LINES]):
        line = raw.rstrip()
        indent = len(line) - len(line.lstrip())
        if indent == len(line):
            continue
        row = len(change.before) + number
        lines = [*change.before, *change.lines[:number], line, *change.after]
        buffer = Buffer(index.vocabulary)
        buffer.update(lines, row)
        for column in sorted({indent, *(draw.randrange(indent, len(line)) for _ in range(4))}):
            typed = [*lines[:row], line[:column], *lines[row + 1 :]]
            yield Point(index, locate(buffer, typed, row, column), line[column:])


@dataclass(slots=True)
class Table:
    """How often levels of each class were right."""

    right: dict[tuple[int, int, int, int], int] = field(default_factory=dict)
    seen: dict[tuple[int, int, int, int], int] = field(default_factory=dict)

    def learn(self, key: tuple[int, int, int, int], is_right: bool) -> None:
        self.seen[key] = self.seen.get(key, 0) + 1
        self.right[key] = self.right.get(key, 0) + is_right

    def figures(self) -> list[list[list[list[float]]]]:
        return [[[[self._share(e, n, s, v) for v in range(4)] for s in range(5)] for n in range(10)] for e in range(2)]

    def _share(self, expert: int, length: int, support: int, variety: int) -> float:
        alike = [key for key in self.seen if key[:2] == (expert, length)]
        prior = (sum(self.right[k] for k in alike) + 1) / (sum(self.seen[k] for k in alike) + 4)
        key = expert, length, support, variety
        return round((self.right.get(key, 0) + _PRIOR * prior) / (self.seen.get(key, 0) + _PRIOR), 4)


def next_token_of(point: Point) -> int | None:
    """The token that the person is about to type or is typing; None where the text is a word already ended."""
    place = point.place
    found = pieces(place.blanks + place.partial + point.rest)
    return point.index.vocabulary[found[0]] if found else None


def fit_tables(all_points: Sequence[Point], model: EngineModel) -> tuple[Table, Table]:
    free, begun = Table(), Table()
    for point in all_points:
        truth, allowed = next_token_of(point), point.allowed
        if truth is None:
            continue
        for level in levels_at(point.known(model), point.place, point.place.latest_first, allowed):
            best = max(level.counts, key=lambda token: (level.counts[token], -token))
            key = (
                level.expert,
                LENGTH_CLASSES[min(level.length, 16)],
                support_class(level.support),
                variety_class(len(level.counts)),
            )
            (free if allowed is None else begun).learn(key, best == truth)
    return free, begun


def fit(
    rows: Sequence[Sequence[float]], labels: Sequence[bool], names: Sequence[str], strength: float
) -> dict[str, Any]:
    """A logistic regression over plain features, fitted over standardised ones."""
    np = import_module("numpy")
    regression = import_module("sklearn.linear_model").LogisticRegression
    x = np.array(rows, float)
    centre, scale = x.mean(0), x.std(0) + 1e-9
    fitted = regression(max_iter=3000, C=strength).fit((x - centre) / scale, np.array(labels))
    weights = fitted.coef_[0] / scale
    bias = float(fitted.intercept_[0] - (centre / scale) @ fitted.coef_[0])
    print(f"{len(labels)} rows, {np.mean(labels):.1%} right", flush=True)
    return {"bias": round(bias, 5), "weights": {n: round(float(w), 5) for n, w in zip(names, weights, strict=True)}}


def token_data(all_points: Sequence[Point], model: EngineModel) -> tuple[list[list[float]], list[bool]]:
    rows: list[list[float]] = []
    labels: list[bool] = []
    for point in all_points:
        truth, allowed, known = next_token_of(point), point.allowed, point.known(model)
        latest_first = point.place.latest_first
        levels = levels_at(known, point.place, latest_first, allowed)
        if not levels or truth is None:
            continue
        mixed = blend(model.escape if allowed is None else model.escape_word, levels)
        order = likeliest(mixed)
        rows.extend(token_rows(known, levels, mixed, order, latest_first[0], begun=allowed is not None))
        labels.extend(token == truth for token in order)
    return rows, labels


def line_data(all_points: Sequence[Point], model: EngineModel) -> tuple[list[tuple[float, ...]], list[bool]]:
    rows: list[tuple[float, ...]] = []
    labels: list[bool] = []
    for point in all_points:
        known, allowed = point.known(model), point.allowed
        pool = candidates(known, point.place, allowed)
        path = likeliest_path(known, point.place, allowed)
        found = pool.get(path.line[0]) if path.line else None
        if found is not None and path.line is not None:
            found.path = path.line[1]
        chosen = shortlist(known, pool)
        rows.extend(line_rows(known, point.place, chosen, len(pool.by_text)))
        labels.extend(candidate.text == point.rest for candidate, _ in chosen)
    return rows, labels


def start_data(all_points: Sequence[Point], model: EngineModel) -> tuple[list[tuple[float, ...]], list[bool]]:
    rows: list[tuple[float, ...]] = []
    labels: list[bool] = []
    for point in all_points:
        for text, row in start_rows(point.place, *continuations(point.known(model), point.place)):
            rows.append(row)
            labels.append(goes_on_with(point.rest, text))
    return rows, labels


def goes_on_with(rest: str, text: str) -> bool:
    """Whether the text is what follows, and ends where a token does."""
    after = rest[len(text) : len(text) + 1]
    return rest.startswith(text) and not (after.isalnum() and text[-1].isalnum())


def main(output: str) -> None:
    all_points = list(points(random.Random(SEED)))
    free, begun = fit_tables(all_points, load_model())
    data: dict[str, Any] = {"escape": free.figures(), "escape_word": begun.figures(), "token": None}
    empty = {"bias": 0.0, "weights": dict.fromkeys(LINE_FEATURES, 0.0)}
    data["line"], data["start"] = empty, {"bias": 0.0, "weights": dict.fromkeys(START_FEATURES, 0.0)}
    data["token"] = fit(*token_data(all_points, model_from_json(data)), TOKEN_FEATURES, 1.0)
    data["line"] = fit(*line_data(all_points, model_from_json(data)), LINE_FEATURES, 0.3)
    data["start"] = fit(*start_data(all_points, model_from_json(data)), START_FEATURES, 1.0)
    Path(output).write_text(json.dumps(data, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
