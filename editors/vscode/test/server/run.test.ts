import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/server/run';

test('each line is told, and the exit code comes back', async () => {
  const lines: string[] = [];
  const program = 'console.log("one\\ntwo"); process.exitCode = 3';
  assert.equal(await run(process.execPath, ['-e', program], (line) => lines.push(line)), 3);
  assert.deepEqual(lines, ['one', 'two']);
});

test('a program that is not there is an error', async () => {
  await assert.rejects(run('/nowhere/at/all', [], () => undefined), /ENOENT/);
});

test('the person can stop it', async () => {
  const stop = new AbortController();
  const waiting = run(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], () => stop.abort(), stop.signal);
  await assert.rejects(waiting, { name: 'AbortError' });
});
