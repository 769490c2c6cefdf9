/** The chat in the side bar. The page shows what it is told and can be thrown away at any time: everything is kept here. */

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Chat } from './chat';
import { Feed } from './feed';
import { insertAtCursor } from './insert';
import { safeLink } from './markdown/link';
import type { FromPage, ToPage } from './messages';
import { pageOf } from './html';

export const VIEW = 'aiLsp.chatView';

export class ChatView implements vscode.WebviewViewProvider {
  readonly #chat: Chat;
  readonly #folder: vscode.Uri;
  readonly #feed: Feed;
  #view: vscode.WebviewView | undefined;
  /** For the input, as soon as there is one. */
  #focus: { readonly text?: string } | undefined;

  constructor(chat: Chat, folder: vscode.Uri) {
    this.#chat = chat;
    this.#folder = folder;
    this.#feed = new Feed((update) => this.#post({ kind: 'update', update }));
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    this.#view = view;
    webview.options = { enableScripts: true, localResourceRoots: [this.#at('dist'), this.#at('media')] };
    const listening = vscode.Disposable.from(
      webview.onDidReceiveMessage((message: FromPage) => void this.#heard(message)),
      this.#chat.onChange(() => this.#pump()),
    );
    view.onDidDispose(() => {
      listening.dispose();
      this.#feed.gone();
      this.#view = undefined;
    });
    webview.html = pageOf({
      source: webview.cspSource,
      script: String(webview.asWebviewUri(this.#at('dist', 'chat.js'))),
      style: String(webview.asWebviewUri(this.#at('media', 'chat.css'))),
      nonce: randomBytes(18).toString('base64url'),
    });
  }

  /** Brings the chat before the person; `text` is what its input then holds. */
  async show(text?: string): Promise<void> {
    this.#focus = text === undefined ? {} : { text };
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    this.#giveFocus();
  }

  async #heard(message: FromPage): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#feed.ready();
        this.#pump();
        this.#giveFocus();
        return;
      case 'painted':
        this.#feed.painted(message.milliseconds);
        this.#pump();
        return;
      case 'send':
        return this.#chat.send(message.text);
      case 'stop':
        return this.#chat.stop();
      case 'clear':
        return this.#chat.clear();
      case 'again':
        return this.#chat.again(message.id);
      case 'attach':
        await this.#chat.attached.pick();
        return this.show();
      case 'detach':
        return this.#chat.attached.remove(message.chip);
      case 'service':
        await vscode.commands.executeCommand('aiLsp.switchProvider');
        return;
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'copy turn':
        return vscode.env.clipboard.writeText(this.#chat.conversation.text(message.id));
      case 'insert':
        return insertAtCursor(message.text);
      case 'link':
        return follow(message.href);
    }
  }

  #pump(): void {
    this.#feed.pump(this.#chat.conversation.turns, this.#chat.surroundings);
  }

  #giveFocus(): void {
    if (this.#focus !== undefined && this.#view !== undefined) {
      this.#post({ kind: 'focus', ...this.#focus });
      this.#focus = undefined;
    }
  }

  #post(message: ToPage): void {
    void this.#view?.webview.postMessage(message);
  }

  #at(...parts: readonly string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.#folder, ...parts);
  }
}

/** VS Code itself asks the person before it opens an address. */
async function follow(href: string): Promise<void> {
  const address = safeLink(href);
  if (address !== undefined) {
    await vscode.env.openExternal(vscode.Uri.parse(address, true));
  }
}
