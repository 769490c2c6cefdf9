/** What goes along with the next question: what the person looks at, and files that he has named. */

import * as vscode from 'vscode';
import type { Code2ProtocolConverter } from 'vscode-languageclient/node';
import type { Chip } from './messages';
import type { Context } from './wire';

/** Documents of these are sent to the server. */
const SCHEMES: ReadonlySet<string> = new Set(['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs']);

/** The chip of what the person looks at. */
const LOOKED_AT = 'active';

/** Files of a workspace that are offered. More are found by opening them. */
const MOST_OFFERED = 5000;

export class Attached implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #listening: vscode.Disposable;
  #files: vscode.Uri[] = [];
  #withActive = true;

  constructor() {
    const changed = (): void => this.#changed.fire();
    this.#listening = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(changed),
      vscode.window.onDidChangeTextEditorSelection(changed),
    );
  }

  get chips(): Chip[] {
    const editor = this.#withActive ? lookedAt() : undefined;
    const active = editor === undefined ? [] : [activeChip(editor)];
    return [...active, ...this.#files.map((uri) => ({ id: uri.toString(), label: name(uri), title: path(uri) }))];
  }

  async context(convert: Code2ProtocolConverter): Promise<Context> {
    const editor = this.#withActive ? lookedAt() : undefined;
    const active = editor === undefined ? {} : contextOf(editor, convert);
    return { ...active, ...(await filesFor(this.#files, convert)) };
  }

  remove(id: string): void {
    if (id === LOOKED_AT) {
      this.#withActive = false;
    }
    this.#files = this.#files.filter((uri) => uri.toString() !== id);
    this.#changed.fire();
  }

  clear(): void {
    this.#withActive = true;
    this.#files = [];
    this.#changed.fire();
  }

  add(uris: readonly vscode.Uri[]): void {
    const known = new Set(this.#files.map(String));
    this.#files.push(...uris.filter((uri) => !known.has(uri.toString())));
    this.#changed.fire();
  }

  async pick(): Promise<void> {
    const picked = await vscode.window.showQuickPick(this.#offers(), {
      title: 'Goes along with the question',
      placeHolder: 'Files to send along',
      canPickMany: true,
      matchOnDescription: true,
    });
    if (picked !== undefined) {
      this.#withActive ||= picked.some(({ uri }) => uri === undefined);
      this.add(picked.flatMap(({ uri }) => (uri === undefined ? [] : [uri])));
    }
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  /** Open files come first: they are what the person most likely means. */
  async #offers(): Promise<Offer[]> {
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : [])));
    const found = await vscode.workspace.findFiles('**/*', undefined, MOST_OFFERED);
    const known = new Set(this.#files.map(String));
    const offers = new Map([...open.filter(isSent), ...found.sort((one, other) => path(one).localeCompare(path(other)))].map((uri) => [uri.toString(), uri]));
    const files = [...offers.values()].filter((uri) => !known.has(uri.toString())).map((uri) => ({ label: name(uri), description: path(uri), uri }));
    const editor = lookedAt();
    return this.#withActive || editor === undefined ? files : [{ label: activeChip(editor).label, description: 'what you look at' }, ...files];
  }
}

interface Offer extends vscode.QuickPickItem {
  /** Nothing: what the person looks at. */
  readonly uri?: vscode.Uri;
}

export function lookedAt(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor !== undefined && isSent(editor.document.uri) ? editor : undefined;
}

/** The selection where there is one, and otherwise the file with the place of the cursor. */
export function contextOf({ document, selection }: vscode.TextEditor, convert: Code2ProtocolConverter): Context {
  return rangeContext(document.uri, selection, convert);
}

/** A part of an open document; all of it where the range is empty. */
export function rangeContext(uri: vscode.Uri, range: vscode.Range, convert: Code2ProtocolConverter): Context {
  return {
    textDocument: { uri: convert.asUri(uri) },
    range: convert.asRange(range),
    context: range.isEmpty ? 'file' : 'selection',
    diagnostics: convert.asDiagnosticsSync(diagnosticsIn(uri, range.isEmpty ? undefined : range)),
  };
}

/** A file that lies outside of the workspace is opened first: the server reads no others. */
export async function filesFor(files: readonly vscode.Uri[], convert: Code2ProtocolConverter): Promise<Context> {
  for (const uri of files.filter((one) => vscode.workspace.getWorkspaceFolder(one) === undefined)) {
    await vscode.workspace.openTextDocument(uri);
  }
  return files.length > 0 ? { files: files.map((uri) => convert.asUri(uri)) } : {};
}

export function diagnosticsIn(uri: vscode.Uri, range: vscode.Range | undefined): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((one) => range === undefined || one.range.intersection(range) !== undefined);
}

function activeChip({ document, selection }: vscode.TextEditor): Chip {
  const lines = selection.isEmpty ? '' : `:${linesOf(selection)}`;
  const what = selection.isEmpty ? 'the open file' : 'the selection';
  return { id: LOOKED_AT, label: name(document.uri) + lines, title: `${path(document.uri)}, ${what}` };
}

/** As editors count them. A selection that ends before the first character of a line does not have that line. */
export function linesOf(range: vscode.Range): string {
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1;
  return last === range.start.line + 1 ? String(last) : `${range.start.line + 1}-${last}`;
}

function isSent(uri: vscode.Uri): boolean {
  return SCHEMES.has(uri.scheme);
}

function name(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) || uri.path;
}

function path(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}
