/** The command that the editor runs when a suggestion is taken: the server hears of it. */

import { commands } from 'vscode';
import type { Disposable } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

const ACCEPT = 'aiLsp.acceptSuggestion';

export function acceptance(client: () => LanguageClient | undefined): Disposable {
  return commands.registerCommand(ACCEPT, async (...args: unknown[]) => {
    await client()?.sendRequest('workspace/executeCommand', { command: ACCEPT, arguments: args });
  });
}
