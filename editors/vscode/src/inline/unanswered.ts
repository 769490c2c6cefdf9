/** The last edit, as long as no server has answered for it: one that starts later completes it after all. */

import * as vscode from 'vscode';

export class Unanswered implements vscode.Disposable {
  readonly #listening: vscode.Disposable;
  #edit: { readonly document: vscode.TextDocument; readonly version: number } | undefined;

  constructor() {
    this.#listening = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && document === vscode.window.activeTextEditor?.document) {
        this.#edit = { document, version: document.version };
      }
    });
  }

  /** An answer came, were it an empty one. */
  answered(document: vscode.TextDocument, version: number): void {
    if (this.#edit?.document === document && this.#edit.version <= version) {
      this.#edit = undefined;
    }
  }

  /** Whether the text in front of the person still waits for its answer. */
  get isInView(): boolean {
    const document = vscode.window.activeTextEditor?.document;
    return document !== undefined && this.#edit?.document === document && this.#edit.version === document.version;
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
