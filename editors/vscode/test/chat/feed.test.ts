import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from '../../src/chat/conversation';
import { Feed } from '../../src/chat/feed';
import type { Surroundings, Update } from '../../src/chat/messages';

const NOTHING: Surroundings = { service: 'ollama', chips: [], unavailable: '' };

/** A conversation, and a page that paints when the test says so. */
class Desk {
  readonly told: Update[] = [];
  readonly feed = new Feed((update) => this.told.push(update));
  readonly conversation = new Conversation(() => this.pump());
  around = NOTHING;

  pump(): void {
    this.feed.pump(this.conversation.turns, this.around);
  }

  page(): this {
    this.feed.ready();
    this.pump();
    return this;
  }

  /** Everything that the page has painted until nothing more comes. */
  paint(milliseconds = 10): void {
    for (let before = -1; before !== this.told.length; ) {
      before = this.told.length;
      this.feed.painted(milliseconds);
      this.pump();
    }
  }

  text(id: number): string {
    return this.told.flatMap(({ texts }) => texts.filter((one) => one.id === id).map(({ text }) => text)).join('');
  }

  get heads(): string[] {
    return this.told.flatMap(({ heads }) => heads.map(({ id, state }) => `${id} ${state}`));
  }
}

test('a page that has been made is told everything, once', () => {
  const desk = new Desk();
  const reply = desk.conversation.ask('Why?', ['a.py']);
  desk.conversation.add(reply, 'Because.');
  desk.conversation.change(reply, { state: 'done' });
  assert.equal(desk.told.length, 0);
  desk.page().paint();
  assert.equal(desk.told.length, 1);
  assert.equal(desk.told[0]?.anew, true);
  assert.deepEqual(desk.told[0]?.surroundings, NOTHING);
  assert.deepEqual([desk.text(reply - 1), desk.text(reply)], ['Why?', 'Because.']);
});

test('while the page paints, pieces are kept, and then told together', () => {
  const desk = new Desk().page();
  desk.paint();
  const reply = desk.conversation.ask('Why?', []);
  const before = desk.told.length;
  for (let round = 0; round < 1000; round += 1) {
    desk.conversation.add(reply, `${round} `);
  }
  assert.equal(desk.told.length, before);
  desk.paint();
  assert.equal(desk.told.length, before + 1);
  assert.ok(desk.text(reply).endsWith('998 999 '));
});

test('a page that is hidden is told nothing, and goes on where it was', () => {
  const desk = new Desk().page();
  const reply = desk.conversation.ask('Why?', []);
  desk.conversation.add(reply, 'a');
  desk.paint();
  desk.conversation.add(reply, 'b');
  const hidden = desk.told.length;
  'cdefgh'.split('').forEach((piece) => desk.conversation.add(reply, piece));
  assert.equal(desk.told.length, hidden);
  desk.paint();
  assert.equal(desk.text(reply), 'abcdefgh');
});

test('ten megabytes come in portions, and the end of the reply after the last of them', () => {
  const desk = new Desk().page();
  desk.paint();
  const reply = desk.conversation.ask('All of it, please.', []);
  const piece = 'x'.repeat(1_000_003);
  for (let round = 0; round < 10; round += 1) {
    desk.conversation.add(reply, piece);
  }
  desk.conversation.change(reply, { state: 'done', service: 'ollama' });
  desk.paint();
  assert.ok(desk.told.every(({ texts }) => texts.every(({ text }) => text.length <= 65_536)));
  assert.equal(desk.text(reply).length, 10 * piece.length);
  assert.equal(desk.heads.filter((head) => head === `${reply} done`).length, 1);
  assert.ok(desk.told.at(-1)?.heads.some(({ state }) => state === 'done'));
});

test('a page that paints slowly is told less at a time', () => {
  const longest = (milliseconds: number): number => {
    const desk = new Desk().page();
    const reply = desk.conversation.ask('All of it, please.', []);
    desk.conversation.add(reply, 'x'.repeat(1_000_000));
    desk.paint(milliseconds);
    assert.equal(desk.text(reply).length, 1_000_000);
    return Math.max(...desk.told.flatMap(({ texts }) => texts.map(({ text }) => text.length)));
  };
  assert.equal(longest(10), 65_536);
  assert.equal(longest(100), 4096);
});

test('turns that are gone are taken off the page', () => {
  const desk = new Desk().page();
  desk.conversation.change(desk.conversation.ask('One?', []), { state: 'done' });
  desk.paint();
  desk.conversation.clear();
  desk.paint();
  assert.deepEqual(desk.told.at(-1)?.alive, []);
  const reply = desk.conversation.ask('Two?', []);
  desk.paint();
  assert.equal(desk.text(reply - 1), 'Two?');
});

test('what has not changed is not told again', () => {
  const desk = new Desk().page();
  desk.paint();
  const before = desk.told.length;
  desk.around = { ...NOTHING };
  desk.pump();
  assert.equal(desk.told.length, before);
  desk.around = { ...NOTHING, service: 'anthropic' };
  desk.pump();
  assert.equal(desk.told.at(-1)?.surroundings?.service, 'anthropic');
});
