/** Where the extension begins: makes its parts and ties them together. */

import * as vscode from 'vscode';
import { registerChat } from './chat/index';
import { Client } from './client/client';
import { pushChanges } from './client/configuration';
import { pushDiagnostics } from './client/diagnostics';
import { tracing } from './client/trace';
import { registerCommands } from './commands/index';
import { InlineCompletions } from './inline/completions';
import { registerKeyCommands } from './keys/commands';
import { Keys } from './keys/keys';
import { complain, registerServerCommands } from './server/commands';
import { locate } from './server/locate';
import { surroundings } from './server/machine';
import { Supervisor } from './server/supervisor';
import { registerStatusCommands } from './status/commands';
import { StatusItem } from './status/item';
import { registerWalkthrough } from './walkthrough';

let supervisor: Supervisor | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const keys = new Keys(context);
  const inline: InlineCompletions = new InlineCompletions(() => session.client());
  const session: Supervisor = supervise(context, keys, inline);
  supervisor = session;
  const item = new StatusItem(session, inline.onWaiting);
  keys.serve(session);
  context.subscriptions.push(
    keys,
    item,
    pushChanges(session),
    pushDiagnostics(session),
    registerKeyCommands(keys, session),
    registerServerCommands(session, () => surroundings(context)),
    registerStatusCommands(item, session),
    registerWalkthrough(session),
  );
  registerCommands(context, session, registerChat(context, session));
  void session.start();
}

/** The editor waits for this, so that no server is left behind. */
export async function deactivate(): Promise<void> {
  await supervisor?.stop();
}

function supervise(context: vscode.ExtensionContext, keys: Keys, inline: InlineCompletions): Supervisor {
  const output = vscode.window.createOutputChannel('AI LSP', { log: true });
  const trace = tracing(vscode.window.createOutputChannel('AI LSP Trace', { log: true }), (text) => keys.blots.hide(text));
  const session = new Supervisor({
    output,
    locate: () => locate(surroundings(context)),
    makeClient: (command, closed) =>
      new Client({ command, args: argumentsOfServer(), output, trace, inlineCompletions: inline.provide, closed }),
    complain: (life) => void complain(life),
  });
  context.subscriptions.push(output, trace, inline, session, session.onReady((client) => inline.follow(client)));
  return session;
}

function argumentsOfServer(): readonly string[] {
  return vscode.workspace.getConfiguration('aiLsp').get('server.args', ['serve']);
}
