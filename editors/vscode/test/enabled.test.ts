import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEnabled, withLanguage } from '../src/enabled';

test('a language that is named wins over the star', () => {
  assert.equal(isEnabled({ '*': false, python: true }, 'python'), true);
  assert.equal(isEnabled({ '*': true, markdown: false }, 'markdown'), false);
  assert.equal(isEnabled({ '*': false }, 'go'), false);
});

test('nothing said means on', () => {
  assert.equal(isEnabled({}, 'go'), true);
});

test('only what does not go without saying is said', () => {
  assert.deepEqual(withLanguage({}, 'python', false), { python: false });
  assert.deepEqual(withLanguage({ python: false }, 'python', true), {});
  assert.deepEqual(withLanguage({ '*': false }, 'python', true), { '*': false, python: true });
  assert.deepEqual(withLanguage({ '*': false, go: true }, '*', true), { go: true });
});
