/** One turn on the page: a question as it was typed, or a reply with what can be done with it. */

import type { TurnState } from '../conversation';
import type { Head } from '../messages';
import { confirm } from './code';
import { button, make } from './dom';
import type { ToHost } from './host';
import type { Nearness } from './part';
import { Reply } from './reply';

const ENDS: Partial<Record<TurnState, string>> = {
  stopped: 'Stopped.',
  partial: 'The reply is not complete.',
  failed: 'No reply.',
};

export class TurnView {
  readonly element: HTMLElement;
  readonly #note = make('p', { class: 'note', testid: 'chat-note' });
  readonly #service = make('span', { class: 'service', testid: 'chat-turn-service' });
  readonly #tools = make('div', { class: 'tools' });
  readonly #body: Question | Reply;
  #state: TurnState = 'streaming';
  #length = 0;

  constructor(head: Head, host: ToHost, nearness: Nearness) {
    const isReply = head.role === 'assistant';
    this.#body = isReply ? new Reply(host, nearness) : new Question(head.attached);
    const label = isReply ? 'Reply' : 'Question';
    this.element = make('article', { class: `turn ${head.role}`, 'aria-label': label, testid: `chat-${head.role}` }, this.#body.element);
    if (isReply) {
      this.#tools.append(...tools(head.id, host), this.#service);
      this.element.append(this.#note, this.#tools);
    }
    this.update(head);
  }

  /** Whether the reply has just come to its end. */
  update(head: Head): boolean {
    const ended = this.#state === 'streaming' && head.state !== 'streaming';
    this.#state = head.state;
    if (ended) {
      this.#body.end();
    }
    this.element.dataset['state'] = head.state;
    this.element.setAttribute('aria-busy', String(head.state === 'streaming'));
    this.#note.textContent = head.note || ENDS[head.state] || '';
    this.#note.setAttribute('role', head.state === 'failed' || head.state === 'partial' ? 'alert' : 'note');
    this.#service.textContent = head.service;
    this.#mark();
    return ended;
  }

  push(text: string): void {
    this.#length += text.length;
    this.#body.push(text);
    this.#mark();
  }

  /** What a screen reader says when the reply is complete. */
  get spoken(): string {
    const { opening } = this.#body;
    return [opening, opening.length < this.#length ? '…' : '', this.#note.textContent].join(' ');
  }

  /** Nothing has come yet. */
  #mark(): void {
    this.element.classList.toggle('waiting', this.#state === 'streaming' && this.#length === 0);
    this.element.classList.toggle('empty', this.#length === 0);
  }
}

class Question {
  readonly element = make('div', { class: 'question' });
  readonly #text = make('div', { class: 'text' });
  readonly opening = '';

  constructor(attached: readonly string[]) {
    this.element.append(this.#text);
    if (attached.length > 0) {
      this.element.append(make('div', { class: 'attached' }, ...attached.map((one) => make('span', { class: 'chip' }, one))));
    }
  }

  push(text: string): void {
    this.#text.append(text);
  }

  end(): void {
    this.#text.normalize();
  }
}

function tools(id: number, host: ToHost): HTMLButtonElement[] {
  const copy = button('copy', 'Copy the reply', 'chat-copy', () => {
    host({ kind: 'copy turn', id });
    confirm(copy);
  });
  return [copy, button('again', 'Ask again', 'chat-again', () => host({ kind: 'again', id }))];
}
