/** The menu behind the item in the status bar. */

import * as vscode from 'vscode';
import { ALL, disabledLanguage, isEnabledForAll } from '../languages';
import type { Session } from '../session';
import type { StatusItem } from './item';

interface Entry extends vscode.QuickPickItem {
  readonly command?: string;
}

export async function showMenu(item: StatusItem, session: Session): Promise<void> {
  const picked = await vscode.window.showQuickPick(entries(item, session), {
    title: 'AI LSP',
    placeHolder: item.picture.headline,
  });
  if (picked?.command !== undefined) {
    await vscode.commands.executeCommand(picked.command);
  }
}

function entries(item: StatusItem, session: Session): Entry[] {
  const { life } = session;
  const server: Entry[] = [
    { label: '$(output) Show output', command: 'aiLsp.showOutput' },
    { label: '$(debug-restart) Restart the server', command: 'aiLsp.restartServer' },
    { label: '$(settings-gear) Settings', command: 'aiLsp.openSettings' },
  ];
  if (life.kind === 'missing') {
    return life.isMisnamed ? server : [{ label: '$(cloud-download) Install the server…', command: 'aiLsp.installServer' }, ...server];
  }
  const isRunning = life.kind === 'running';
  return [...(isRunning ? services(item) : []), ...switches(), separator('Server'), ...(isRunning ? cache() : []), ...server];
}

function services(item: StatusItem): Entry[] {
  const { provider, model } = item.status ?? {};
  return [
    separator('Service'),
    { label: '$(arrow-swap) Switch provider…', description: provider ?? '', command: 'aiLsp.switchProvider' },
    { label: '$(symbol-misc) Switch model…', description: model ?? '', command: 'aiLsp.switchModel' },
    { label: '$(key) Set an API key…', command: 'aiLsp.setApiKey' },
  ];
}

function switches(): Entry[] {
  const language = vscode.window.activeTextEditor?.document.languageId;
  const forAll: Entry = { label: turn(isEnabledForAll(), 'for all languages'), command: 'aiLsp.toggle' };
  if (language === undefined || language === ALL) {
    return [separator('Ghost text'), forAll];
  }
  const isOn = disabledLanguage() === undefined;
  return [separator('Ghost text'), { label: turn(isOn, `for ${language}`), command: 'aiLsp.toggleLanguage' }, forAll];
}

function cache(): Entry[] {
  return [{ label: '$(trash) Clear the cache', command: 'aiLsp.clearCache' }];
}

function turn(isOn: boolean, what: string): string {
  return isOn ? `$(circle-slash) Turn off ${what}` : `$(sparkle) Turn on ${what}`;
}

function separator(label: string): Entry {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
