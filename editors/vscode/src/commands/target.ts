/** What a command on code is about: what a code action names, or what the person looks at. */

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Diagnostic, Range } from 'vscode-languageserver-protocol';
import { diagnosticsIn, lookedAt } from '../chat/attached';

/** The one argument of the server's commands on code. */
export interface Argument {
  readonly textDocument: { readonly uri: string; readonly version?: number };
  readonly range: Range;
  readonly diagnostics?: readonly Diagnostic[];
  readonly instruction?: string;
}

export interface Target {
  readonly argument: Argument;
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

/** Nothing: no code is open. `given` is what came with the command. */
export async function targetOf(client: LanguageClient, given: unknown): Promise<Target | undefined> {
  if (isArgument(given)) {
    const { protocol2CodeConverter: from } = client;
    const document = await vscode.workspace.openTextDocument(from.asUri(given.textDocument.uri));
    return { argument: given, document, range: from.asRange(given.range) };
  }
  const editor = lookedAt();
  return editor === undefined ? undefined : { ...inEditor(editor, client), document: editor.document, range: editor.selection };
}

function inEditor({ document, selection }: vscode.TextEditor, { code2ProtocolConverter: to }: LanguageClient): Pick<Target, 'argument'> {
  return {
    argument: {
      textDocument: { uri: to.asUri(document.uri), version: document.version },
      range: to.asRange(selection),
      diagnostics: to.asDiagnosticsSync(diagnosticsIn(document.uri, selection)),
    },
  };
}

function isArgument(given: unknown): given is Argument {
  return typeof given === 'object' && given !== null && 'textDocument' in given && 'range' in given;
}
