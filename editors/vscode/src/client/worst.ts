/** What of the diagnostics of a document is worth telling the server, and when: once, and not one by one. */

import type { Diagnostic } from 'vscode-languageserver-protocol';

/** In milliseconds. Checkers report one after the other. */
const GATHERED_FOR = 200;

/** Of one document. */
const MOST = 100;

/** The protocol's number: errors have a lower one, informations and hints a higher one. */
const WARNING = 2;

/** The errors and then the warnings, each by line. */
export function worst(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics
    .filter((one) => severityOf(one) <= WARNING)
    .sort((one, other) => severityOf(one) - severityOf(other) || one.range.start.line - other.range.start.line)
    .slice(0, MOST)
    .map(plain);
}

/** A checker that names none means an error. */
function severityOf(diagnostic: Diagnostic): number {
  return diagnostic.severity ?? 1;
}

/** Without what only the checker itself understands, and without places in other files. */
function plain({ range, severity, message, source, code }: Diagnostic): Diagnostic {
  return {
    range,
    message,
    ...(severity !== undefined && { severity }),
    ...(source !== undefined && { source }),
    ...(code !== undefined && { code }),
  };
}

/** What one life of the server was told last, by document. Of a document that it was told nothing of, it knows nothing. */
export class Told {
  readonly #last = new Map<string, string>();

  /** Whether it differs from what was told last; it counts as told from now on. */
  isNews(uri: string, diagnostics: readonly Diagnostic[]): boolean {
    const now = JSON.stringify(diagnostics);
    const isNews = now !== (this.#last.get(uri) ?? '[]');
    this.#last.set(uri, now);
    return isNews;
  }

  forget(uri: string): void {
    this.#last.delete(uri);
  }

  forgetAll(): void {
    this.#last.clear();
  }
}

/** Makes one call of many that come shortly after each other. */
export class Burst {
  readonly #call: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(call: () => void) {
    this.#call = call;
  }

  add(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#call();
    }, GATHERED_FOR);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
