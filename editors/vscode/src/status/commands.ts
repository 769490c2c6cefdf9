/** The commands behind the menu. */

import * as vscode from 'vscode';
import { command } from '../command';
import { ALL, enable, isEnabledForAll, isEnabledIn } from '../languages';
import type { Session } from '../session';
import type { StatusItem } from './item';
import { showMenu } from './menu';
import { switchModel, switchProvider } from './switching';

export function registerStatusCommands(item: StatusItem, session: Session): vscode.Disposable {
  const commands: Record<string, () => unknown> = {
    'aiLsp.showMenu': () => showMenu(item, session),
    'aiLsp.switchProvider': () => switchProvider(session),
    'aiLsp.switchModel': () => switchModel(session),
    'aiLsp.toggle': () => enable(ALL, !isEnabledForAll()),
    'aiLsp.toggleLanguage': toggleLanguage,
    'aiLsp.clearCache': () => clearCache(session),
    'aiLsp.showOutput': () => session.output.show(),
    'aiLsp.openSettings': () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:ai-lsp.ai-lsp'),
  };
  return vscode.Disposable.from(...Object.entries(commands).map(([name, run]) => command(name, run)));
}

async function toggleLanguage(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined) {
    await enable(document.languageId, !isEnabledIn(document));
  }
}

async function clearCache(session: Session): Promise<void> {
  await session.required().sendRequest('workspace/executeCommand', { command: 'aiLsp.clearCache', arguments: [] });
  void vscode.window.showInformationMessage('AI LSP: the cache is empty.');
}
