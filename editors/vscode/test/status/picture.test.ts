import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picture } from '../../src/status/picture';
import type { Kind, Status } from '../../src/status/status';

function status(more: Partial<Status> = {}): Status {
  const usageToday = { requests: 0, inputTokens: 0, outputTokens: 0, cost: null };
  return { kind: 'normal', message: 'ready', provider: 'ollama', model: 'm', health: {}, lastEmpty: null, usageToday, ...more };
}

const nothing = { status: undefined, disabledLanguage: undefined, isWaiting: false };

function running(now: Status | undefined, disabledLanguage?: string) {
  return picture({ life: { kind: 'running' }, status: now, disabledLanguage, isWaiting: false });
}

test('each state has an icon of its own', () => {
  const kinds: Kind[] = ['normal', 'busy', 'warning', 'error', 'inactive'];
  const texts = kinds.map((kind) => running(status({ kind })).text);
  assert.deepEqual(texts, [
    '$(sparkle) ollama',
    '$(loading~spin) ollama',
    '$(warning) ollama',
    '$(error) ollama',
    '$(circle-slash) ollama',
  ]);
});

test('rows tell what there is to tell', () => {
  const usageToday = { requests: 3, inputTokens: 900, outputTokens: 100, cost: 0.0123 };
  const lastEmpty = { reason: 'unsure', detail: 'no continuation is likely enough' };
  assert.deepEqual(running(status({ usageToday, lastEmpty, health: { ok: true, detail: 'answers' } })).rows, [
    ['Provider', 'ollama'],
    ['Model', 'm'],
    ['Service', 'answers'],
    ['Today', '3 requests, 1000 tokens, $0.0123'],
    ['Last answer was empty', 'no continuation is likely enough'],
  ]);
  assert.deepEqual(running(status({ provider: null, model: null })).rows, []);
});

test('a language that is off is shown, but not over an error', () => {
  assert.equal(running(status(), 'markdown').headline, 'Ghost text is off for markdown');
  assert.equal(running(status({ kind: 'error', message: 'the key is wrong' }), 'markdown').headline, 'The key is wrong');
});

test('one end of the server is nothing to worry about, several are', () => {
  const once = picture({ life: { kind: 'waiting', milliseconds: 0, times: 1 }, ...nothing });
  const often = picture({ life: { kind: 'waiting', milliseconds: 4000, times: 5 }, ...nothing });
  assert.deepEqual([once.kind, often.kind], ['busy', 'error']);
  assert.equal(often.headline, 'The language server ended 5 times; it is started again in 4 s');
});

test('a server that was not found is an error with its reason', () => {
  const life = { kind: 'missing', why: 'the program ai-lsp was not found', isMisnamed: false } as const;
  const { text, headline } = picture({ life, ...nothing, status: status() });
  assert.deepEqual([text, headline], ['$(error) AI LSP', 'The program ai-lsp was not found']);
});

test('who waits for ghost text sees that it is asked for', () => {
  const { kind, text } = picture({ life: { kind: 'running' }, ...nothing, status: status(), isWaiting: true });
  assert.deepEqual([kind, text], ['normal', '$(loading~spin) ollama']);
});
