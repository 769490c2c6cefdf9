/** One question to the server, and its answer as it comes. */

import { randomUUID } from 'node:crypto';
import type { CancellationToken } from 'vscode';
import { ConnectionError, ErrorCodes, LSPErrorCodes, ProgressType, ResponseError } from 'vscode-languageclient/node';
import type { LanguageClient } from 'vscode-languageclient/node';
import { textIn } from './wire';
import type { Answer, Question } from './wire';

/** The server ended while it was asked. */
const GONE: ReadonlySet<number> = new Set([ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive]);

const DELTA = new ProgressType<unknown>();

/** `piece` is called for each piece in its order, and never after the answer. Cancelling stops the model. */
export async function ask(
  client: LanguageClient,
  question: Question,
  piece: (text: string) => void,
  token: CancellationToken,
): Promise<Answer> {
  const partialResultToken = randomUUID();
  const listening = client.onProgress(DELTA, partialResultToken, (value) => piece(textIn(value)));
  try {
    return await client.sendRequest<Answer>('aiLsp/chat', { ...question, partialResultToken }, token);
  } finally {
    listening.dispose();
  }
}

/** The person has stopped it, and nothing else was wrong. */
export function wasStopped(error: unknown): boolean {
  const codes: number[] = [LSPErrorCodes.RequestCancelled, LSPErrorCodes.ServerCancelled];
  return error instanceof ResponseError && codes.includes(error.code);
}

/** One sentence for the person. A name at its beginning, as in `ollama: not there`, stays as it is. */
export function sentence(error: unknown): string {
  if (error instanceof ConnectionError || (error instanceof ResponseError && GONE.has(error.code))) {
    return 'The server has ended. It is started again by itself; then ask again.';
  }
  const said = error instanceof Error ? error.message : String(error);
  const begun = /^\S+:/.test(said) ? said : said.charAt(0).toUpperCase() + said.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
