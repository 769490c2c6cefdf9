/** Answers that come after the editor has given up on them.
 *
 * The editor drops a request when its menu of suggestions opens, although nothing was typed and the cursor has not moved.
 * Such a request goes on here; its answer is kept for the same place and the editor is told to ask again.
 */

export interface Cancellation {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: (listener: () => void) => { dispose(): void };
}

export interface CancellationSource {
  readonly token: Cancellation;
  cancel(): void;
  dispose(): void;
}

export interface LateParts {
  readonly newSource: () => CancellationSource;
  /** Runs the listener at every edit and every move of the cursor. */
  readonly onMove: (listener: () => void) => { dispose(): void };
  readonly askAgain: () => void;
}

export interface Question<Answer> {
  /** Names the document, its version, the place and what is selected in the menu. */
  readonly key: string;
  readonly token: Cancellation;
  /** Whether the cursor still stands where it was asked for, in the same text. */
  readonly isHere: () => boolean;
  readonly ask: (token: Cancellation) => Promise<Answer | undefined>;
  readonly isWorthShowing: (answer: Answer) => boolean;
}

export class LateAnswers<Answer> {
  readonly #parts: LateParts;
  #kept: { readonly key: string; readonly answer: Answer } | undefined;

  constructor(parts: LateParts) {
    this.#parts = parts;
  }

  async answer(question: Question<Answer>): Promise<Answer | undefined> {
    if (this.#kept?.key === question.key) {
      return this.#kept.answer;
    }
    const source = this.#parts.newSource();
    const cancelIfGone = (): void => {
      if (!question.isHere()) {
        source.cancel();
      }
    };
    // not when the editor gives up: it may do so before it has told where the cursor is now
    const watching = this.#parts.onMove(cancelIfGone);
    try {
      return this.#deliver(question, source.token, await question.ask(source.token));
    } finally {
      watching.dispose();
      source.dispose();
    }
  }

  /** There is something better than what is kept. */
  forget(): void {
    this.#kept = undefined;
  }

  #deliver(question: Question<Answer>, ours: Cancellation, answer: Answer | undefined): Answer | undefined {
    const isLate = question.token.isCancellationRequested && !ours.isCancellationRequested;
    if (isLate && answer !== undefined && question.isHere() && question.isWorthShowing(answer)) {
      this.#kept = { key: question.key, answer };
      this.#parts.askAgain();
    }
    return answer;
  }
}
