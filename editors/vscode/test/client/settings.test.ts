import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forServer } from '../../src/client/settings';

test('what only the extension reads stays here', () => {
  const section = { provider: 'ollama', enable: { '*': true }, server: { command: '/x' }, trace: { server: 'off' } };
  assert.deepEqual(forServer(section), { provider: 'ollama' });
});

test('what is not set is not sent, and what is set to false or 0 is', () => {
  const completion = { model: '', maxTokens: null, minConfidence: 0, enabled: false, languages: [] };
  assert.deepEqual(forServer({ completion, chat: { model: '' }, providers: {} }), {
    completion: { minConfidence: 0, enabled: false, languages: [] },
  });
});

test('there may be no settings at all', () => {
  assert.deepEqual(forServer(undefined), {});
  assert.deepEqual(forServer('nonsense'), {});
});
