/** The page that shows the first steps, and what it has to know. */

import * as vscode from 'vscode';
import type { Session } from './session';

export function registerWalkthrough(session: Session): vscode.Disposable {
  return vscode.Disposable.from(
    session.onLife(({ kind }) => void vscode.commands.executeCommand('setContext', 'aiLsp.running', kind === 'running')),
    vscode.commands.registerCommand('aiLsp.openWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', 'ai-lsp.ai-lsp#start', false),
    ),
  );
}
