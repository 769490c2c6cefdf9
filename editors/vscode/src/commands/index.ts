/** Commands on code: explain, fix, write tests, document, refactor. */

import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { ExecuteCommandRequest } from 'vscode-languageclient/node';
import type { LanguageClient } from 'vscode-languageclient/node';
import { sentence, wasStopped } from '../chat/ask';
import { linesOf } from '../chat/attached';
import type { AskInView } from '../chat/index';
import { command } from '../command';
import type { Session } from '../session';
import { Preview } from './preview';
import { changeIn } from './proposal';
import type { Result } from './proposal';
import { targetOf } from './target';
import type { Target } from './target';

/** What each of them is called while it is at work and over its change. */
const CHANGING = {
  fix: { doing: 'Fixing', done: 'Fix' },
  tests: { doing: 'Writing tests for', done: 'Tests' },
  document: { doing: 'Documenting', done: 'Document' },
  refactor: { doing: 'Changing', done: 'Refactor' },
} as const;

type Changing = keyof typeof CHANGING;

export function registerCommands(context: vscode.ExtensionContext, session: Session, askInView: AskInView): void {
  const preview = new Preview(() => session.required().protocol2CodeConverter);
  const commands = Object.keys(CHANGING) as Changing[];
  context.subscriptions.push(
    preview,
    command('aiLsp.explain', (given: unknown) => explain(session, askInView, given)),
    ...commands.map((name) => command(`aiLsp.${name}`, (given: unknown) => change(session, preview, name, given))),
  );
}

async function explain(session: Session, askInView: AskInView, given: unknown): Promise<void> {
  const target = await found(session.required(), given);
  if (target !== undefined) {
    const { textDocument, range, diagnostics } = target.argument;
    const context = { textDocument: { uri: textDocument.uri }, range, diagnostics: diagnostics ?? [] };
    await askInView({
      text: target.range.isEmpty ? `Explain the code around line ${target.range.start.line + 1}.` : 'Explain this code.',
      command: 'explain',
      attached: [named(target)],
      context: () => Promise.resolve(context),
    });
  }
}

async function change(session: Session, preview: Preview, name: Changing, given: unknown): Promise<void> {
  const client = session.required();
  const target = await found(client, given);
  if (target === undefined) {
    return;
  }
  const instruction = name === 'refactor' ? (target.argument.instruction ?? (await askForInstruction(target))) : undefined;
  if (name === 'refactor' && instruction === undefined) {
    return;
  }
  const argument = { ...target.argument, ...(instruction === undefined ? {} : { instruction }) };
  const result = await carriedOut(client, name, argument, `${CHANGING[name].doing} ${named(target)}`);
  if (result === undefined) {
    return;
  }
  const offered = changeIn(result);
  if (offered === undefined) {
    await showAnswer(result);
  } else {
    if (result.message !== undefined) {
      void vscode.window.showInformationMessage(`AI LSP: ${sentence(result.message)}`);
    }
    await preview.show(`${CHANGING[name].done}: ${named(target)} (not applied yet)`, offered, target.document.languageId);
  }
}

async function found(client: LanguageClient, given: unknown): Promise<Target | undefined> {
  const target = await targetOf(client, given);
  if (target === undefined) {
    void vscode.window.showInformationMessage('AI LSP: open a file and select the code that you mean.');
  }
  return target;
}

async function askForInstruction(target: Target): Promise<string | undefined> {
  const said = await vscode.window.showInputBox({
    title: `Refactor ${named(target)}`,
    prompt: 'How should the code be changed?',
    placeHolder: 'Extract the parsing into a function of its own',
    validateInput: (text) => (text.trim() === '' ? 'Say how the code should be changed.' : undefined),
  });
  return said?.trim();
}

/** Nothing: the person has stopped it, or was told why it failed. */
async function carriedOut(client: LanguageClient, name: Changing, argument: unknown, title: string): Promise<Result | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title: `AI LSP: ${title}`, cancellable: true };
  return vscode.window.withProgress(options, async (_progress, token) => {
    try {
      // with a token of ours the server shows no progress of its own beside this one
      const params = { command: `aiLsp.${name}`, arguments: [argument], workDoneToken: randomUUID() };
      return (await client.sendRequest(ExecuteCommandRequest.type, params, token)) as Result;
    } catch (error) {
      if (!token.isCancellationRequested && !wasStopped(error)) {
        void vscode.window.showErrorMessage(`AI LSP: ${sentence(error)}`);
      }
      return undefined;
    }
  });
}

async function showAnswer({ message, content }: Result): Promise<void> {
  const show = 'Show the answer';
  const pressed = await vscode.window.showWarningMessage(`AI LSP: ${sentence(message ?? 'the answer holds no change')}`, ...(content === '' ? [] : [show]));
  if (pressed === show) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, language: 'markdown' }));
  }
}

function named({ document, range }: Target): string {
  const name = document.uri.path.split('/').at(-1) ?? '';
  return range.isEmpty ? name : `${name}:${linesOf(range)}`;
}
