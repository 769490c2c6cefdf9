/** What of a suggestion was taken piece by piece. In: the text that was shown, and edits. Out: how much was accepted. */

export interface Edit {
  /** Offset from the start of the document, in UTF-16 code units; so is the length. */
  readonly at: number;
  readonly replaced: number;
  readonly text: string;
}

/** One suggestion on the screen, from the first character to the last that is still grey. */
export class Shown {
  readonly #text: string;
  #at: number;
  #taken = 0;

  /** `text` stands, or would stand, from the offset `from`; as far as `cursor` it is typed already. */
  constructor(text: string, from: number, cursor: number) {
    this.#text = text;
    this.#at = cursor;
    this.#taken = cursor - from;
  }

  /** The number of characters accepted so far where this edit is a partial acceptance, else undefined.
   *
   * One character is taken for typing, the whole rest for the acceptance that the suggestion's own command tells.
   */
  partlyAccepted(edit: Edit): number | undefined {
    const rest = this.#text.slice(this.#taken);
    if (edit.at !== this.#at || edit.replaced !== 0 || edit.text === '' || !rest.startsWith(edit.text)) {
      return undefined;
    }
    this.#at += edit.text.length;
    this.#taken += edit.text.length;
    return edit.text.length > 1 && edit.text.length < rest.length ? this.#taken : undefined;
  }
}
