/** API keys: in the editor's secret storage, and from there into the server's memory. Never in a setting or a log. */

import type { ExtensionContext, Memento, SecretStorage } from 'vscode';
import { Disposable, window } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Session } from '../session';
import { Blots } from './blots';

const PREFIX = 'aiLsp.key.';
const ORIGINS = 'aiLsp.keyOrigins';

/** By provider: the address that its key was given for; null as long as the server has not named one. */
type Origins = Readonly<Record<string, string | null>>;

interface Handed {
  readonly origin: string | null;
  /** The environment variable that comes before this key. */
  readonly hiddenBy?: string;
}

export class Keys implements Disposable {
  readonly blots = new Blots();
  readonly #secrets: SecretStorage;
  readonly #state: Memento;
  #session: Session | undefined;
  #listening: Disposable | undefined;

  constructor(context: ExtensionContext) {
    this.#secrets = context.secrets;
    this.#state = context.globalState;
  }

  /** From now on, each server gets the keys when it starts, and when one changes here or in another window. */
  serve(session: Session): void {
    this.#session = session;
    this.#listening = Disposable.from(
      session.onReady((client) => void this.#handAll(client)),
      this.#secrets.onDidChange(({ key }) => {
        if (key.startsWith(PREFIX)) {
          void this.#changed(key.slice(PREFIX.length));
        }
      }),
    );
  }

  /** Names of the providers that have a key here. */
  names(): readonly string[] {
    return Object.keys(this.#origins()).sort();
  }

  /** A new key is not bound to the address of the one before. */
  async set(provider: string, key: string): Promise<void> {
    await this.#state.update(ORIGINS, { ...this.#origins(), [provider]: null });
    await this.#secrets.store(PREFIX + provider, key);
  }

  async delete(provider: string): Promise<void> {
    const { [provider]: _, ...left } = this.#origins();
    await this.#state.update(ORIGINS, left);
    await this.#secrets.delete(PREFIX + provider);
  }

  dispose(): void {
    this.#listening?.dispose();
  }

  async #handAll(client: LanguageClient): Promise<void> {
    for (const provider of this.names()) {
      const problem = await this.#hand(client, provider);
      if (problem !== undefined) {
        this.#session?.output.warn(problem);
      }
    }
  }

  async #changed(provider: string): Promise<void> {
    const client = this.#session?.client();
    const problem = client && (await this.#hand(client, provider));
    if (problem !== undefined) {
      void window.showWarningMessage(`AI LSP: ${problem}`);
    }
  }

  /** What is wrong, for the person. */
  async #hand(client: LanguageClient, provider: string): Promise<string | undefined> {
    const key = await this.#secrets.get(PREFIX + provider);
    const origin = this.#origins()[provider] ?? null;
    this.blots.add(key);
    try {
      const handed = await client.sendRequest<Handed>('aiLsp/keys', { provider, key: key ?? null, origin });
      if (key !== undefined) {
        await this.#state.update(ORIGINS, { ...this.#origins(), [provider]: handed.origin });
      }
      return handed.hiddenBy && `the variable ${handed.hiddenBy} comes before the key for ${provider} that is kept here.`;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return this.blots.hide(`the server did not take the key for ${provider}: ${why}`);
    }
  }

  #origins(): Origins {
    return this.#state.get<Origins>(ORIGINS, {});
  }
}
