/** Where the person writes: the input, what goes along, and who is asked. */

import type { Chip, Surroundings } from '../messages';
import { button, drawn, make } from './dom';
import type { ToHost } from './host';

const HINT = 'Ask about your code';

export class Composer {
  readonly element: HTMLFormElement;
  readonly #host: ToHost;
  readonly #input = make('textarea', { rows: '1', placeholder: HINT, 'aria-label': HINT, testid: 'chat-input', autocomplete: 'off' });
  readonly #chips = make('div', { class: 'chips', role: 'list', 'aria-label': 'Goes along with the question' });
  readonly #service = make('button', { type: 'button', class: 'button service', testid: 'chat-service' });
  readonly #send: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #unavailable = make('p', { class: 'note', role: 'status', testid: 'chat-unavailable' });
  #streaming = false;
  #asked: string[] = [];

  constructor(host: ToHost, draft: string, drafted: (text: string) => void) {
    this.#host = host;
    this.#input.value = draft;
    this.#send = button('send', 'Send (Enter)', 'chat-send', () => this.#submit());
    this.#stop = button('stop', 'Stop (Escape)', 'chat-stop', () => host({ kind: 'stop' }));
    this.#service.addEventListener('click', () => host({ kind: 'service' }));
    this.#input.addEventListener('input', () => drafted(this.#input.value));
    this.#input.addEventListener('keydown', (event) => this.#key(event));
    const row = make('div', { class: 'row' }, this.#service, make('span', { class: 'grow' }), this.#stop, this.#send);
    this.element = make('form', { class: 'composer' }, this.#unavailable, make('div', { class: 'box' }, this.#chips, this.#input, row));
    this.element.addEventListener('submit', (event) => event.preventDefault());
    this.streaming(false);
  }

  streaming(is: boolean): void {
    const hadFocus = document.activeElement === (is ? this.#send : this.#stop);
    this.#streaming = is;
    this.#stop.hidden = !is;
    this.#send.hidden = is;
    if (hadFocus) {
      this.#input.focus();
    }
  }

  /** Questions that were asked before, the newest one last. */
  remember(asked: readonly string[]): void {
    this.#asked = [...asked];
  }

  surround({ service, chips, unavailable }: Surroundings): void {
    this.#service.textContent = service;
    this.#service.title = `${service}. Press to switch`;
    this.#unavailable.textContent = unavailable;
    const add = button('add', 'Add files to the question', 'chat-attach', () => this.#host({ kind: 'attach' }), chips.length === 0 ? 'Add context' : '');
    this.#chips.replaceChildren(add, ...chips.map((chip) => this.#chip(chip)));
  }

  focus(text?: string): void {
    if (text !== undefined) {
      this.#fill(text);
    }
    this.#input.focus();
  }

  #chip(chip: Chip): HTMLElement {
    const remove = make('button', { type: 'button', class: 'button', 'aria-label': `Leave out ${chip.label}`, testid: 'chat-detach' }, drawn('close'));
    remove.addEventListener('click', () => {
      this.#host({ kind: 'detach', chip: chip.id });
      this.#input.focus();
    });
    return make('span', { class: 'chip', role: 'listitem', title: chip.title, testid: 'chat-chip' }, make('span', {}, chip.label), remove);
  }

  /** While an input method composes, Enter belongs to it. */
  #key(event: KeyboardEvent): void {
    if (event.isComposing) {
      return;
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'ArrowUp' && this.#input.value === '' && this.#asked.length > 0) {
      event.preventDefault();
      this.#fill(this.#asked.at(-1) ?? '');
    }
  }

  #submit(): void {
    const text = this.#input.value.trim();
    if (text !== '' && !this.#streaming) {
      this.#host({ kind: 'send', text });
      this.#fill('');
    }
  }

  #fill(text: string): void {
    this.#input.value = text;
    this.#input.dispatchEvent(new Event('input'));
  }
}
