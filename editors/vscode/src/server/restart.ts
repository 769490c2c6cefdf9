/** When to start a server again that ended by itself: at once, then less and less often, but never not at all. */

const FIRST = 500;
const LONGEST = 30_000;
/** A life of this length counts as a fresh start. */
const HEALTHY = 60_000;

/** All times in milliseconds. */
export class RestartPolicy {
  #times = 0;

  /** How often it ended in a row. */
  get times(): number {
    return this.#times;
  }

  /** The time to wait before the next start, after a life of `lived`. */
  ended(lived: number): number {
    this.#times = lived >= HEALTHY ? 1 : this.#times + 1;
    return this.#times === 1 ? 0 : Math.min(LONGEST, FIRST * 2 ** (this.#times - 2));
  }

  /** The person starts it: all is forgotten. */
  reset(): void {
    this.#times = 0;
  }
}
