/** Where the extension begins: makes its parts and ties them together. */

import * as vscode from 'vscode';
import { registerChat } from './chat/index';
import { Client } from './client/client';
import { tracing } from './client/trace';
import { registerCommands } from './commands/index';
import { InlineCompletions } from './inline/completions';
import { locate } from './server/locate';
import { surroundings } from './server/machine';
import { Supervisor } from './server/supervisor';

let supervisor: Supervisor | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const output = vscode.window.createOutputChannel('AI LSP', { log: true });
  const trace = tracing(vscode.window.createOutputChannel('AI LSP Trace', { log: true }), (text) => text);
  const inline: InlineCompletions = new InlineCompletions(() => session);
  const session: Supervisor = new Supervisor({
    output,
    locate: () => locate(surroundings(context)),
    makeClient: (command, closed) =>
      new Client({ command, args: argumentsOfServer(), output, trace, inlineCompletions: inline.provide, closed }),
    complain: (life) => void vscode.window.showErrorMessage(`AI LSP: the language server is ${life.kind}`),
  });
  supervisor = session;
  context.subscriptions.push(output, trace, inline, session, session.onReady((client) => inline.follow(client)));
  registerChat(context, session);
  registerCommands(context, session);
  void session.start();
}

export async function deactivate(): Promise<void> {
  await supervisor?.stop();
}

function argumentsOfServer(): readonly string[] {
  return vscode.workspace.getConfiguration('aiLsp').get('server.args', ['serve']);
}
