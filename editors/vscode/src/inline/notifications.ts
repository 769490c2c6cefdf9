/** Tells the server what became of a suggestion: shown, or taken in part. A whole one is told by its own command. */

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { Shown } from './shown';

export class ShownNotifications implements vscode.Disposable {
  readonly #client: () => LanguageClient | undefined;
  readonly #listening: vscode.Disposable;
  #now: { readonly document: vscode.TextDocument; readonly item: vscode.InlineCompletionItem; readonly shown: Shown } | undefined;

  constructor(client: () => LanguageClient | undefined) {
    this.#client = client;
    this.#listening = vscode.workspace.onDidChangeTextDocument((change) => this.#changed(change));
  }

  /** The editor does not tell extensions what it shows; what it is given in time, it shows. */
  show(document: vscode.TextDocument, position: vscode.Position, items: readonly vscode.InlineCompletionItem[]): void {
    const item = items[0];
    if (item === undefined || item.range === undefined || typeof item.insertText !== 'string') {
      this.#now = undefined;
      return;
    }
    const shown = new Shown(item.insertText, document.offsetAt(item.range.start), document.offsetAt(position));
    const isNew = item.command?.arguments?.[0] !== this.#now?.item.command?.arguments?.[0];
    this.#now = { document, item, shown };
    if (isNew) {
      this.#tell('textDocument/didShowCompletion', item, {});
    }
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #changed(change: vscode.TextDocumentChangeEvent): void {
    if (this.#now === undefined || change.document !== this.#now.document) {
      return;
    }
    for (const { rangeOffset, rangeLength, text } of change.contentChanges) {
      const acceptedLength = this.#now.shown.partlyAccepted({ at: rangeOffset, replaced: rangeLength, text });
      if (acceptedLength !== undefined) {
        this.#tell('textDocument/didPartiallyAcceptCompletion', this.#now.item, { acceptedLength });
      }
    }
  }

  #tell(method: string, item: vscode.InlineCompletionItem, more: object): void {
    const client = this.#client();
    if (client === undefined || item.range === undefined) {
      return;
    }
    const { insertText, command } = item;
    const told = { insertText, range: client.code2ProtocolConverter.asRange(item.range), command };
    client.sendNotification(method, { item: told, ...more }).catch((error: unknown) => {
      client.outputChannel.debug(`could not send ${method}: ${String(error)}`);
    });
  }
}
