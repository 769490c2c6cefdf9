/** Ghost text on or off, for all languages or for one: read from the setting `aiLsp.enable` and written to it. */

import * as vscode from 'vscode';
import { isEnabled, withLanguage } from './enabled';
import type { EnableMap } from './enabled';

/** The key of the setting that stands for every language that is not named. */
export const ALL = '*';

export function isEnabledIn(document: vscode.TextDocument): boolean {
  return isEnabled(enableMap(document), document.languageId);
}

export function isEnabledForAll(): boolean {
  return isEnabled(enableMap(), ALL);
}

/** The language of the open file where ghost text is off for it. */
export function disabledLanguage(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && !isEnabledIn(document) ? document.languageId : undefined;
}

/** Written where it is said already: for this workspace if there, else for the person. */
export async function enable(language: string, isOn: boolean): Promise<void> {
  const { workspaceValue, globalValue = {} } = settings().inspect<EnableMap>('enable') ?? {};
  const isOfWorkspace = workspaceValue?.[language] !== undefined;
  const { Workspace, Global } = vscode.ConfigurationTarget;
  const target = isOfWorkspace ? Workspace : Global;
  const own = isOfWorkspace ? workspaceValue : globalValue;
  await settings().update('enable', withLanguage(own, language, isOn), target);
  if (isEnabled(enableMap(), language) !== isOn) {
    await settings().update('enable', { ...own, [language]: isOn }, target);
  }
}

function settings(document?: vscode.TextDocument): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('aiLsp', document);
}

function enableMap(document?: vscode.TextDocument): EnableMap {
  return settings(document).get<EnableMap>('enable', {});
}
