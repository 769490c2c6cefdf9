/** Whether somebody is being waited for: worth showing only when it takes a moment. */

/** In milliseconds. Sooner answers would make the status bar flicker with every key. */
const A_MOMENT = 400;

export class Pending {
  readonly #changed: (isWaiting: boolean) => void;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #isWaiting = false;

  constructor(changed: (isWaiting: boolean) => void) {
    this.#changed = changed;
  }

  async during<Value>(work: Promise<Value>): Promise<Value> {
    this.#begun();
    try {
      return await work;
    } finally {
      this.#ended();
    }
  }

  #begun(): void {
    this.#count++;
    this.#timer ??= setTimeout(() => this.#show(true), A_MOMENT);
  }

  #ended(): void {
    this.#count--;
    if (this.#count === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#show(false);
    }
  }

  #show(isWaiting: boolean): void {
    if (isWaiting !== this.#isWaiting) {
      this.#isWaiting = isWaiting;
      this.#changed(isWaiting);
    }
  }
}
