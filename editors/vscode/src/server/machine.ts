/** This machine, as the search for the server sees it. */

import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { workspace } from 'vscode';
import type { ExtensionContext } from 'vscode';
import type { Surroundings } from './locate';

export function surroundings(context: ExtensionContext): Surroundings {
  return {
    setting: workspace.getConfiguration('aiLsp').get('server.command', '').trim(),
    searchPath: process.env['PATH'] ?? '',
    home: homedir(),
    ownEnvironment: join(context.globalStorageUri.fsPath, 'venv'),
    windows: process.platform === 'win32',
    isProgram,
  };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
