import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Blots } from '../../src/keys/blots';

test('every key is hidden wherever it stands, also inside JSON', () => {
  const blots = new Blots();
  blots.add('sk-1"2\\3');
  blots.add('other');
  const text = `${JSON.stringify({ key: 'sk-1"2\\3' })} and other, other and sk-1"2\\3`;
  assert.equal(blots.hide(text), '{"key":"•••"} and •••, ••• and •••');
});

test('no key hides nothing', () => {
  const blots = new Blots();
  blots.add(undefined);
  blots.add('');
  assert.equal(blots.hide('text'), 'text');
});
