/** The page that shows the first steps, and what it has to know. */

import * as vscode from 'vscode';
import { command } from './command';
import type { Session } from './session';

export function registerWalkthrough(session: Session): vscode.Disposable {
  return vscode.Disposable.from(
    session.onLife(({ kind }) => void tick(kind === 'running')),
    command('aiLsp.openWalkthrough', () => open(session)),
  );
}

/** Steps are ticked off by what happens while the page is known, so what has happened before happens again. */
async function open(session: Session): Promise<void> {
  await tick(false);
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', 'ai-lsp.ai-lsp#start', false);
  await tick(session.life.kind === 'running');
}

async function tick(isRunning: boolean): Promise<void> {
  await vscode.commands.executeCommand('setContext', 'aiLsp.running', isRunning);
}
