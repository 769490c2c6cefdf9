/** Where the language server is: in the setting, on the search path, where installers put it, or in our own environment. */

import { posix, win32 } from 'node:path';

export interface Surroundings {
  /** The setting `aiLsp.server.command`; empty where it is not set. */
  readonly setting: string;
  /** The variable PATH. */
  readonly searchPath: string;
  readonly home: string;
  /** The folder of the environment that the extension makes. */
  readonly ownEnvironment: string;
  readonly windows: boolean;
  readonly isProgram: (path: string) => boolean;
}

/** `isMisnamed`: the setting is to be corrected; nothing is looked for elsewhere. */
export type Located = { readonly command: string } | { readonly missing: string; readonly isMisnamed: boolean };

const NAME = 'ai-lsp';

export function locate(around: Surroundings): Located {
  if (around.setting !== '') {
    return fromSetting(around);
  }
  const own = programInEnvironment(around.ownEnvironment, NAME, around.windows);
  const command = onSearchPath(NAME, around) ?? [userProgram(around), own].find(around.isProgram);
  return command === undefined ? { missing: `the program ${NAME} was not found`, isMisnamed: false } : { command };
}

/** The path of a program inside a virtual environment of Python. */
export function programInEnvironment(folder: string, name: string, windows: boolean): string {
  return windows ? win32.join(folder, 'Scripts', `${name}.exe`) : posix.join(folder, 'bin', name);
}

/** The first file on the search path that can be run under this name. */
export function onSearchPath(name: string, around: Omit<Surroundings, 'setting' | 'ownEnvironment'>): string | undefined {
  const paths = around.windows ? win32 : posix;
  const file = around.windows && !name.includes('.') ? `${name}.exe` : name;
  return around.searchPath
    .split(paths.delimiter)
    .filter((folder) => paths.isAbsolute(folder))
    .map((folder) => paths.join(folder, file))
    .find(around.isProgram);
}

function fromSetting(around: Surroundings): Located {
  const paths = around.windows ? win32 : posix;
  const wanted = around.setting.replace(/^~(?=[/\\]|$)/, () => around.home);
  if (!/[/\\]/.test(wanted)) {
    const command = onSearchPath(wanted, around);
    return command === undefined
      ? misnamed(`names ${wanted}, which is not on the search path`)
      : { command };
  }
  if (!paths.isAbsolute(wanted)) {
    return misnamed(`has to be a full path or a bare name, not ${wanted}`);
  }
  return around.isProgram(wanted)
    ? { command: wanted }
    : misnamed(`names ${wanted}, which is no program`);
}

function misnamed(how: string): Located {
  return { missing: `the setting aiLsp.server.command ${how}`, isMisnamed: true };
}

/** `uv tool` and `pipx` put programs there, and an editor started from a desktop often does not have it on its path. */
function userProgram(around: Surroundings): string {
  return around.windows
    ? win32.join(around.home, '.local', 'bin', `${NAME}.exe`)
    : posix.join(around.home, '.local', 'bin', NAME);
}
