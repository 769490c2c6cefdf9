/** Another provider or model: written to the settings of the workspace, and from there live to the server. */

import * as vscode from 'vscode';
import type { Session } from '../session';
import { choices, lacksKey } from './providers';
import type { Provider } from './providers';

/** Settings that would outvote a provider that is chosen for everything. */
const NARROWER = ['completion.provider', 'completion.model', 'chat.provider', 'chat.model'] as const;

export async function switchProvider(session: Session): Promise<void> {
  const providers = await session.required().sendRequest<Provider[]>('aiLsp/providers');
  const picked = await vscode.window.showQuickPick(choices(providers), {
    title: `Provider ${where()}`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === undefined) {
    return;
  }
  await write('provider', picked.name);
  for (const name of NARROWER) {
    await clear(name);
  }
  const provider = providers.find(({ name }) => name === picked.name);
  if (provider !== undefined && lacksKey(provider)) {
    await vscode.commands.executeCommand('aiLsp.setApiKey', provider.name);
  }
}

export async function switchModel(session: Session): Promise<void> {
  const client = session.required();
  const use = await vscode.window.showQuickPick(
    [
      { label: 'Ghost text', setting: 'completion.model' },
      { label: 'Chat', setting: 'chat.model' },
    ],
    { title: `Model ${where()}: for what?` },
  );
  if (use === undefined) {
    return;
  }
  const providers = await client.sendRequest<Provider[]>('aiLsp/providers');
  const model = await pickModel(providers, settings().get(use.setting, ''));
  if (model !== undefined) {
    await write(use.setting, model);
  }
}

/** Empty: the provider's own. */
async function pickModel(providers: readonly Provider[], now: string): Promise<string | undefined> {
  const active = providers.find((provider) => provider.active);
  const items = [
    { label: "The provider's own", description: active?.model ?? '', model: '' },
    { label: 'Another…', description: 'by its name', model: undefined },
  ];
  const title = `Model of ${active?.name ?? 'the provider'}`;
  const picked = await vscode.window.showQuickPick(items, { title });
  if (picked === undefined || picked.model !== undefined) {
    return picked?.model;
  }
  const typed = await vscode.window.showInputBox({ title, value: now, prompt: 'As the service names it' });
  return typed?.trim();
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('aiLsp');
}

function target(): vscode.ConfigurationTarget {
  const { Workspace, Global } = vscode.ConfigurationTarget;
  return vscode.workspace.workspaceFolders === undefined ? Global : Workspace;
}

function where(): string {
  return target() === vscode.ConfigurationTarget.Workspace ? 'for this workspace' : 'for all windows';
}

async function write(name: string, value: string): Promise<void> {
  await settings().update(name, value, target());
}

/** Nothing is written where nothing is set. An empty text outvotes what the person has set for all workspaces. */
async function clear(name: string): Promise<void> {
  if (settings().get(name, '') === '') {
    return;
  }
  await settings().update(name, undefined, target());
  if (settings().get(name, '') !== '') {
    await settings().update(name, '', target());
  }
}
