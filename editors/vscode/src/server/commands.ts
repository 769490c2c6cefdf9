/** The commands on the server itself, and what the person is told when it is away. */

import * as vscode from 'vscode';
import type { Life } from '../session';
import { install } from './install';
import type { Surroundings } from './locate';
import type { Supervisor } from './supervisor';

/** From this many ends in a row on, the person is told. */
const ENDS_TO_TELL = 4;

export function registerServerCommands(supervisor: Supervisor, around: () => Surroundings): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('aiLsp.restartServer', () => supervisor.restart()),
    vscode.commands.registerCommand('aiLsp.installServer', async () => {
      if (await install(around(), supervisor.output)) {
        await supervisor.restart();
      }
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('aiLsp.server')) {
        void supervisor.restart();
      }
    }),
    supervisor.onLife((life) => {
      if (life.kind === 'missing' || (life.kind === 'waiting' && life.times === ENDS_TO_TELL)) {
        void complain(life);
      }
    }),
  );
}

/** Says in one message what is wrong with the server and offers the next step. */
export async function complain(life: Life): Promise<void> {
  switch (life.kind) {
    case 'missing':
      return offer(`AI LSP needs its language server: ${life.why}.`, {
        ...(life.isMisnamed ? {} : { 'Install…': ['aiLsp.installServer'] }),
        'Set Path…': ['workbench.action.openSettings', 'aiLsp.server.command'],
      });
    case 'waiting':
      return offer(`AI LSP: the language server ended ${life.times} times in a row.`, {
        'Show Output': ['aiLsp.showOutput'],
        'Start Now': ['aiLsp.restartServer'],
      });
    case 'starting':
      return offer('AI LSP: the language server is just starting. Try again in a second.', {});
    case 'stopped':
      return offer('AI LSP: the language server is stopped.', { Start: ['aiLsp.restartServer'] });
    case 'running':
  }
}

/** By the text of a button: a command and its arguments. */
type Steps = Readonly<Record<string, readonly [string, ...unknown[]]>>;

async function offer(message: string, steps: Steps): Promise<void> {
  const picked = await vscode.window.showWarningMessage(message, ...Object.keys(steps));
  const step = picked === undefined ? undefined : steps[picked];
  if (step !== undefined) {
    await vscode.commands.executeCommand(...step);
  }
}
