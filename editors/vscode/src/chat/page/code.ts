/** A piece of code on the page, which grows line by line, and what can be done with it. */

import { coloured } from '../markdown/colour';
import type { Element as Block } from '../markdown/tree';
import { button, drawn, make } from './dom';
import type { ToHost } from './host';

/** Lines of code that are laid out together: those that are far away cost nothing. */
const LINES = 100;

export class Code {
  readonly element: HTMLElement;
  readonly #language: string;
  readonly #code = make('code');
  /** The start of a line. */
  readonly #last = make('span');
  #part = make('span', { class: 'lines' });
  #lines = 0;

  constructor(language: string, host: ToHost) {
    this.#language = language;
    const copy = button('copy', 'Copy this code', 'chat-copy-code', () => {
      host({ kind: 'copy', text: this.#text() });
      confirm(copy);
    });
    const insert = button('insert', 'Insert this code at the cursor', 'chat-insert-code', () => {
      host({ kind: 'insert', text: this.#text() });
    });
    const head = make('div', { class: 'code-head' }, make('span', { class: 'language' }, language || 'code'), copy, insert);
    const label = language === '' ? 'Code' : `Code in ${language}`;
    const body = make('pre', { tabindex: '0', 'aria-label': label, testid: 'chat-code' }, this.#code);
    this.element = make('div', { class: 'code' }, head, body);
    this.#code.append(this.#part, this.#last);
  }

  get block(): Block {
    return { tag: 'pre', children: [this.#text()], language: this.#language };
  }

  /** Whole lines. */
  push(text: string): void {
    let from = 0;
    while (from < text.length) {
      const { at, lines } = afterLines(text, from, LINES - this.#lines);
      this.#part.append(text.slice(from, at));
      this.#lines += lines;
      from = at;
      if (this.#lines >= LINES) {
        this.#part = make('span', { class: 'lines' });
        this.#lines = 0;
        this.#last.before(this.#part);
      }
    }
  }

  pending(start: string): void {
    this.#last.textContent = start;
  }

  /** Nothing comes any more: now is the time for colours. */
  end(): void {
    this.pending('');
    const words = coloured(this.#text(), this.#language);
    if (words !== undefined) {
      this.#code.replaceChildren(...words.map(({ text, kind }) => (kind === '' ? text : make('span', { class: `word ${kind}` }, text))));
    }
  }

  #text(): string {
    return this.#code.textContent ?? '';
  }
}

function afterLines(text: string, from: number, most: number): { at: number; lines: number } {
  let at = from;
  let lines = 0;
  while (lines < most && at < text.length) {
    const end = text.indexOf('\n', at);
    at = end === -1 ? text.length : end + 1;
    lines += 1;
  }
  return { at, lines };
}

/** A tick for a moment, so that the person sees that something has happened. */
export function confirm(pressed: HTMLButtonElement): void {
  const [icon] = pressed.children;
  const tick = drawn('done');
  icon?.replaceWith(tick);
  setTimeout(() => icon && tick.replaceWith(icon), 1200);
}
