import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choices, lacksKey, takesKey } from '../../src/status/providers';
import type { Provider } from '../../src/status/providers';

function provider(name: string, more: Partial<Provider> = {}): Provider {
  return { name, kind: name, active: false, origin: null, model: null, key: 'not needed', ok: null, detail: '', configured: false, ...more };
}

test('the active one first, then the configured, then the usable, then those without a key', () => {
  const providers = [
    provider('openai', { key: 'missing' }),
    provider('ollama'),
    provider('work', { configured: true }),
    provider('embedded', { active: true }),
  ];
  assert.deepEqual(
    choices(providers).map(({ name }) => name),
    ['auto', 'embedded', 'work', 'ollama', 'openai'],
  );
});

test('model, address and state are shown', () => {
  const [, found] = choices([provider('ollama', { model: 'coder', origin: 'http://127.0.0.1:11434', ok: false, detail: 'nobody answers' })]);
  assert.deepEqual(found, {
    name: 'ollama',
    label: '$(warning) ollama',
    description: 'coder · http://127.0.0.1:11434',
    detail: 'nobody answers',
  });
});

test('keys are for services, and missed by those that want one', () => {
  assert.ok(!takesKey(provider('embedded')));
  assert.ok(takesKey(provider('openai', { key: 'missing', origin: 'https://api.openai.com' })));
  assert.ok(takesKey(provider('my-gateway', { origin: 'http://127.0.0.1:4000' })));
  assert.ok(lacksKey(provider('openai', { key: 'missing' })));
  assert.ok(!lacksKey(provider('openai', { key: 'keyring' })));
});
