import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LateAnswers } from '../../src/inline/late';
import type { Cancellation, CancellationSource, Question } from '../../src/inline/late';

class Source implements CancellationSource {
  readonly #listeners = new Set<() => void>();
  readonly token: Cancellation & { isCancellationRequested: boolean } = {
    isCancellationRequested: false,
    onCancellationRequested: (listener) => {
      this.#listeners.add(listener);
      return { dispose: () => this.#listeners.delete(listener) };
    },
  };

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.#listeners.forEach((listener) => listener());
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** An editor with one cursor, and a server whose answer comes when `come` is called. */
class Scene {
  readonly editor = new Source();
  readonly asked: Cancellation[] = [];
  readonly moves = new Set<() => void>();
  timesAskedAgain = 0;
  isHere = true;
  come: (answer: string | undefined) => void = () => assert.fail('nothing was asked');
  readonly late = new LateAnswers<string>({
    newSource: () => new Source(),
    onMove: (listener) => {
      this.moves.add(listener);
      return { dispose: () => this.moves.delete(listener) };
    },
    askAgain: () => this.timesAskedAgain++,
  });

  question(key = 'here'): Question<string> {
    return {
      key,
      token: this.editor.token,
      isHere: () => this.isHere,
      isWorthShowing: (answer) => answer !== '',
      ask: (token) => {
        this.asked.push(token);
        return new Promise((resolve) => (this.come = resolve));
      },
    };
  }

  move(): void {
    this.isHere = false;
    this.moves.forEach((listener) => listener());
  }
}

test('an answer in time is handed on and not kept', async () => {
  const scene = new Scene();
  const answer = scene.late.answer(scene.question());
  scene.come('grey');
  assert.equal(await answer, 'grey');
  assert.equal(scene.timesAskedAgain, 0);
  assert.equal(scene.moves.size, 0);
});

test('an answer after the editor gave up is kept, and the editor asks again: the server was asked once', async () => {
  const scene = new Scene();
  const answer = scene.late.answer(scene.question());
  scene.editor.cancel();
  assert.equal(scene.asked[0]?.isCancellationRequested, false);
  scene.come('grey');
  await answer;
  assert.equal(scene.timesAskedAgain, 1);
  assert.equal(await scene.late.answer(scene.question()), 'grey');
  assert.equal(scene.asked.length, 1);
});

test('who types on or moves away lets go of it', async () => {
  const scene = new Scene();
  const answer = scene.late.answer(scene.question());
  scene.move();
  assert.equal(scene.asked[0]?.isCancellationRequested, true);
  scene.editor.cancel();
  scene.come('grey');
  await answer;
  assert.equal(scene.timesAskedAgain, 0);
});

test('what is kept is for its own place', async () => {
  const scene = new Scene();
  const first = scene.late.answer(scene.question());
  scene.editor.cancel();
  scene.come('grey');
  await first;
  void scene.late.answer(scene.question('elsewhere'));
  assert.equal(scene.asked.length, 2);
});

test('a late answer that is empty is not worth asking again', async () => {
  const scene = new Scene();
  for (const empty of ['', undefined]) {
    const answer = scene.late.answer(scene.question());
    scene.editor.cancel();
    scene.come(empty);
    await answer;
  }
  assert.equal(scene.timesAskedAgain, 0);
});

test('a better answer makes the kept one forgotten', async () => {
  const scene = new Scene();
  const first = scene.late.answer(scene.question());
  scene.editor.cancel();
  scene.come('grey');
  await first;
  scene.late.forget();
  void scene.late.answer(scene.question());
  assert.equal(scene.asked.length, 2);
});
