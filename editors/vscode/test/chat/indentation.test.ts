import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indented } from '../../src/chat/indentation';

test('every line gets the indentation of the cursor, empty ones stay empty', () => {
  assert.equal(indented('if a:\n    b\n\nc', '    '), 'if a:\n        b\n\n    c');
  assert.equal(indented('if a:\r\n\r\nc', '\t'), 'if a:\r\n\r\n\tc');
});

test('code that has the indentation already takes that of the cursor for its own', () => {
  assert.equal(indented('    if a:\n        b', '    '), 'if a:\n        b');
});

test('behind other text and at the start of a line, code stays as it is', () => {
  assert.equal(indented('a\nb', ''), 'a\nb');
  assert.equal(indented('a\nb', '  x = '), 'a\nb');
});
