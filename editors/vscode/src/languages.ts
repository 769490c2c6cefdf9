/** Ghost text on or off, for all languages or for one: read from the setting `aiLsp.enable` and written to it. */

import * as vscode from 'vscode';
import { isEnabled } from './enabled';
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
  const settings = vscode.workspace.getConfiguration('aiLsp');
  const { workspaceValue, globalValue } = settings.inspect<EnableMap>('enable') ?? {};
  const isOfWorkspace = workspaceValue?.[language] !== undefined;
  const value = { ...(isOfWorkspace ? workspaceValue : globalValue), [language]: isOn };
  const { Workspace, Global } = vscode.ConfigurationTarget;
  await settings.update('enable', value, isOfWorkspace ? Workspace : Global);
}

function enableMap(document?: vscode.TextDocument): EnableMap {
  return vscode.workspace.getConfiguration('aiLsp', document).get<EnableMap>('enable', {});
}
