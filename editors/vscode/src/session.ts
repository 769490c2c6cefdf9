/** What the parts of the extension share: the way to the language server, which may be away for a moment at any time. */

import type { Event, LogOutputChannel } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** The server is not running, and the person has been told what to do. */
export class ServerAway extends Error {
  constructor() {
    super('the language server is not running');
  }
}

/** `stopped`: by the person, or not started yet. `missing`: no server was found, or the setting misnames it.
 * `waiting`: it ended by itself. */
export type Life =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'missing'; readonly why: string; readonly isMisnamed: boolean }
  | { readonly kind: 'waiting'; readonly milliseconds: number; readonly times: number };

export interface Session {
  /** The server's client while it answers. Another object after each start: ask anew instead of keeping it. */
  client(): LanguageClient | undefined;
  /** Like `client`, and otherwise tells the person what to do and throws `ServerAway`. */
  required(): LanguageClient;
  /** After each start, when the server has been initialized. */
  readonly onReady: Event<LanguageClient>;
  readonly onLife: Event<Life>;
  readonly life: Life;
  readonly output: LogOutputChannel;
}
