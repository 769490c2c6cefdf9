import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNewEnough, waysToInstall } from '../../src/server/ways';

test('what is there is offered, best first', () => {
  const ways = waysToInstall({ uv: '/bin/uv', pipx: '/bin/pipx', python: '/bin/python3' }, '/store/venv', false);
  assert.deepEqual(
    ways.map(({ label }) => label),
    ['With uv', 'With pipx', 'For this editor alone'],
  );
  assert.deepEqual(ways[0]?.steps, [['/bin/uv', 'tool', 'install', '--upgrade', 'ai-lsp']]);
  assert.equal(ways[0]?.detail, 'uv tool install --upgrade ai-lsp');
});

test('the own environment is made and then filled', () => {
  const [way] = waysToInstall({ uv: undefined, pipx: undefined, python: '/bin/python3' }, '/store/venv', false);
  assert.deepEqual(way?.steps, [
    ['/bin/python3', '-m', 'venv', '--clear', '/store/venv'],
    ['/store/venv/bin/python', '-m', 'pip', 'install', '--disable-pip-version-check', 'ai-lsp'],
  ]);
});

test('without any of them there is no way', () => {
  assert.deepEqual(waysToInstall({ uv: undefined, pipx: undefined, python: undefined }, '/store/venv', false), []);
});

test('Python has to be 3.11 or newer', () => {
  for (const version of ['Python 3.11.0', 'Python 3.14.0rc2', 'Python 4.0.1']) {
    assert.ok(isNewEnough(version), version);
  }
  for (const version of ['Python 3.10.14', 'Python 2.7.18', '', 'not found']) {
    assert.ok(!isNewEnough(version), version);
  }
});
