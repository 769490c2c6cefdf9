/**
 * What has been said in the chat.
 *
 * In: questions of the person, pieces of replies, and how they ended. Out: turns, and word that one has changed. A reply is kept
 * in the pieces in which it came: whoever shows it goes on from the piece that he had last.
 */

export type Role = 'user' | 'assistant';

/** `partial`: the reply broke off, and what had come until then stands. */
export type TurnState = 'streaming' | 'done' | 'stopped' | 'partial' | 'failed';

export interface Turn {
  readonly id: number;
  readonly role: Role;
  readonly pieces: readonly string[];
  readonly state: TurnState;
  /** What went along with a question: names for the person. */
  readonly attached: readonly string[];
  /** What the person should know of it, such as why it failed. */
  readonly note: string;
  /** Who answered. */
  readonly service: string;
}

export type TurnChange = Partial<Pick<Turn, 'state' | 'note' | 'service'>>;

interface OwnTurn extends Turn {
  pieces: string[];
}

export class Conversation {
  readonly #changed: () => void;
  #turns: OwnTurn[] = [];
  #next = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get turns(): readonly Turn[] {
    return this.#turns;
  }

  get streaming(): boolean {
    return this.#turns.at(-1)?.state === 'streaming';
  }

  /** A question and the reply to it, of which nothing has come yet. The reply's identity. */
  ask(question: string, attached: readonly string[]): number {
    this.#add('user', 'done', question, attached);
    return this.#add('assistant', 'streaming', '', []);
  }

  add(id: number, piece: string): void {
    if (piece !== '') {
      this.#change(id, (turn) => turn.pieces.push(piece));
    }
  }

  change(id: number, change: TurnChange): void {
    this.#change(id, (turn) => Object.assign(turn, change));
  }

  clear(): void {
    this.#turns = [];
    this.#changed();
  }

  /** The last question and what came of it. */
  takeBack(): void {
    this.#turns = this.#turns.slice(0, -2);
    this.#changed();
  }

  text(id: number): string {
    return this.#turns.find((turn) => turn.id === id)?.pieces.join('') ?? '';
  }

  #add(role: Role, state: TurnState, text: string, attached: readonly string[]): number {
    const id = (this.#next += 1);
    this.#turns.push({ id, role, state, attached, pieces: text === '' ? [] : [text], note: '', service: '' });
    this.#changed();
    return id;
  }

  /** A piece for a turn of a conversation that is gone is lost, as it should be. */
  #change(id: number, how: (turn: OwnTurn) => unknown): void {
    const turn = this.#turns.find((one) => one.id === id);
    if (turn !== undefined) {
      how(turn);
      this.#changed();
    }
  }
}
