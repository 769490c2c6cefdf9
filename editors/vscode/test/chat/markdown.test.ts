import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeLink } from '../../src/chat/markdown/link';
import { parseBlocks } from '../../src/chat/markdown/parse';
import { MarkdownStream } from '../../src/chat/markdown/stream';
import type { Patch } from '../../src/chat/markdown/stream';
import { textOf } from '../../src/chat/markdown/tree';
import type { Element, Node } from '../../src/chat/markdown/tree';
import { HOSTILE } from './inert.corpus';

const SHOWN: ReadonlySet<string> = new Set(
  'a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul'.split(' '),
);

/** What stands on the page after the pieces: code that was opened and filled is a block again. */
function page(pieces: readonly string[]): Element[] {
  const stream = new MarkdownStream();
  const shown: Element[] = [];
  const add = ({ steps }: Patch): void => {
    for (const step of steps) {
      const last = shown.at(-1);
      if (step.kind === 'block') {
        shown.push(step.element);
      } else if (step.kind === 'code opens') {
        shown.push({ tag: 'pre', children: [''], language: step.language });
      } else if (step.kind === 'code' && last !== undefined) {
        shown[shown.length - 1] = { ...last, children: [textOf(last) + step.text] };
      }
    }
  };
  for (const piece of pieces) {
    const patch = stream.push(piece);
    add(patch);
    check(typeof patch.pending === 'string' ? [patch.pending] : patch.pending);
  }
  add(stream.end());
  check(shown);
  return shown;
}

function check(found: readonly Node[]): void {
  for (const node of found) {
    if (typeof node !== 'string') {
      assert.ok(SHOWN.has(node.tag), node.tag);
      assert.equal('href' in node, node.tag === 'a');
      assert.match(node.href ?? 'https://', /^https:\/\//);
      check(node.children);
    }
  }
}

/** Numbers that look random and are the same in each run. */
function* random(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function split(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  return places.slice(1).map((to, index) => text.slice(places[index], to));
}

test('nothing of a hostile reply is an image, HTML, or a link that is not https', () => {
  for (const reply of HOSTILE) {
    page([reply]);
  }
});

test('a hostile reply means the same wherever it is cut in two', () => {
  for (const reply of HOSTILE) {
    const whole = page([reply]);
    for (let at = 1; at < reply.length; at += 1) {
      assert.deepEqual(page([reply.slice(0, at), reply.slice(at)]), whole, `${JSON.stringify(reply)} cut at ${at}`);
    }
  }
});

test('replies one after the other, cut anywhere, stay harmless and mean the same', () => {
  const numbers = random(7);
  const next = (most: number): number => Math.floor((numbers.next().value as number) * most);
  for (let round = 0; round < 300; round += 1) {
    const reply = Array.from({ length: 6 }, () => HOSTILE[next(HOSTILE.length)]).join(round % 2 === 0 ? '\n\n' : '\n');
    const cuts = Array.from({ length: 1 + next(12) }, () => next(reply.length));
    assert.deepEqual(page(split(reply, cuts)), page([reply]), JSON.stringify(split(reply, cuts)));
  }
});

test('only whole https addresses without a name in them are links', () => {
  assert.equal(safeLink('https://Example.org/a?b#c'), 'https://example.org/a?b#c');
  for (const address of ['http://a.b', 'https:a.b', '//a.b', 'https://u@a.b', 'https://u:p@a.b', 'https://', 'command:x', '', ' https://a.b']) {
    assert.equal(safeLink(address), undefined, address);
  }
});

test('a bare https address becomes a link', () => {
  const [paragraph] = parseBlocks('see https://example.org/a.');
  assert.deepEqual(paragraph?.element.children, [
    'see ',
    { tag: 'a', children: ['https://example.org/a'], href: 'https://example.org/a' },
    '.',
  ]);
});

test('an image is shown by its description', () => {
  assert.equal(textOf(parseBlocks('![a cat](https://a.b/c.png)')[0]?.element ?? ''), '[a cat]');
});

test('code between fences comes line by line, and its end is never shown', () => {
  const stream = new MarkdownStream();
  stream.push('Look:\n\n```py\nimport os\n');
  assert.deepEqual(stream.push('pri'), { steps: [], pending: 'pri' });
  assert.deepEqual(stream.push('nt()\n``'), { steps: [{ kind: 'code', text: 'print()\n' }], pending: '' });
  assert.deepEqual(stream.push('`\nEnd'), {
    steps: [{ kind: 'code closes' }],
    pending: [{ tag: 'p', children: ['End'] }],
  });
});

test('code in a numbered list stays in its item', () => {
  const [list] = page(['1. Do this:\n\n   ```sh\n   ls\n   ```\n\n2. Then ', 'that\n']);
  assert.equal(list?.tag, 'ol');
  assert.deepEqual(
    list.children.map((item) => textOf(item)),
    ['Do this:ls\n', 'Then that'],
  );
});

test('what is finished is handed out once, and what is pending stays short', () => {
  const stream = new MarkdownStream();
  let blocks = 0;
  let longest = 0;
  for (let round = 0; round < 2000; round += 1) {
    const patch = stream.push(`Paragraph ${round} with **bold** text.\n\n`);
    blocks += patch.steps.length;
    longest = Math.max(longest, patch.pending.length);
  }
  assert.ok(blocks >= 1998);
  assert.equal(longest, 1);
});

function pieces(line: (round: number) => string): string[] {
  return Array.from({ length: 5 }, (_, piece) => Array.from({ length: 2000 }, (_, round) => line(piece * 2000 + round)).join(''));
}

test('a list, a table, a line and code that never end are finished in parts, and nothing of them is lost', () => {
  const kinds: Record<string, (round: number) => string> = {
    list: (round) => `- item ${round}\n`,
    table: (round) => (round === 0 ? '| a | b |\n|---|---|\n' : `| cell${round} | x |\n`),
    line: (round) => `word${round} `,
    code: (round) => (round === 0 ? '```\n' : `line ${round}\n`),
    quote: (round) => `> quoted ${round}\n`,
    indented: (round) => `    code ${round}\n`,
    spaceless: (round) => `x${round}y`,
  };
  for (const [kind, piece] of Object.entries(kinds)) {
    const shown = page(pieces(piece));
    const text = shown.map(textOf).join('');
    for (const round of [1, 4_999, 9_999]) {
      assert.ok(text.includes(piece(round).replaceAll(/[>|\n-]|^ +/g, '').split(' ')[0]?.trim() ?? ''), `${kind} ${round}`);
    }
    if (kind === 'table') {
      assert.ok(shown.every(({ tag }) => tag === 'table'));
    }
  }
});
