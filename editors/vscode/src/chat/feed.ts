/**
 * What the page has still to be told, in portions that it can paint.
 *
 * In: the conversation, and the page's word that it has painted. Out: one update at a time. A page that is hidden, slow or gone
 * is told nothing, and holds nothing up: it goes on where it was, or from the start when it has been made anew.
 */

import type { Turn } from './conversation';
import type { Head, Surroundings, Update } from './messages';

/** Characters in one update: as many as the page can paint and stay smooth. */
const LEAST = 4096;
const MOST = 65_536;

/** Milliseconds in which an update should be painted. */
const SMOOTH = 40;

interface Told {
  /** The head as it was told, as text to compare with. */
  head: string;
  pieces: number;
  /** Characters of the next piece. */
  characters: number;
}

export class Feed {
  readonly #tell: (update: Update) => void;
  #told = new Map<number, Told>();
  #surroundings = '';
  #portion = LEAST;
  /** `away`: there is no page. `fresh`: there is one that shows nothing. */
  #page: 'away' | 'fresh' | 'idle' | 'busy' = 'away';

  constructor(tell: (update: Update) => void) {
    this.#tell = tell;
  }

  ready(): void {
    this.#told = new Map();
    this.#surroundings = '';
    this.#page = 'fresh';
  }

  /** `milliseconds`: how long it took. */
  painted(milliseconds: number): void {
    const next = milliseconds > SMOOTH ? this.#portion / 2 : this.#portion * 2;
    this.#portion = Math.min(MOST, Math.max(LEAST, Math.floor(next)));
    this.#page = this.#page === 'busy' ? 'idle' : this.#page;
  }

  gone(): void {
    this.#page = 'away';
  }

  /** To be called whenever something has changed and whenever the page is free again. */
  pump(turns: readonly Turn[], surroundings: Surroundings): void {
    if (this.#page === 'away' || this.#page === 'busy') {
      return;
    }
    const anew = this.#page === 'fresh';
    const update = { ...this.#goneTurns(turns), ...this.#turns(turns), ...this.#around(surroundings), anew };
    if (anew || update.heads.length > 0 || update.texts.length > 0 || update.alive || update.surroundings) {
      this.#page = 'busy';
      this.#tell(update);
    }
  }

  #goneTurns(turns: readonly Turn[]): Pick<Update, 'alive'> {
    const alive = new Set(turns.map((turn) => turn.id));
    const gone = [...this.#told.keys()].filter((id) => !alive.has(id));
    gone.forEach((id) => this.#told.delete(id));
    return gone.length > 0 ? { alive: [...alive] } : {};
  }

  /** The head of a turn that has ended follows the last of its text, so that the page knows that nothing more comes. */
  #turns(turns: readonly Turn[]): Pick<Update, 'heads' | 'texts'> {
    const heads: Head[] = [];
    const texts: { id: number; text: string }[] = [];
    let room = this.#portion;
    for (const turn of turns) {
      const told = this.#of(turn.id);
      const text = next(turn, told, room);
      room -= text.length;
      if (text !== '') {
        texts.push({ id: turn.id, text });
      }
      const head = headOf(turn, told.pieces < turn.pieces.length);
      const written = JSON.stringify(head);
      if (written !== told.head) {
        told.head = written;
        heads.push(head);
      }
      if (room <= 0) {
        break;
      }
    }
    return { heads, texts };
  }

  #around(surroundings: Surroundings): Pick<Update, 'surroundings'> {
    const written = JSON.stringify(surroundings);
    if (written === this.#surroundings) {
      return {};
    }
    this.#surroundings = written;
    return { surroundings };
  }

  #of(id: number): Told {
    const told = this.#told.get(id) ?? { head: '', pieces: 0, characters: 0 };
    this.#told.set(id, told);
    return told;
  }
}

function next(turn: Turn, told: Told, most: number): string {
  const found: string[] = [];
  let room = most;
  while (room > 0 && told.pieces < turn.pieces.length) {
    const piece = turn.pieces[told.pieces] ?? '';
    const part = piece.slice(told.characters, told.characters + room);
    found.push(part);
    room -= part.length;
    told.characters += part.length;
    if (told.characters >= piece.length) {
      told.pieces += 1;
      told.characters = 0;
    }
  }
  return found.join('');
}

function headOf({ id, role, state, attached, note, service }: Turn, more: boolean): Head {
  return more ? { id, role, state: 'streaming', attached, note: '', service } : { id, role, state, attached, note, service };
}
