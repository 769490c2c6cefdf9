/** Changed settings, live to the server. The first ones it asks for itself. */

import { workspace } from 'vscode';
import type { Disposable } from 'vscode';
import type { Session } from '../session';
import { SECTION } from './client';
import { forServer } from './settings';

export function pushChanges(session: Session): Disposable {
  return workspace.onDidChangeConfiguration((change) => {
    const client = session.client();
    if (client === undefined || !change.affectsConfiguration(SECTION)) {
      return;
    }
    const settings = { [SECTION]: forServer(workspace.getConfiguration().get(SECTION)) };
    client.sendNotification('workspace/didChangeConfiguration', { settings }).catch((error: unknown) => {
      session.output.warn(`could not send the settings: ${String(error)}`);
    });
  });
}
