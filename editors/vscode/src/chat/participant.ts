/** `@ai-lsp` in the chat of the editor itself. */

import * as vscode from 'vscode';
import type { Code2ProtocolConverter } from 'vscode-languageclient/node';
import type { Session } from '../session';
import { ask, sentence, wasStopped } from './ask';
import { contextOf, filesFor, lookedAt, rangeContext } from './attached';
import { VENDOR, chosenBy } from './model';
import { questionOf } from './prompts';
import { running } from './running';
import type { Answer, Context, Message } from './wire';

const PARTICIPANT = 'ai-lsp.chat';

/** Editors that are built from VS Code's sources may have no chat. */
export function registerParticipant(context: vscode.ExtensionContext, session: Session): vscode.Disposable {
  if (typeof vscode.chat?.createChatParticipant !== 'function') {
    return new vscode.Disposable(() => undefined);
  }
  const made = vscode.chat.createChatParticipant(PARTICIPANT, (request, before, stream, token) => respond(session, request, before, stream, token));
  made.iconPath = vscode.Uri.joinPath(context.extensionUri, 'icon.png');
  return made;
}

async function respond(
  session: Session,
  request: vscode.ChatRequest,
  { history }: vscode.ChatContext,
  stream: vscode.ChatResponseStream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  try {
    const client = await running(session, token);
    const context = await contextFor(request, client.code2ProtocolConverter);
    const messages = [...said(history), { role: 'user', content: questionOf(request.prompt, request.command) } as const];
    const command = request.command === undefined ? {} : { command: request.command };
    const model = request.model.vendor === VENDOR ? chosenBy(request.model.id) : {};
    const answer = await ask(client, { ...context, ...command, ...model, messages }, (text) => stream.markdown(text), token);
    return resultOf(answer);
  } catch (error) {
    if (token.isCancellationRequested || wasStopped(error)) {
      return {};
    }
    return { errorDetails: { message: sentence(error) } };
  }
}

function resultOf(answer: Answer): vscode.ChatResult {
  const metadata = { provider: answer.provider, model: answer.model };
  return answer.error === null ? { metadata } : { metadata, errorDetails: { message: answer.error } };
}

/** A place becomes the selection, files go along whole. Where nothing is named, a command is about what the person looks at. */
async function contextFor({ references, command }: vscode.ChatRequest, convert: Code2ProtocolConverter): Promise<Context> {
  const places = references.flatMap(({ value }) => (value instanceof vscode.Location ? [value] : []));
  const uris = references.flatMap(({ value }) => (value instanceof vscode.Uri ? [value] : []));
  const [first, ...others] = places;
  const files = await filesFor([...uris, ...others.map(({ uri }) => uri)], convert);
  if (first !== undefined) {
    // the server knows only what is open
    await vscode.workspace.openTextDocument(first.uri);
    return { ...rangeContext(first.uri, first.range, convert), ...files };
  }
  const editor = command === undefined || uris.length > 0 ? undefined : lookedAt();
  return { ...(editor === undefined ? {} : contextOf(editor, convert)), ...files };
}

/** Turns of this participant alone: the editor hands over no others. */
function said(history: vscode.ChatContext['history']): Message[] {
  return history
    .map((turn): Message => {
      if (turn instanceof vscode.ChatRequestTurn) {
        return { role: 'user', content: questionOf(turn.prompt, turn.command) };
      }
      const parts = turn.response.map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ''));
      return { role: 'assistant', content: parts.join('') };
    })
    .filter(({ content }) => content !== '');
}
