/** Ghost text: between the editor's inline completions and the server's. */

import * as vscode from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { isEnabledIn } from '../languages';
import { acceptance } from './acceptance';
import { Deliveries } from './deliveries';
import { LateAnswers } from './late';
import { ShownNotifications } from './notifications';
import { Pending } from './pending';
import { Unanswered } from './unanswered';

type Provide = NonNullable<Middleware['provideInlineCompletionItems']>;
type Answer = vscode.InlineCompletionItem[] | vscode.InlineCompletionList;

export class InlineCompletions implements vscode.Disposable {
  readonly #late: LateAnswers<Answer>;
  readonly #shown: ShownNotifications;
  readonly #commands: vscode.Disposable;
  readonly #deliveries = new Deliveries();
  readonly #unanswered = new Unanswered();
  readonly #waiting = new vscode.EventEmitter<boolean>();
  readonly #pending = new Pending((isWaiting) => this.#waiting.fire(isWaiting));
  /** Whether the person waits for ghost text. */
  readonly onWaiting = this.#waiting.event;
  #isAskedByUs = false;

  constructor(client: () => LanguageClient | undefined) {
    this.#shown = new ShownNotifications(client);
    this.#commands = acceptance(client);
    this.#late = new LateAnswers({
      newSource: () => new vscode.CancellationTokenSource(),
      onMove,
      askAgain: () => this.#askAgain(),
    });
  }

  /** To be handed to each client. */
  readonly provide: Provide = (...question) => this.#deliveries.track(this.#answer(...question));

  async #answer(...[document, position, context, token, next]: Parameters<Provide>): Promise<Answer | undefined> {
    if (!isEnabledIn(document)) {
      return undefined;
    }
    const { version } = document;
    const told = this.#isAskedByUs ? { ...context, triggerKind: vscode.InlineCompletionTriggerKind.Automatic } : context;
    const answer = await this.#late.answer({
      key: keyOf(document, position, context),
      token,
      isHere: () => standsAt(document, version, position),
      ask: (ours) => this.#pending.during(asked(next(document, position, told, ours as vscode.CancellationToken))),
      isWorthShowing: (found) => itemsOf(found).length > 0,
    });
    if (answer !== undefined) {
      this.#unanswered.answered(document, version);
    }
    if (answer !== undefined && !token.isCancellationRequested) {
      this.#shown.show(document, position, itemsOf(answer));
    }
    return answer;
  }

  /** Called when the server is ready: it may later have a better suggestion than the one it gave before. */
  follow(client: LanguageClient): void {
    if (this.#unanswered.isInView) {
      this.#askAgain();
    }
    client.onNotification('aiLsp/refresh', ({ uri }: { uri: string }) => {
      const document = vscode.window.activeTextEditor?.document;
      if (document !== undefined && client.code2ProtocolConverter.asUri(document.uri) === uri) {
        this.#late.forget();
        void this.#deliveries.delivered().then(() => this.#askAnew());
      }
    });
  }

  dispose(): void {
    this.#commands.dispose();
    this.#shown.dispose();
    this.#unanswered.dispose();
    this.#waiting.dispose();
  }

  /** The editor would keep what is in view, though there is more. */
  async #askAnew(): Promise<void> {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    this.#askAgain();
  }

  /** For the editor this is a wish of the person, or it would be content with what it has; for the server it is not. */
  #askAgain(): void {
    this.#isAskedByUs = true;
    vscode.commands.executeCommand('editor.action.inlineSuggest.trigger').then(
      () => (this.#isAskedByUs = false),
      () => (this.#isAskedByUs = false),
    );
  }
}

async function asked(answer: vscode.ProviderResult<Answer>): Promise<Answer | undefined> {
  return (await answer) ?? undefined;
}

function itemsOf(answer: Answer): readonly vscode.InlineCompletionItem[] {
  return Array.isArray(answer) ? answer : answer.items;
}

function keyOf(document: vscode.TextDocument, position: vscode.Position, context: vscode.InlineCompletionContext): string {
  const menu = context.selectedCompletionInfo;
  return JSON.stringify([document.uri.toString(), document.version, position, menu?.range, menu?.text]);
}

function standsAt(document: vscode.TextDocument, version: number, position: vscode.Position): boolean {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document && document.version === version && editor.selection.active.isEqual(position);
}

function onMove(listener: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(listener),
    vscode.window.onDidChangeTextEditorSelection(listener),
    vscode.window.onDidChangeActiveTextEditor(listener),
  );
}
