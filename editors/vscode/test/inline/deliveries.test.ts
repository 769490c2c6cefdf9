import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deliveries } from '../../src/inline/deliveries';

test('who waits for what is under way comes after it, however it ends', async () => {
  const deliveries = new Deliveries();
  const order: string[] = [];
  let answer: (text: string) => void = () => undefined;
  deliveries.track(new Promise<string>((resolve) => (answer = resolve))).then((text) => order.push(text));
  deliveries.track(Promise.reject(new Error('no'))).catch(() => order.push('failed'));
  const waited = deliveries.delivered().then(() => order.push('next'));
  answer('answer');
  await waited;
  assert.deepEqual(order.slice(0, 2).sort(), ['answer', 'failed']);
  assert.equal(order[2], 'next');
});

test('where nothing is under way, it goes on', async () => {
  const deliveries = new Deliveries();
  await deliveries.track(Promise.resolve());
  await deliveries.delivered();
});
