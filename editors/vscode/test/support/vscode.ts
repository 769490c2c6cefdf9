/** As much of the editor's own module as the tests without an editor need. */

export class EventEmitter<Value> {
  readonly #listeners = new Set<(value: Value) => void>();

  readonly event = (listener: (value: Value) => void): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: Value): void {
    this.#listeners.forEach((listener) => listener(value));
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
