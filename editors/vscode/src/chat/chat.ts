/** The chat of the side bar: what is asked, what comes of it, and what the page is told. */

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Session } from '../session';
import { ask, sentence, wasStopped } from './ask';
import { Attached } from './attached';
import { Conversation } from './conversation';
import type { TurnChange } from './conversation';
import { history, newest } from './history';
import type { Surroundings } from './messages';
import type { ChatProvider } from './model';
import { running, unavailable } from './running';
import type { Answer, Context, Question } from './wire';

/** Characters that the server takes in one request. */
const MOST_TOLD = 900_000;

/** Something that was asked, so that it can be asked again. */
export interface Asked {
  readonly text: string;
  readonly attached: readonly string[];
  readonly context: (client: LanguageClient) => Promise<Context>;
  readonly command?: string;
}

export class Chat implements vscode.Disposable {
  readonly conversation: Conversation;
  readonly attached = new Attached();
  readonly #session: Session;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  readonly #listening: vscode.Disposable;
  #asked: Asked | undefined;
  #running: vscode.CancellationTokenSource | undefined;
  /** The conversation as this life of the server knows it. */
  #known: { readonly client: LanguageClient; readonly id: string } | undefined;
  #service = '';

  constructor(session: Session) {
    const changed = (): void => this.#changed.fire();
    this.#session = session;
    this.conversation = new Conversation(changed);
    this.#listening = vscode.Disposable.from(
      this.attached.onChange(changed),
      session.onLife(changed),
      session.onReady((client) => void this.#look(client)),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('aiLsp') && this.#lookSoon()),
    );
    this.#lookSoon();
  }

  get surroundings(): Surroundings {
    return { service: this.#service || 'AI LSP', chips: this.attached.chips, unavailable: unavailable(this.#session.life) };
  }

  /** What the person has typed, with what goes along then, also when it is asked again. */
  async send(text: string): Promise<void> {
    const attached = this.attached.chips.map(({ label }) => label);
    let made: Promise<Context> | undefined;
    await this.ask({ text, attached, context: (client) => (made ??= this.attached.context(client.code2ProtocolConverter)) });
  }

  async ask(asked: Asked): Promise<void> {
    if (this.conversation.streaming) {
      void vscode.window.showInformationMessage('AI LSP: an answer is still coming. Stop it, or wait for its end.');
      return;
    }
    this.#asked = asked;
    const id = this.conversation.ask(asked.text, asked.attached);
    const running = (this.#running = new vscode.CancellationTokenSource());
    try {
      const answer = await this.#answer(asked, id, running.token);
      this.conversation.change(id, outcome(answer));
    } catch (error) {
      this.conversation.change(id, this.#failure(id, error, running.token.isCancellationRequested));
    } finally {
      running.dispose();
      this.#running = this.#running === running ? undefined : this.#running;
    }
  }

  /** The last question once more, in the place of what came of it. */
  async again(id: number): Promise<void> {
    const last = this.conversation.turns.at(-1);
    if (this.#asked !== undefined && last?.id === id && last.state !== 'streaming') {
      this.conversation.takeBack();
      this.#known = undefined;
      await this.ask(this.#asked);
    }
  }

  stop(): void {
    this.#running?.cancel();
  }

  clear(): void {
    this.stop();
    this.#known = undefined;
    this.#asked = undefined;
    this.attached.clear();
    this.conversation.clear();
  }

  dispose(): void {
    this.stop();
    this.#listening.dispose();
    this.attached.dispose();
    this.#changed.dispose();
  }

  async #answer(asked: Asked, id: number, token: vscode.CancellationToken): Promise<Answer> {
    const client = await running(this.#session, token);
    const context = await asked.context(client);
    const question = { ...context, ...(asked.command === undefined ? {} : { command: asked.command }) };
    const known = this.#known?.client === client ? this.#known.id : undefined;
    const piece = (text: string): void => this.conversation.add(id, text);
    const message = { role: 'user', content: asked.text } as const;
    const told = known === undefined ? newest(history(this.conversation.turns), MOST_TOLD) : [];
    const sent: Question = { ...question, messages: [...told, message], ...(known === undefined ? {} : { conversationId: known }) };
    const answer = await ask(client, sent, piece, token);
    this.#known = { client, id: answer.conversationId };
    if (!answer.streamed && this.conversation.text(id) === '') {
      piece(answer.content);
    }
    return answer;
  }

  #failure(id: number, error: unknown, isStopped: boolean): TurnChange {
    if (isStopped || wasStopped(error)) {
      return { state: 'stopped', note: '' };
    }
    this.#session.output.warn(`chat: ${sentence(error)}`);
    return { state: this.conversation.text(id) === '' ? 'failed' : 'partial', note: sentence(error) };
  }

  /** The server takes over settings in a moment of its own. */
  #lookSoon(): void {
    setTimeout(() => {
      const client = this.#session.client();
      void (client && this.#look(client));
    }, 300);
  }

  /** Who would answer now. */
  async #look(client: LanguageClient): Promise<void> {
    try {
      const providers = await client.sendRequest<ChatProvider[]>('aiLsp/providers');
      const chosen = providers.find((one) => one.used_for.includes('chat'));
      const model = vscode.workspace.getConfiguration('aiLsp').get('chat.model', '') || chosen?.model;
      this.#service = chosen === undefined ? 'No model for chat' : [chosen.name, model].filter(Boolean).join(' · ');
    } catch (error) {
      this.#session.output.warn(`chat: no providers: ${sentence(error)}`);
    }
    this.#changed.fire();
  }
}

/** What was left out stands in the reply itself. */
function outcome(answer: Answer): TurnChange {
  const service = [answer.provider, answer.model].filter(Boolean).join(' · ');
  const note = answer.finishReason === 'length' ? 'The model has reached the length that it is allowed.' : '';
  return answer.error === null ? { state: 'done', note, service } : { state: 'partial', note: '', service };
}
