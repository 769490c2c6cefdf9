import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Pending } from '../../src/inline/pending';

function scene(): { pending: Pending; told: boolean[]; work: () => { promise: Promise<void>; done: () => Promise<void> } } {
  const told: boolean[] = [];
  const pending = new Pending((isWaiting) => told.push(isWaiting));
  const work = () => {
    let finish: () => void = () => undefined;
    const promise = pending.during(new Promise<void>((resolve) => (finish = resolve)));
    return { promise, done: () => (finish(), promise) };
  };
  return { pending, told, work };
}

test.beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
test.afterEach(() => mock.timers.reset());

test('a quick answer is not worth a word', async () => {
  const { told, work } = scene();
  const { done } = work();
  mock.timers.tick(399);
  await done();
  mock.timers.tick(1000);
  assert.deepEqual(told, []);
});

test('a slow one is told, and its end', async () => {
  const { told, work } = scene();
  const { done } = work();
  mock.timers.tick(400);
  assert.deepEqual(told, [true]);
  await done();
  assert.deepEqual(told, [true, false]);
});

test('the last of several ends it, however it ends', async () => {
  const { pending, told, work } = scene();
  const { done } = work();
  const failing = pending.during(Promise.reject(new Error('no')));
  mock.timers.tick(400);
  await assert.rejects(failing);
  assert.deepEqual(told, [true]);
  await done();
  assert.deepEqual(told, [true, false]);
});
