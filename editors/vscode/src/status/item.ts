/** The item in the status bar. */

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { disabledLanguage } from '../languages';
import type { Session } from '../session';
import { picture } from './picture';
import type { Picture } from './picture';
import type { Status } from './status';

const BACKGROUNDS: Partial<Record<Picture['kind'], string>> = {
  warning: 'statusBarItem.warningBackground',
  error: 'statusBarItem.errorBackground',
};

export class StatusItem implements vscode.Disposable {
  readonly #session: Session;
  readonly #item: vscode.StatusBarItem;
  readonly #listening: vscode.Disposable;
  #status: Status | undefined;
  #isWaiting = false;

  constructor(session: Session, onWaiting: vscode.Event<boolean>) {
    this.#session = session;
    this.#item = vscode.window.createStatusBarItem('aiLsp.status', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = 'AI LSP';
    this.#item.command = 'aiLsp.showMenu';
    this.#listening = vscode.Disposable.from(
      session.onReady((client) => this.#follow(client)),
      session.onLife(() => this.#draw()),
      onWaiting((isWaiting) => {
        this.#isWaiting = isWaiting;
        this.#draw();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.#draw()),
      vscode.workspace.onDidOpenTextDocument(() => this.#draw()),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('aiLsp.enable') && this.#draw()),
    );
    this.#draw();
    this.#item.show();
  }

  get picture(): Picture {
    const { life } = this.#session;
    return picture({ life, status: this.#status, disabledLanguage: disabledLanguage(), isWaiting: this.#isWaiting });
  }

  get status(): Status | undefined {
    return this.#status;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#item.dispose();
  }

  #follow(client: LanguageClient): void {
    this.#status = undefined;
    client.onNotification('aiLsp/status', (status: Status) => this.#take(status));
    client.sendRequest<Status>('aiLsp/status').then(
      (status) => this.#take(status),
      (error: unknown) => this.#session.output.warn(`no status from the server: ${String(error)}`),
    );
  }

  #take(status: Status): void {
    this.#status = status;
    this.#draw();
  }

  #draw(): void {
    const now = this.picture;
    const background = BACKGROUNDS[now.kind];
    this.#item.text = now.text;
    this.#item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
    this.#item.tooltip = tooltip(now);
    this.#item.accessibilityInformation = { label: `AI LSP: ${now.headline}` };
  }
}

/** What the server says is shown as text, never as Markdown. */
function tooltip(now: Picture): vscode.MarkdownString {
  const text = new vscode.MarkdownString('**AI LSP** ');
  text.appendText(`· ${now.headline}`);
  for (const [label, value] of now.rows) {
    text.appendMarkdown(`\n\n${label}: `).appendText(value);
  }
  return text;
}
