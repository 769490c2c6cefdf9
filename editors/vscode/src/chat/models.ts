/** Every model of the server for the editor's own chat and for other extensions. */

import * as vscode from 'vscode';
import type { Session } from '../session';
import { ask, sentence } from './ask';
import { VENDOR, chosenBy, estimateTokens, models } from './model';
import type { ChatProvider, Model } from './model';
import type { Message } from './wire';

/** Milliseconds in which the server has taken over new settings. */
const TAKEN_OVER = 300;

/** Editors that are built from VS Code's sources may have no model picker. */
export function registerModels(session: Session): vscode.Disposable {
  if (typeof vscode.lm?.registerLanguageModelChatProvider !== 'function') {
    return new vscode.Disposable(() => undefined);
  }
  const provider = new Models(session);
  return vscode.Disposable.from(provider, vscode.lm.registerLanguageModelChatProvider(VENDOR, provider));
}

class Models implements vscode.LanguageModelChatProvider<Model>, vscode.Disposable {
  readonly #session: Session;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;
  readonly #listening: vscode.Disposable;

  constructor(session: Session) {
    this.#session = session;
    this.#listening = vscode.Disposable.from(
      session.onLife(() => this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration('aiLsp') && setTimeout(() => this.#changed.fire(), TAKEN_OVER),
      ),
    );
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  /** None as long as the server is away: the editor asks again when it is there. */
  async provideLanguageModelChatInformation(_options: unknown, token: vscode.CancellationToken): Promise<Model[]> {
    const client = this.#session.client();
    if (client === undefined) {
      return [];
    }
    const providers = await client.sendRequest<ChatProvider[]>('aiLsp/providers', undefined, token);
    return models(providers, vscode.workspace.getConfiguration('aiLsp').get('chat.model', ''));
  }

  async provideLanguageModelChatResponse(
    model: Model,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    if (options.toolMode === vscode.LanguageModelChatToolMode.Required) {
      throw new Error('AI LSP: this model answers in words and calls no tools.');
    }
    const show = (text: string): void => progress.report(new vscode.LanguageModelTextPart(text));
    const question = { ...chosenBy(model.id), messages: messages.map(messageOf).filter(({ content }) => content !== '') };
    try {
      const answer = await ask(this.#session.required(), question, show, token);
      if (answer.error !== null) {
        throw new Error(answer.error);
      }
    } catch (error) {
      if (!token.isCancellationRequested) {
        throw new Error(sentence(error), { cause: error });
      }
    }
  }

  provideTokenCount(_model: Model, text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    return Promise.resolve(estimateTokens(typeof text === 'string' ? text : textOf(text)));
  }
}

/** Roles that came after those of the stable interface are the system's. */
function messageOf(message: vscode.LanguageModelChatRequestMessage): Message {
  const { User, Assistant } = vscode.LanguageModelChatMessageRole;
  const role = message.role === User ? 'user' : message.role === Assistant ? 'assistant' : 'system';
  return { role, content: textOf(message) };
}

function textOf({ content }: vscode.LanguageModelChatRequestMessage): string {
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}
