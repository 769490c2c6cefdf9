import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CancellationToken } from 'vscode';
import { running, unavailable } from '../../src/chat/running';
import type { Life, Session } from '../../src/session';

/** Tells whoever listens. */
class Bell<T> {
  readonly #listeners = new Set<(value: T) => unknown>();

  readonly event = (listener: (value: T) => unknown): { dispose(): void } => {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  };

  ring(value: T): void {
    this.#listeners.forEach((listener) => listener(value));
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }
}

class Server {
  readonly ready = new Bell<unknown>();
  readonly lives = new Bell<Life>();
  readonly stops = new Bell<unknown>();
  readonly onReady = this.ready.event;
  readonly onLife = this.lives.event;
  life: Life = { kind: 'starting' };
  complaints = 0;
  isStopped = false;

  required(): string {
    if (this.life.kind !== 'running') {
      this.complaints += 1;
      throw new Error('the language server is not running');
    }
    return 'client';
  }

  /** What a question gets when it is asked now. */
  ask(): Promise<unknown> {
    const { stops } = this;
    const stopped = (): boolean => this.isStopped;
    const token = {
      onCancellationRequested: stops.event,
      get isCancellationRequested() {
        return stopped();
      },
    };
    return running(this as unknown as Session, token as unknown as CancellationToken);
  }

  become(life: Life): void {
    this.life = life;
    this.lives.ring(life);
  }
}

test('who asks while the server starts is answered when it is there', async () => {
  const server = new Server();
  const asked = server.ask();
  server.become({ kind: 'waiting', milliseconds: 0, times: 1 });
  server.become({ kind: 'starting' });
  server.become({ kind: 'running' });
  server.ready.ring(undefined);
  assert.equal(await asked, 'client');
  assert.ok(!server.ready.isHeard && !server.lives.isHeard && !server.stops.isHeard);
});

test('a server that is not there is said at once, also when it turns out late', async () => {
  const missing: Life = { kind: 'missing', why: 'there is no ai-lsp', isMisnamed: false };
  const server = new Server();
  const asked = server.ask();
  server.become(missing);
  await assert.rejects(asked, /not running/);
  await assert.rejects(server.ask(), /not running/);
  assert.equal(unavailable(missing), 'there is no ai-lsp');
  assert.equal(unavailable({ kind: 'running' }), '');
});

test('who stops waiting does not wait, and hears no complaint', async () => {
  const server = new Server();
  const asked = server.ask();
  server.isStopped = true;
  server.stops.ring(undefined);
  await assert.rejects(asked, /stopped/);
  assert.equal(server.complaints, 0);
});
