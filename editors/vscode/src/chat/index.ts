/** The chat: the view, the participant, and the language models of the server. */

import * as vscode from 'vscode';
import { command } from '../command';
import type { Session } from '../session';
import { Chat } from './chat';
import type { Asked } from './chat';
import { registerModels } from './models';
import { registerParticipant } from './participant';
import { ChatView, VIEW } from './view';

/** Asks in the view, and shows it. */
export type AskInView = (asked: Asked) => Promise<void>;

export function registerChat(context: vscode.ExtensionContext, session: Session): AskInView {
  const chat = new Chat(session);
  const view = new ChatView(chat, context.extensionUri);
  const commands: Record<string, (argument: unknown) => unknown> = {
    'aiLsp.chat': (text) => view.show(typeof text === 'string' ? text : undefined),
    'aiLsp.newChat': () => {
      chat.clear();
      return view.show();
    },
    'aiLsp.stopChat': () => chat.stop(),
    'aiLsp.addToChat': (uri) => {
      const file = uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri;
      chat.attached.add(file === undefined ? [] : [file]);
      return view.show();
    },
  };
  context.subscriptions.push(
    chat,
    vscode.window.registerWebviewViewProvider(VIEW, view),
    registerParticipant(context, session),
    registerModels(session),
    ...Object.entries(commands).map(([name, run]) => command(name, run)),
  );
  return async (asked) => {
    await view.show();
    await chat.ask(asked);
  };
}
