/** Installs the server when the person says so and how. */

import * as vscode from 'vscode';
import type { Session } from '../session';
import { onSearchPath } from './locate';
import type { Surroundings } from './locate';
import { run } from './run';
import { isNewEnough, OLDEST_PYTHON, waysToInstall } from './ways';
import type { Tools, Way } from './ways';

const PYTHONS = ['python3', 'python', ...[14, 13, 12, 11].map((minor) => `python3.${minor}`)];

/** True where it was installed. */
export async function install(around: Surroundings, output: Session['output']): Promise<boolean> {
  const ways = waysToInstall(await toolsOf(around), around.ownEnvironment, around.windows);
  if (ways.length === 0) {
    await explainPython();
    return false;
  }
  const way = await vscode.window.showQuickPick(ways, { title: 'How should the language server ai-lsp be installed?' });
  return way !== undefined && (await follow(way, output));
}

async function follow(way: Way, output: Session['output']): Promise<boolean> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'AI LSP: installing the server', cancellable: true };
  try {
    await vscode.window.withProgress(options, async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      for (const step of way.steps) {
        await take(step, output, (message) => progress.report({ message: message.slice(0, 80) }), stop.signal);
      }
    });
    return true;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) {
      void explainFailure(error instanceof Error ? error.message : String(error), output);
    }
    return false;
  }
}

async function take(
  [command, ...args]: Way['steps'][number],
  output: Session['output'],
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  output.info(`${command} ${args.join(' ')}`);
  let last = '';
  const told = (line: string): void => {
    output.info(line);
    report(line);
    last = line.trim() || last;
  };
  if ((await run(command, args, told, signal)) !== 0) {
    throw new Error(last || `${command} failed`);
  }
}

async function explainFailure(why: string, output: Session['output']): Promise<void> {
  output.error(`not installed: ${why}`);
  const picked = await vscode.window.showErrorMessage(`AI LSP: the server could not be installed: ${why}`, 'Show Output');
  if (picked !== undefined) {
    output.show();
  }
}

async function toolsOf(around: Surroundings): Promise<Tools> {
  return {
    uv: onSearchPath('uv', around),
    pipx: onSearchPath('pipx', around),
    python: await newEnoughPython(around),
  };
}

async function newEnoughPython(around: Surroundings): Promise<string | undefined> {
  for (const name of PYTHONS) {
    const command = onSearchPath(name, around);
    if (command !== undefined && (await isPython(command))) {
      return command;
    }
  }
  return undefined;
}

async function isPython(command: string): Promise<boolean> {
  let version = '';
  const told = (line: string): void => {
    version ||= line;
  };
  return (await run(command, ['--version'], told).catch(() => 1)) === 0 && isNewEnough(version);
}

async function explainPython(): Promise<void> {
  const message = `AI LSP needs Python ${OLDEST_PYTHON} or newer for its language server, and none was found on the search path.`;
  const picked = await vscode.window.showErrorMessage(message, 'Get Python');
  if (picked !== undefined) {
    await vscode.env.openExternal(vscode.Uri.parse('https://www.python.org/downloads/'));
  }
}
