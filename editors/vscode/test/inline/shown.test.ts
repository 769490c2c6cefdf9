import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shown } from '../../src/inline/shown';

/** `ab` is typed at offset 10, and `c, d)` stands grey behind it. */
function shown(): Shown {
  return new Shown('abc, d)', 10, 12);
}

test('a word is a partial acceptance, counted from the start of the suggestion', () => {
  const one = shown();
  assert.equal(one.partlyAccepted({ at: 12, replaced: 0, text: 'c,' }), 4);
  assert.equal(one.partlyAccepted({ at: 14, replaced: 0, text: ' d' }), 6);
});

test('typing the same letters is typing', () => {
  const one = shown();
  assert.equal(one.partlyAccepted({ at: 12, replaced: 0, text: 'c' }), undefined);
  assert.equal(one.partlyAccepted({ at: 13, replaced: 0, text: ', ' }), 5);
});

test('the whole rest is told by the command of the suggestion', () => {
  assert.equal(shown().partlyAccepted({ at: 12, replaced: 0, text: 'c, d)' }), undefined);
});

test('another place or another text is another thing', () => {
  assert.equal(shown().partlyAccepted({ at: 11, replaced: 0, text: 'c,' }), undefined);
  assert.equal(shown().partlyAccepted({ at: 12, replaced: 1, text: 'c,' }), undefined);
  assert.equal(shown().partlyAccepted({ at: 12, replaced: 0, text: 'xy' }), undefined);
});
