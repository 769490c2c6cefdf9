import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from '../../src/chat/conversation';
import { history, newest } from '../../src/chat/history';
import { pageOf } from '../../src/chat/html';
import { chosenBy, estimateTokens, models } from '../../src/chat/model';
import type { ChatProvider } from '../../src/chat/model';
import { questionOf } from '../../src/chat/prompts';
import { textIn } from '../../src/chat/wire';

const OLLAMA: ChatProvider = {
  name: 'ollama',
  kind: 'ollama',
  active: true,
  origin: 'http://127.0.0.1:11434',
  model: 'qwen3:8b',
  context_window: 40_960,
  abilities: ['chat', 'completion'],
  used_for: ['chat'],
  key: 'not needed',
  ok: true,
  detail: 'answers',
  configured: true,
};

test('a reply keeps the pieces in which it came', () => {
  const conversation = new Conversation(() => undefined);
  const reply = conversation.ask('Why?', ['a.py']);
  ['Be', '', 'cause'].forEach((piece) => conversation.add(reply, piece));
  assert.deepEqual(conversation.turns.at(-1)?.pieces, ['Be', 'cause']);
  assert.equal(conversation.text(reply), 'Because');
  assert.ok(conversation.streaming);
});

test('a piece that comes after the conversation was cleared is lost', () => {
  const conversation = new Conversation(() => undefined);
  const reply = conversation.ask('Why?', []);
  conversation.clear();
  conversation.add(reply, 'late');
  assert.deepEqual(conversation.turns, []);
});

test('a server that does not know the conversation is told what was answered', () => {
  const conversation = new Conversation(() => undefined);
  for (const [question, answer] of [['One?', '1'], ['Failed?', ''], ['Two?', '2']] as const) {
    const reply = conversation.ask(question, []);
    conversation.add(reply, answer);
    conversation.change(reply, { state: answer === '' ? 'failed' : 'done' });
  }
  conversation.ask('Three?', []);
  assert.deepEqual(
    history(conversation.turns).map(({ role, content }) => `${role}: ${content}`),
    ['user: One?', 'assistant: 1', 'user: Two?', 'assistant: 2'],
  );
});

test('of a long history the newest is told, beginning with a question', () => {
  const told = ['a', 'b', 'c', 'd'].map((name, index) => ({ role: index % 2 === 0 ? ('user' as const) : ('assistant' as const), content: name.repeat(10) }));
  assert.deepEqual(newest(told, 1000), told);
  assert.deepEqual(newest(told, 35), told.slice(2));
  assert.deepEqual(newest(told, 5), []);
});

test('models are those of providers that chat, have the key that they need, and answer', () => {
  const others = [
    { ...OLLAMA, name: 'embedded', abilities: ['completion'] },
    { ...OLLAMA, name: 'anthropic', key: 'missing' },
    { ...OLLAMA, name: 'asleep', ok: false, configured: false },
  ].map((one) => ({ ...one, used_for: [] }));
  const unknown = { ...OLLAMA, name: 'local', model: null, context_window: null, used_for: [] };
  const found = models([...others, OLLAMA, unknown], 'other/model');
  assert.deepEqual(
    found.map(({ id }) => id),
    ['auto', 'ollama/qwen3:8b', 'ollama/other/model', 'local'],
  );
  assert.deepEqual(found.map(({ id }) => chosenBy(id)), [
    {},
    { provider: 'ollama', model: 'qwen3:8b' },
    { provider: 'ollama', model: 'other/model' },
    { provider: 'local' },
  ]);
  assert.equal((found[0]?.maxInputTokens ?? 0) + (found[0]?.maxOutputTokens ?? 0), 40_960);
});

test('tokens are estimated from bytes, rather too many', () => {
  assert.equal(estimateTokens(''), 0);
  assert.equal(estimateTokens('def add(a, b):'), 5);
  assert.ok(estimateTokens('日本語') > 2);
});

test('a command without words has a question of its own', () => {
  assert.equal(questionOf(' Why? ', 'explain'), 'Why?');
  assert.match(questionOf('', 'tests'), /tests/);
  assert.equal(questionOf('', undefined), 'Continue.');
});

test('only deltas of progress are text', () => {
  assert.equal(textIn({ kind: 'delta', content: 'a' }), 'a');
  for (const other of [undefined, null, 1, {}, { kind: 'begin', content: 'a' }, { kind: 'delta', content: 1 }]) {
    assert.equal(textIn(other), '');
  }
});

test('the page fetches nothing and runs one script', () => {
  const html = pageOf({ source: 'https://resource.example', script: 'S', style: 'C', nonce: 'N' });
  assert.match(html, /default-src 'none'; script-src 'nonce-N'; style-src https:\/\/resource\.example; /);
  assert.ok(!/img-src|connect-src|unsafe|frame-src|\*/.test(html));
  assert.equal(html.match(/<script/g)?.length, 1);
});
