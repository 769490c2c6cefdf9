/** Errors and warnings of the document in view, told to the server: ghost text near them may mend them. */

import { Disposable, languages, window, workspace } from 'vscode';
import { lookedAt } from '../chat/attached';
import { isEnabledIn } from '../languages';
import type { Session } from '../session';
import { SECTION } from './client';
import { Burst, Told, worst } from './worst';

const METHOD = 'aiLsp/diagnostics';

export function pushDiagnostics(session: Session): Disposable {
  const told = new Told();
  const burst = new Burst(() => tell(session, told));
  const soon = (): void => burst.add();
  return Disposable.from(
    burst,
    languages.onDidChangeDiagnostics(soon),
    window.onDidChangeActiveTextEditor(soon),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(`${SECTION}.enable`) && soon()),
    workspace.onDidCloseTextDocument(({ uri }) => told.forget(uri.toString())),
    session.onReady(() => {
      told.forgetAll();
      soon();
    }),
  );
}

function tell(session: Session, told: Told): void {
  const client = session.client();
  const document = lookedAt()?.document;
  if (client === undefined || document === undefined || !isEnabledIn(document)) {
    return;
  }
  const convert = client.code2ProtocolConverter;
  const diagnostics = worst(convert.asDiagnosticsSync(languages.getDiagnostics(document.uri)));
  if (!told.isNews(document.uri.toString(), diagnostics)) {
    return;
  }
  const textDocument = { uri: convert.asUri(document.uri), version: document.version };
  client.sendNotification(METHOD, { textDocument, diagnostics }).catch((error: unknown) => {
    session.output.warn(`could not send ${METHOD}: ${String(error)}`);
  });
}
