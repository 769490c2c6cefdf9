/** Commands on code: explain, fix, write tests, document, refactor. */

import type { ExtensionContext } from 'vscode';
import type { Session } from '../session';

export function registerCommands(_context: ExtensionContext, _session: Session): void {}
