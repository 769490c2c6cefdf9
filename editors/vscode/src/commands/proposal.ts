/** What a command on code offers: a change that nobody has accepted yet. */

import type { Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';

/** What the server answers to a command on code. */
export interface Result {
  /** The model's answer in Markdown. */
  readonly content: string;
  /** Why nothing is offered. */
  readonly message?: string;
  /** Nothing: the change is to stand in a new document without a name. */
  readonly uri?: string | null;
  readonly version?: number | null;
  readonly range?: Range;
  readonly newText?: string;
  readonly createsFile?: boolean;
  readonly edit?: WorkspaceEdit;
}

/** `version` is that of the document for which the change was made; nothing where the file is yet to be made. */
export interface Change {
  readonly uri: string | undefined;
  readonly version: number | undefined;
  /** Apart from each other, and as few as make the change. */
  readonly edits: readonly TextEdit[];
}

/** Nothing: the answer holds no change. */
export function changeIn(result: Result): Change | undefined {
  const { range, newText } = result;
  if (range === undefined || newText === undefined) {
    return undefined;
  }
  const uri = result.uri ?? undefined;
  if (result.createsFile === true) {
    return { uri, version: undefined, edits: [{ range, newText }] };
  }
  const edits = editsIn(result.edit, result.uri);
  return { uri, version: result.version ?? undefined, edits: edits ?? [{ range, newText }] };
}

function editsIn(edit: WorkspaceEdit | undefined, uri: string | null | undefined): TextEdit[] | undefined {
  const [change, ...others] = edit?.documentChanges ?? [];
  if (change === undefined || others.length > 0 || !('edits' in change) || change.textDocument.uri !== uri) {
    return undefined;
  }
  const edits = change.edits.flatMap((one) => ('newText' in one ? [{ range: one.range, newText: one.newText }] : []));
  return edits.length === change.edits.length ? edits : undefined;
}

/** A text with replacements made in it; `offset` finds a place of the text as it was. */
export function changed(text: string, edits: readonly TextEdit[], offset: (place: Range['start']) => number): string {
  const spans = edits
    .map(({ range, newText }) => ({ from: offset(range.start), to: offset(range.end), newText }))
    .sort((one, other) => one.from - other.from || one.to - other.to);
  let from = 0;
  const parts: string[] = [];
  for (const span of spans) {
    parts.push(text.slice(from, span.from), span.newText);
    from = span.to;
  }
  return parts.join('') + text.slice(from);
}
