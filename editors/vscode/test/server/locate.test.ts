import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate } from '../../src/server/locate';
import type { Surroundings } from '../../src/server/locate';

function machine(programs: string[], more: Partial<Surroundings> = {}): Surroundings {
  return {
    setting: '',
    searchPath: '/usr/bin:relative:/opt/bin',
    home: '/home/ada',
    ownEnvironment: '/store/venv',
    windows: false,
    isProgram: (path) => programs.includes(path),
    ...more,
  };
}

test('the setting comes first', () => {
  const found = locate(machine(['/usr/bin/ai-lsp', '/x/ai-lsp'], { setting: '/x/ai-lsp' }));
  assert.deepEqual(found, { command: '/x/ai-lsp' });
});

test('the setting may begin at home, or be a bare name', () => {
  assert.deepEqual(locate(machine(['/home/ada/x'], { setting: '~/x' })), { command: '/home/ada/x' });
  assert.deepEqual(locate(machine(['/opt/bin/x'], { setting: 'x' })), { command: '/opt/bin/x' });
});

test('a setting that leads nowhere is told, not replaced', () => {
  const programs = ['/usr/bin/ai-lsp'];
  assert.match(JSON.stringify(locate(machine(programs, { setting: '/gone' }))), /names \/gone, which is no program/);
  assert.match(JSON.stringify(locate(machine(programs, { setting: 'gone' }))), /gone, which is not on the search path/);
  assert.match(JSON.stringify(locate(machine(programs, { setting: './here' }))), /full path or a bare name/);
});

test('then the search path, then where installers put it, then the own environment', () => {
  const places = ['/opt/bin/ai-lsp', '/home/ada/.local/bin/ai-lsp', '/store/venv/bin/ai-lsp'];
  for (const [index, place] of places.entries()) {
    assert.deepEqual(locate(machine(places.slice(index))), { command: place });
  }
  assert.deepEqual(locate(machine([])), { missing: 'the program ai-lsp was not found', isMisnamed: false });
});

test('a folder of the search path that is not absolute could be one of the workspace', () => {
  assert.ok('missing' in locate(machine(['relative/ai-lsp'])));
});

test('Windows has its own ends and ways', () => {
  const windows = { windows: true, searchPath: 'C:\\bin;D:\\tools', ownEnvironment: 'C:\\store\\venv' };
  assert.deepEqual(locate(machine(['D:\\tools\\ai-lsp.exe'], windows)), { command: 'D:\\tools\\ai-lsp.exe' });
  const own = 'C:\\store\\venv\\Scripts\\ai-lsp.exe';
  assert.deepEqual(locate(machine([own], windows)), { command: own });
});
