import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Range } from 'vscode-languageserver-protocol';
import { changeIn, changed } from '../../src/commands/proposal';
import type { Result } from '../../src/commands/proposal';

const TEXT = 'one\ntwo\nthree\n';

function offset({ line, character }: Range['start']): number {
  return TEXT.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
}

function range(line: number, from: number, to: number): Range {
  return { start: { line, character: from }, end: { line, character: to } };
}

const RESULT: Result = { content: '', uri: 'file:///a.py', version: 3, range: range(1, 0, 3), newText: '2', createsFile: false };

test('an answer without new text offers nothing', () => {
  assert.equal(changeIn({ content: 'I cannot.', message: 'the answer holds no code' }), undefined);
});

test('the fewest replacements are taken where there are such', () => {
  const edits = [{ range: range(1, 1, 2), newText: 'W', annotationId: 'aiLsp' }];
  const edit = { documentChanges: [{ textDocument: { uri: 'file:///a.py', version: 3 }, edits }] };
  assert.deepEqual(changeIn({ ...RESULT, edit }), { uri: 'file:///a.py', version: 3, edits: [{ range: range(1, 1, 2), newText: 'W' }] });
  assert.deepEqual(changeIn(RESULT), { uri: 'file:///a.py', version: 3, edits: [{ range: range(1, 0, 3), newText: '2' }] });
});

test('an edit of another document or of several is not taken', () => {
  const one = { textDocument: { uri: 'file:///b.py', version: 3 }, edits: [{ range: range(0, 0, 0), newText: 'x' }] };
  for (const documentChanges of [[one], [one, one], [{ kind: 'delete' as const, uri: 'file:///a.py' }]]) {
    assert.deepEqual(changeIn({ ...RESULT, edit: { documentChanges } })?.edits, [{ range: range(1, 0, 3), newText: '2' }]);
  }
});

test('a file that is yet to be made has no version, and perhaps no name', () => {
  const made = { ...RESULT, version: null, createsFile: true, range: range(0, 0, 0), newText: 'new\n' };
  assert.deepEqual(changeIn(made), { uri: 'file:///a.py', version: undefined, edits: [{ range: range(0, 0, 0), newText: 'new\n' }] });
  assert.equal(changeIn({ ...made, uri: null })?.uri, undefined);
});

test('replacements are made in the text as it was, whatever their order', () => {
  const edits = [
    { range: range(2, 0, 5), newText: '3' },
    { range: range(0, 0, 3), newText: 'first' },
    { range: range(1, 3, 3), newText: '!' },
  ];
  assert.equal(changed(TEXT, edits, offset), 'first\ntwo!\n3\n');
  assert.equal(changed(TEXT, [], offset), TEXT);
});
