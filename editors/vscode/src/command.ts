/** Commands whose failures are one line for the person, and no dialog in the way. */

import { commands, window } from 'vscode';
import type { Disposable } from 'vscode';
import { ServerAway } from './session';

/** That the server is away, the session has said already. */
export function command<Args extends unknown[]>(name: string, run: (...args: Args) => unknown): Disposable {
  return commands.registerCommand(name, async (...args: Args) => {
    try {
      return await run(...args);
    } catch (error) {
      if (!(error instanceof ServerAway)) {
        void window.showErrorMessage(`AI LSP: ${error instanceof Error ? error.message : String(error)}`);
      }
      return undefined;
    }
  });
}
