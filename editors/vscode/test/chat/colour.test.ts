import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coloured } from '../../src/chat/markdown/colour';
import { HOSTILE } from './inert.corpus';

test('words of code have a kind', () => {
  const words = coloured('def f(x):\n    return "a" + 1  # why\n', 'python') ?? [];
  const kinds = new Map(words.map(({ text, kind }) => [text, kind]));
  assert.deepEqual(
    ['def', '"a"', '1', '# why'].map((text) => kinds.get(text)),
    ['keyword', 'string', 'number', 'comment'],
  );
});

test('nothing of the code is lost or changed, whatever it holds', () => {
  for (const code of [...HOSTILE, `<a href="&amp;amp;">'x' & "y" &#x27; </span> <span class="hljs-keyword">`, 'ä 日本 🎉\t\r\n']) {
    for (const language of ['html', 'javascript', 'python', 'markdown', 'cpp', 'diff']) {
      assert.equal(coloured(code, language)?.map(({ text }) => text).join(''), code);
    }
  }
});

test('an unknown language and long code stay plain', () => {
  assert.equal(coloured('x', 'klingon'), undefined);
  assert.equal(coloured('x', ''), undefined);
  assert.equal(coloured('x = 1\n'.repeat(10_000), 'python'), undefined);
});
