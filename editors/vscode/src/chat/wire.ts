/** `aiLsp/chat` as the server speaks it. */

import type { Diagnostic, Range } from 'vscode-languageserver-protocol';

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What of the person's code goes along. */
export interface Context {
  readonly textDocument?: { readonly uri: string };
  readonly range?: Range;
  readonly context?: 'file' | 'selection';
  readonly diagnostics?: readonly Diagnostic[];
  readonly files?: readonly string[];
}

export interface Question extends Context {
  readonly messages: readonly Message[];
  readonly command?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly conversationId?: string;
}

export interface Answer {
  /** Empty where it is `streamed`: then it has come in pieces, and only so. */
  readonly content: string;
  readonly finishReason: string | null;
  readonly provider: string;
  readonly model: string;
  readonly conversationId: string;
  /** Earlier messages that the model had no room for. */
  readonly dropped: number;
  readonly refused: readonly { readonly uri: string; readonly reason: string }[];
  /** Why the answer is not complete. */
  readonly error: string | null;
  readonly streamed: boolean;
}

interface Delta {
  readonly kind: string;
  readonly content?: unknown;
}

/** The text of a progress notification; nothing for what is none. */
export function textIn(value: unknown): string {
  const { kind, content } = (value ?? {}) as Partial<Delta>;
  return kind === 'delta' && typeof content === 'string' ? content : '';
}
