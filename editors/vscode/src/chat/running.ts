/** The client of a server that is about to be there: a person who asks early is not sent away. */

import type { CancellationToken, Disposable } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Life, Session } from '../session';

/** Milliseconds. */
const PATIENCE = 20_000;

/** Throws, and tells the person what to do, where the server does not come. */
export async function running(session: Session, token: CancellationToken): Promise<LanguageClient> {
  if (isComing(session.life)) {
    await settled(session, token);
  }
  if (token.isCancellationRequested) {
    throw new Error('stopped');
  }
  return session.required();
}

export function unavailable(life: Life): string {
  switch (life.kind) {
    case 'running':
      return '';
    case 'starting':
      return 'The server is starting…';
    case 'waiting':
      return 'The server has ended by itself and is started again…';
    case 'missing':
      return life.why;
    case 'stopped':
      return 'The server is stopped. “AI LSP: Restart Server” starts it.';
  }
}

function isComing({ kind }: Life): boolean {
  return kind === 'starting' || kind === 'waiting';
}

function settled(session: Session, token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    const listening: Disposable[] = [];
    const done = (): void => {
      clearTimeout(timer);
      listening.forEach((one) => one.dispose());
      resolve();
    };
    const timer = setTimeout(done, PATIENCE);
    listening.push(
      session.onReady(done),
      session.onLife((life) => !isComing(life) && life.kind !== 'running' && done()),
      token.onCancellationRequested(done),
    );
  });
}
