/** The chat: the view, the participant, and the language models of the server. */

import type { ExtensionContext } from 'vscode';
import type { Session } from '../session';

export function registerChat(_context: ExtensionContext, _session: Session): void {}
