/** Keeps one server running: starts it, hears of its end, starts it again. Each life has a client of its own. */

import { EventEmitter } from 'vscode';
import type { Disposable, LogOutputChannel } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { ServerAway } from '../session';
import type { Life, Session } from '../session';
import type { Located } from './locate';
import { RestartPolicy } from './restart';

/** In milliseconds. A program that has not answered by then is no language server. */
const STARTS_WITHIN = 30_000;

export interface SupervisorParts {
  readonly output: LogOutputChannel;
  readonly locate: () => Located;
  readonly makeClient: (command: string, closed: () => void) => LanguageClient;
  /** Something needs the server, and it is away. */
  readonly complain: (life: Life) => void;
}

export class Supervisor implements Session, Disposable {
  readonly #parts: SupervisorParts;
  readonly #policy = new RestartPolicy();
  readonly #ready = new EventEmitter<LanguageClient>();
  readonly #lives = new EventEmitter<Life>();
  readonly onReady = this.#ready.event;
  readonly onLife = this.#lives.event;
  #life: Life = { kind: 'stopped' };
  #client: LanguageClient | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  get output(): LogOutputChannel {
    return this.#parts.output;
  }

  get life(): Life {
    return this.#life;
  }

  client(): LanguageClient | undefined {
    return this.#life.kind === 'running' ? this.#client : undefined;
  }

  required(): LanguageClient {
    const client = this.client();
    if (client === undefined) {
      this.#parts.complain(this.#life);
      throw new ServerAway();
    }
    return client;
  }

  /** Nothing happens where it runs already. Never throws: what goes wrong is seen in `life`. */
  async start(): Promise<void> {
    if (this.#client === undefined) {
      clearTimeout(this.#timer);
      this.#policy.reset();
      await this.#launch();
    }
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    this.#become({ kind: 'stopped' });
    await client?.dispose().catch((error: unknown) => this.output.warn(`the server did not stop in order: ${String(error)}`));
  }

  dispose(): void {
    void this.stop();
    this.#ready.dispose();
    this.#lives.dispose();
  }

  async #launch(): Promise<void> {
    const found = this.#parts.locate();
    if ('missing' in found) {
      this.output.error(found.missing);
      this.#become({ kind: 'missing', why: found.missing, isMisnamed: found.isMisnamed });
      return;
    }
    this.output.info(`starting ${found.command}`);
    const born = Date.now();
    const client = this.#parts.makeClient(found.command, () => this.#ended(client, born));
    this.#client = client;
    this.#become({ kind: 'starting' });
    try {
      await within(STARTS_WITHIN, client.start());
    } catch {
      client.dispose().catch(() => undefined); // its process ends with it, also when it never answered
      this.#ended(client, born);
      return;
    }
    if (this.#client === client) {
      this.#become({ kind: 'running' });
      this.#ready.fire(client);
    }
  }

  /** Called once or twice for one end: by the connection that closed and by the start that failed. */
  #ended(client: LanguageClient, born: number): void {
    if (this.#client !== client) {
      return;
    }
    this.#client = undefined;
    const milliseconds = this.#policy.ended(Date.now() - born);
    this.output.warn(`the server ended by itself; it is started again in ${milliseconds / 1000} s`);
    this.#become({ kind: 'waiting', milliseconds, times: this.#policy.times });
    this.#timer = setTimeout(() => void this.#launch(), milliseconds);
  }

  #become(life: Life): void {
    this.#life = life;
    this.#lives.fire(life);
  }
}

/** Rejects where it takes longer than so many milliseconds. */
async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
