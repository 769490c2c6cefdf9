/** Ways to install the server, as far as this machine has the tools. In: what is on the search path. Out: command lines. */

import { programInEnvironment } from './locate';

export interface Way {
  readonly label: string;
  readonly detail: string;
  /** Run one after the other, without a shell. */
  readonly steps: readonly (readonly [string, ...string[]])[];
}

export interface Tools {
  readonly uv: string | undefined;
  readonly pipx: string | undefined;
  /** An interpreter that is new enough. */
  readonly python: string | undefined;
}

export const PACKAGE = 'ai-lsp';
export const OLDEST_PYTHON = '3.11';

/** Best first; empty where a Python is to be installed before. */
export function waysToInstall(tools: Tools, ownEnvironment: string, windows: boolean): Way[] {
  const ways: Way[] = [];
  if (tools.uv !== undefined) {
    ways.push(way('With uv', [tools.uv, 'tool', 'install', '--upgrade', PACKAGE]));
  }
  if (tools.pipx !== undefined) {
    ways.push(way('With pipx', [tools.pipx, 'install', '--force', PACKAGE]));
  }
  if (tools.python !== undefined) {
    const python = programInEnvironment(ownEnvironment, 'python', windows);
    const steps = [
      [tools.python, '-m', 'venv', '--clear', ownEnvironment],
      [python, '-m', 'pip', 'install', '--disable-pip-version-check', PACKAGE],
    ] as const;
    ways.push({ label: 'For this editor alone', detail: `an environment of its own in ${ownEnvironment}`, steps });
  }
  return ways;
}

/** Whether `python --version` named one that is new enough. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = (/^Python (\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_PYTHON.split('.').map(Number);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function way(label: string, step: readonly [string, ...string[]]): Way {
  const [, ...args] = step;
  return { label, detail: [label.replace('With ', ''), ...args].join(' '), steps: [step] };
}
