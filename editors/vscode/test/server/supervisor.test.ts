import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { LogOutputChannel } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { ServerAway } from '../../src/session';
import type { Life } from '../../src/session';
import type { Located } from '../../src/server/locate';
import { Supervisor } from '../../src/server/supervisor';

/** One life of a server: `end` is its sudden end. */
interface FakeClient {
  readonly end: () => void;
  isDisposed: boolean;
}

/** A supervisor whose servers start at once, or fail to while `isBroken`, or never answer while `isSilent`. */
class Scene {
  readonly clients: FakeClient[] = [];
  readonly complaints: Life[] = [];
  readonly lives: string[] = [];
  located: Located = { command: '/bin/ai-lsp' };
  isBroken = false;
  isSilent = false;
  timesReady = 0;
  readonly supervisor: Supervisor;

  constructor() {
    const quiet = (): void => undefined;
    this.supervisor = new Supervisor({
      output: { info: quiet, warn: quiet, error: quiet } as unknown as LogOutputChannel,
      locate: () => this.located,
      makeClient: (_command, closed) => this.#make(closed),
      complain: (life) => this.complaints.push(life),
    });
    this.supervisor.onLife(({ kind }) => this.lives.push(kind));
    this.supervisor.onReady(() => this.timesReady++);
  }

  get last(): FakeClient {
    return this.clients.at(-1) ?? assert.fail('nothing was started');
  }

  #start(): Promise<void> {
    if (this.isSilent) {
      return new Promise(() => undefined);
    }
    return this.isBroken ? Promise.reject(new Error('broken')) : Promise.resolve();
  }

  #make(closed: () => void): LanguageClient {
    const client = {
      end: closed,
      isDisposed: false,
      start: () => this.#start(),
      dispose: () => {
        client.isDisposed = true;
        return Promise.resolve();
      },
    };
    this.clients.push(client);
    return client as unknown as LanguageClient;
  }
}

/** Lets time go by, and what waits for it run. */
async function pass(milliseconds: number): Promise<void> {
  mock.timers.tick(milliseconds);
  for (let turn = 0; turn < 10; turn++) {
    await Promise.resolve();
  }
}

test.beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
test.afterEach(() => mock.timers.reset());

test('a server that starts is there for everybody', async () => {
  const scene = new Scene();
  await scene.supervisor.start();
  assert.deepEqual(scene.lives, ['starting', 'running']);
  assert.equal(scene.supervisor.client(), scene.supervisor.required());
  assert.equal(scene.timesReady, 1);
});

test('a server that ends is replaced by another at once', async () => {
  const scene = new Scene();
  await scene.supervisor.start();
  const first = scene.supervisor.client();
  scene.last.end();
  assert.equal(scene.supervisor.client(), undefined);
  await pass(0);
  assert.equal(scene.supervisor.life.kind, 'running');
  assert.notEqual(scene.supervisor.client(), first);
  assert.equal(scene.timesReady, 2);
});

test('one that cannot start is tried again and again, each time later', async () => {
  const scene = new Scene();
  scene.isBroken = true;
  await scene.supervisor.start();
  for (const wait of [0, 500, 1000, 2000]) {
    const before = scene.clients.length;
    assert.deepEqual(scene.supervisor.life, { kind: 'waiting', milliseconds: wait, times: before });
    await pass(wait);
    assert.equal(scene.clients.length, before + 1);
  }
  scene.isBroken = false;
  await pass(4000);
  assert.equal(scene.supervisor.life.kind, 'running');
});

test('a program that never answers is no server', async () => {
  const scene = new Scene();
  scene.isSilent = true;
  const starting = scene.supervisor.start();
  await pass(30_000);
  await starting;
  assert.ok(scene.last.isDisposed);
  assert.equal(scene.supervisor.life.kind, 'waiting');
});

test('an end that is heard of twice counts once', async () => {
  const scene = new Scene();
  await scene.supervisor.start();
  scene.last.end();
  scene.last.end();
  await pass(60_000);
  assert.equal(scene.clients.length, 2);
});

test('who stops it wants it to stay stopped, also while it waits', async () => {
  const scene = new Scene();
  await scene.supervisor.start();
  scene.last.end();
  await scene.supervisor.stop();
  await pass(60_000);
  assert.equal(scene.clients.length, 1);
  assert.equal(scene.supervisor.life.kind, 'stopped');
});

test('a restart by hand lets go of the old one and does not wait', async () => {
  const scene = new Scene();
  await scene.supervisor.start();
  const old = scene.last;
  await scene.supervisor.restart();
  assert.ok(old.isDisposed);
  assert.equal(scene.clients.length, 2);
  assert.equal(scene.supervisor.life.kind, 'running');
  old.end();
  assert.equal(scene.supervisor.life.kind, 'running');
});

test('where there is no server, whoever needs one is told', async () => {
  const scene = new Scene();
  scene.located = { missing: 'the program ai-lsp was not found', isMisnamed: false };
  await scene.supervisor.start();
  assert.throws(() => scene.supervisor.required(), ServerAway);
  assert.deepEqual(scene.complaints, [{ kind: 'missing', why: 'the program ai-lsp was not found', isMisnamed: false }]);
  scene.located = { command: '/bin/ai-lsp' };
  await scene.supervisor.start();
  assert.equal(scene.supervisor.life.kind, 'running');
});
