/** The conversation on the page. It follows its end as long as the person looks at the end. */

import type { Head, Update } from '../messages';
import { make } from './dom';
import type { ToHost } from './host';
import { Nearness } from './part';
import { TurnView } from './turn';

/** Pixels from the end at which the person still looks at the end. */
const NEAR = 40;

export class Log {
  readonly element = make('main', { class: 'log', tabindex: '0', 'aria-label': 'Conversation', testid: 'chat-log' });
  /** What a screen reader says: the whole of a reply once, and not every piece of it. */
  readonly spoken = make('div', { class: 'spoken', role: 'status', 'aria-live': 'polite', testid: 'chat-spoken' });
  readonly #list = make('div');
  readonly #nearness = new Nearness(this.element);
  readonly #welcome: HTMLElement;
  readonly #host: ToHost;
  readonly #turns = new Map<number, TurnView>();
  #questions = new Map<number, string>();
  #last: Head | undefined;
  #follows = true;
  #top = 0;

  constructor(host: ToHost, welcome: HTMLElement) {
    this.#host = host;
    this.#welcome = welcome;
    this.element.append(welcome, this.#list);
    this.element.addEventListener('scroll', () => this.#scrolled());
    const sizes = new ResizeObserver(() => this.#follow());
    sizes.observe(this.element);
    sizes.observe(this.#list);
  }

  get streaming(): boolean {
    return this.#last?.state === 'streaming';
  }

  get questions(): readonly string[] {
    return [...this.#questions.values()];
  }

  apply(update: Update): void {
    const alive = update.anew ? [] : update.alive;
    if (alive !== undefined) {
      this.#keep(new Set(alive));
    }
    // a turn must stand before it has text, and must not end before it has all of it
    const fresh = update.heads.filter(({ id }) => !this.#turns.has(id));
    fresh.forEach((head) => this.#begin(head));
    update.texts.forEach(({ id, text }) => this.#push(id, text));
    update.heads.forEach((head) => this.#head(head, update.anew));
    this.#welcome.hidden = this.#turns.size > 0;
    this.#follow();
  }

  #begin(head: Head): void {
    const turn = new TurnView({ ...head, state: 'streaming', note: '' }, this.#host, this.#nearness);
    this.#turns.set(head.id, turn);
    this.#list.append(turn.element);
    this.#follows ||= head.role === 'user';
  }

  #push(id: number, text: string): void {
    const turn = this.#turns.get(id);
    turn?.push(text);
    if (turn?.element.classList.contains('user') === true) {
      this.#questions.set(id, (this.#questions.get(id) ?? '') + text);
    }
  }

  #head(head: Head, quiet: boolean): void {
    const turn = this.#turns.get(head.id);
    const ended = turn?.update(head) === true;
    if (this.#last === undefined || head.id >= this.#last.id) {
      this.#last = head;
    }
    if (ended && !quiet && head.role === 'assistant') {
      this.spoken.textContent = turn?.spoken ?? '';
    }
  }

  #keep(alive: ReadonlySet<number>): void {
    for (const [id, turn] of this.#turns) {
      if (!alive.has(id)) {
        turn.element.remove();
        this.#turns.delete(id);
        this.#questions.delete(id);
      }
    }
    if (this.#last !== undefined && !alive.has(this.#last.id)) {
      this.#last = undefined;
    }
  }

  /** Only the person scrolls up. What has grown meanwhile is no word of theirs. */
  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#follows = isNear || (this.#follows && scrollTop >= this.#top);
    this.#top = scrollTop;
  }

  #follow(): void {
    if (this.#follows) {
      this.element.scrollTop = this.element.scrollHeight;
    }
  }
}
