/**
 * A change beside the code as it is, to be accepted or discarded.
 *
 * In: a change. Out: the change in the document, when the person has accepted it and the document is still the one that it was
 * made for. What must never happen: anything is changed before that.
 */

import * as vscode from 'vscode';
import type { Protocol2CodeConverter } from 'vscode-languageclient/node';
import { command } from '../command';
import { changed } from './proposal';
import type { Change } from './proposal';

/** Documents of the preview; also in the `when` of its buttons. */
export const SCHEME = 'ai-lsp-change';

interface Open {
  readonly id: string;
  readonly change: Change;
  readonly texts: ReadonlyMap<string, string>;
  readonly right: vscode.Uri;
  readonly items: vscode.Disposable;
}

export class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #convert: () => Protocol2CodeConverter;
  readonly #listening: vscode.Disposable;
  #open: Open | undefined;
  #next = 0;

  constructor(convert: () => Protocol2CodeConverter) {
    this.#convert = convert;
    this.#listening = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => closed.some((tab) => this.#isOurs(tab)) && this.#forget()),
      command('aiLsp.acceptChange', () => this.accept()),
      command('aiLsp.discardChange', () => this.discard()),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#open?.texts.get(uri.toString()) ?? '';
  }

  /** One change is looked at at a time: another one that is open is discarded. */
  async show(title: string, change: Change, language: string): Promise<void> {
    await this.discard();
    const target = change.uri === undefined ? undefined : this.#convert().asUri(change.uri);
    const id = String((this.#next += 1));
    const name = target?.path ?? '/new';
    const [left, right] = ['now', 'then'].map((side) => vscode.Uri.from({ scheme: SCHEME, path: name, query: `${id}-${side}` })) as [vscode.Uri, vscode.Uri];
    const document = change.version === undefined || target === undefined ? undefined : await vscode.workspace.openTextDocument(target);
    const now = document?.getText() ?? '';
    const then = changed(now, change.edits, (place) => document?.offsetAt(this.#convert().asPosition(place)) ?? 0);
    this.#open = { id, change, right, items: statusItems(), texts: new Map([[left.toString(), now], [right.toString(), then]]) };
    await setLanguage([document === undefined ? left : undefined, right], document?.languageId ?? language);
    await vscode.commands.executeCommand('vscode.diff', document?.uri ?? left, right, title, { preview: true });
  }

  async accept(): Promise<void> {
    const open = this.#open;
    if (open === undefined) {
      return;
    }
    const problem = await this.#apply(open.change);
    if (problem !== undefined) {
      void vscode.window.showWarningMessage(`AI LSP: ${problem}`);
      return;
    }
    await this.discard();
  }

  async discard(): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter((tab) => this.#isOurs(tab)));
    this.#forget();
    await vscode.window.tabGroups.close(tabs);
  }

  dispose(): void {
    this.#forget();
    this.#listening.dispose();
  }

  /** Why it was not made. */
  async #apply(change: Change): Promise<string | undefined> {
    const text = change.edits.map(({ newText }) => newText).join('');
    if (change.uri === undefined) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: text }));
      return undefined;
    }
    const target = this.#convert().asUri(change.uri);
    const edit = new vscode.WorkspaceEdit();
    if (change.version === undefined) {
      edit.createFile(target, { contents: Buffer.from(text), overwrite: false });
    } else {
      const document = await vscode.workspace.openTextDocument(target);
      if (document.version !== change.version) {
        return 'not applied, for the code has changed meanwhile. Ask again.';
      }
      change.edits.forEach(({ range, newText }) => edit.replace(target, this.#convert().asRange(range), newText));
    }
    if (!(await vscode.workspace.applyEdit(edit))) {
      const name = vscode.workspace.asRelativePath(target);
      return change.version === undefined ? `${name} exists already or cannot be written.` : `${name} cannot be changed.`;
    }
    await vscode.window.showTextDocument(target, { preview: false });
    return undefined;
  }

  #isOurs({ input }: vscode.Tab): boolean {
    return input instanceof vscode.TabInputTextDiff && input.modified.toString() === this.#open?.right.toString();
  }

  #forget(): void {
    this.#open?.items.dispose();
    this.#open = undefined;
  }
}

/** In words, for those to whom the buttons over the change say nothing. */
function statusItems(): vscode.Disposable {
  const made = [
    ['aiLsp.acceptChange', '$(check) Accept the change'],
    ['aiLsp.discardChange', '$(discard) Discard it'],
  ].map(([name, text], index) => {
    const item = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Left, 1000 - index);
    Object.assign(item, { name: 'AI LSP change', command: name, text });
    item.show();
    return item;
  });
  return vscode.Disposable.from(...made);
}

/** The editor colours by name where it can; a document without a file has none. */
async function setLanguage(uris: readonly (vscode.Uri | undefined)[], language: string): Promise<void> {
  for (const uri of uris) {
    if (uri !== undefined) {
      await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), language);
    }
  }
}
