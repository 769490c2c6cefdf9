import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-protocol';
import { Burst, Told, worst } from '../../src/client/worst';

function at(line: number, severity: DiagnosticSeverity, more: Partial<Diagnostic> = {}): Diagnostic {
  return { range: { start: { line, character: 4 }, end: { line, character: 9 } }, severity, message: `line ${line}`, ...more };
}

test('errors come first, then warnings, each by line; the rest is left out', () => {
  const found = worst([at(7, 2), at(9, 1), at(1, 3), at(2, 2), at(5, 1), at(0, 4)]);
  assert.deepEqual(found.map(({ severity, range }) => [severity, range.start.line]), [[1, 5], [1, 9], [2, 2], [2, 7]]);
});

test('of very many the first hundred are told, and no error gives way to a warning', () => {
  const warnings = Array.from({ length: 150 }, (_, line) => at(line, 2));
  const found = worst([...warnings, at(500, 1)]);
  assert.equal(found.length, 100);
  assert.equal(found[0]?.message, 'line 500');
});

test('one without a severity is an error', () => {
  const { severity: _, ...bare } = at(9, 1);
  assert.deepEqual(worst([at(1, 1), at(2, 2), bare]).map(({ range }) => range.start.line), [1, 9, 2]);
});

test('what only the checker understands stays here', () => {
  const found = worst([at(3, 1, { source: 'ts', code: 2304, data: { fix: 1 }, tags: [1], relatedInformation: [] })]);
  assert.deepEqual(found, [{ ...at(3, 1), source: 'ts', code: 2304 }]);
});

test('the server is told what is new to it', () => {
  const told = new Told();
  assert.equal(told.isNews('file:///a.py', []), false);
  assert.equal(told.isNews('file:///a.py', [at(1, 1)]), true);
  assert.equal(told.isNews('file:///a.py', [at(1, 1)]), false);
  assert.equal(told.isNews('file:///b.py', [at(1, 1)]), true);
  assert.equal(told.isNews('file:///a.py', []), true);
  assert.equal(told.isNews('file:///a.py', []), false);
});

test('a document that was closed, and a server that starts anew, are told all again', () => {
  const told = new Told();
  for (const forget of [() => told.forget('file:///a.py'), () => told.forgetAll()]) {
    assert.equal(told.isNews('file:///a.py', [at(1, 1)]), true);
    forget();
  }
});

test('a burst makes one call, and does not wait for its own end', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  let calls = 0;
  const burst = new Burst(() => calls++);
  for (let elapsed = 0; elapsed < 200; elapsed += 50) {
    burst.add();
    assert.equal(calls, 0);
    mock.timers.tick(50);
  }
  assert.equal(calls, 1);
  burst.add();
  burst.dispose();
  mock.timers.tick(1000);
  assert.equal(calls, 1);
  mock.timers.reset();
});
