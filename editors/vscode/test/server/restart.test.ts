import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestartPolicy } from '../../src/server/restart';

test('the first end is answered at once, the next ones later and later', () => {
  const policy = new RestartPolicy();
  const waits = Array.from({ length: 10 }, () => policy.ended(100));
  assert.deepEqual(waits, [0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('a long life is a fresh start', () => {
  const policy = new RestartPolicy();
  policy.ended(100);
  policy.ended(100);
  assert.equal(policy.ended(60_000), 0);
  assert.equal(policy.ended(100), 500);
});

test('the person starts it: all is forgotten', () => {
  const policy = new RestartPolicy();
  policy.ended(100);
  policy.reset();
  assert.equal(policy.times, 0);
  assert.equal(policy.ended(100), 0);
});
