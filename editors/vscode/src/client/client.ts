/** The client of one life of the server: the library's, but for what we do ourselves. */

import { LanguageClient, RevealOutputChannelOn, ErrorAction, CloseAction, ExecuteCommandRequest } from 'vscode-languageclient/node';
import type { DynamicFeature, InitializeParams, LanguageClientOptions, Middleware, StaticFeature } from 'vscode-languageclient/node';
import type { DocumentSelector } from 'vscode-languageserver-protocol';
import type { LogOutputChannel } from 'vscode';
import { forServer } from './settings';

export const SECTION = 'aiLsp';

/** Files, new ones, cells of notebooks, and files of a repository that is not on this machine. */
const DOCUMENTS: DocumentSelector = ['file', 'untitled', 'vscode-notebook-cell', 'vscode-vfs'].map((scheme) => ({ scheme }));

/** Errors of a frame or two are survived; more mean that nobody understands the other. */
const MOST_ERRORS = 3;

export interface ClientParts {
  readonly command: string;
  readonly args: readonly string[];
  readonly output: LogOutputChannel;
  readonly trace: LogOutputChannel;
  readonly inlineCompletions: NonNullable<Middleware['provideInlineCompletionItems']>;
  /** The server ended by itself. */
  readonly closed: () => void;
}

export class Client extends LanguageClient {
  constructor(parts: ClientParts) {
    super(SECTION, 'AI LSP', { command: parts.command, args: [...parts.args] }, options(parts));
  }

  /** Commands of the server are not made commands of the editor: the extension has its own of the same names. */
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if (!('registrationType' in feature && feature.registrationType.method === ExecuteCommandRequest.method)) {
      super.registerFeature(feature);
    }
  }

  /** Whether and when the person hears of a failed start is the supervisor's business. */
  override error(message: string, data?: unknown, showNotification?: boolean | 'force'): void {
    super.error(message, data, showNotification === 'force' ? false : showNotification);
  }

  protected override fillInitializeParams(params: InitializeParams): void {
    super.fillInitializeParams(params);
    params.capabilities.experimental = { aiLsp: { status: true, refresh: true, results: true } };
  }
}

function options(parts: ClientParts): LanguageClientOptions {
  return {
    documentSelector: DOCUMENTS,
    outputChannel: parts.output,
    traceOutputChannel: parts.trace,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: (_error, _message, count) => ({
        action: (count ?? 0) <= MOST_ERRORS ? ErrorAction.Continue : ErrorAction.Shutdown,
        handled: true,
      }),
      closed: () => {
        parts.closed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    middleware: {
      provideInlineCompletionItems: parts.inlineCompletions,
      workspace: {
        configuration: async (params, token, next) => {
          const sections = await next(params, token);
          if (!Array.isArray(sections)) {
            return sections;
          }
          return sections.map((section, index) => (params.items[index]?.section === SECTION ? forServer(section) : section));
        },
      },
    },
  };
}
