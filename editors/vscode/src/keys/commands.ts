/** The commands on API keys. */

import * as vscode from 'vscode';
import { command } from '../command';
import type { Session } from '../session';
import { takesKey } from '../status/providers';
import type { Provider } from '../status/providers';
import type { Keys } from './keys';

export function registerKeyCommands(keys: Keys, session: Session): vscode.Disposable {
  return vscode.Disposable.from(
    command('aiLsp.setApiKey', (provider?: string) => setKey(keys, session, provider)),
    command('aiLsp.deleteApiKey', () => deleteKey(keys)),
  );
}

async function setKey(keys: Keys, session: Session, given: string | undefined): Promise<void> {
  const provider = given ?? (await pickProvider(session, keys));
  if (provider === undefined) {
    return;
  }
  const key = await vscode.window.showInputBox({
    title: `API key for ${provider}`,
    prompt: 'Kept in the secret storage of this editor, never in its settings',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (/\s/.test(text.trim()) ? 'A key has no spaces in it' : undefined),
  });
  if (key === undefined || key.trim() === '') {
    return;
  }
  await keys.set(provider, key.trim());
  void vscode.window.showInformationMessage(`AI LSP: the API key for ${provider} is set.`);
}

async function deleteKey(keys: Keys): Promise<void> {
  const names = keys.names();
  if (names.length === 0) {
    void vscode.window.showInformationMessage('AI LSP: no API key is kept in this editor.');
    return;
  }
  const provider = await vscode.window.showQuickPick(names, { title: 'Delete the API key of …' });
  if (provider !== undefined) {
    await keys.delete(provider);
    void vscode.window.showInformationMessage(`AI LSP: the API key for ${provider} is deleted.`);
  }
}

async function pickProvider(session: Session, keys: Keys): Promise<string | undefined> {
  const providers = await session.required().sendRequest<Provider[]>('aiLsp/providers');
  const items = providers.filter(takesKey).map((provider) => ({
    label: provider.name,
    description: keys.names().includes(provider.name) ? 'has a key in this editor' : '',
    detail: provider.origin ?? '',
  }));
  const picked = await vscode.window.showQuickPick(items, { title: 'Set the API key of …', matchOnDetail: true });
  return picked?.label;
}
