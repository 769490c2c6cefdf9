/** Code of a reply into the editor: only when the person presses the button for it, and one undo takes it back. */

import * as vscode from 'vscode';
import { indented } from './indentation';

export async function insertAtCursor(text: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: text }));
    return;
  }
  const code = text.endsWith('\n') && !startsLine(editor) ? text.slice(0, -1) : text;
  const isDone = await editor.edit((edit) => editor.selections.forEach((selection) => edit.replace(selection, indented(code, before(editor, selection)))));
  if (!isDone) {
    void vscode.window.showWarningMessage('AI LSP: this editor cannot be changed.');
    return;
  }
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

function before({ document }: vscode.TextEditor, { start }: vscode.Selection): string {
  return document.lineAt(start.line).text.slice(0, start.character);
}

function startsLine({ document, selection }: vscode.TextEditor): boolean {
  const { start, end } = selection;
  return start.character === 0 && end.character === 0 && document.lineAt(end.line).text !== '';
}
