/** Makes keys unreadable in a text, also where they stand inside JSON. */

export class Blots {
  readonly #secrets = new Set<string>();

  add(secret: string | undefined): void {
    if (secret !== undefined && secret !== '') {
      this.#secrets.add(secret).add(JSON.stringify(secret).slice(1, -1));
    }
  }

  hide(text: string): string {
    return [...this.#secrets].reduce((left, secret) => left.replaceAll(secret, '•••'), text);
  }
}
