/** The providers' models, as the editor's model picker and other extensions see them. */

import type { Provider } from '../status/providers';

/** As in `contributes.languageModelChatProviders`. */
export const VENDOR = 'ai-lsp';

/** Tokens, where nobody knows the window. */
const USUAL_WINDOW = 8192;

/** Tokens that an answer may take, where the window has four times as many. */
const LONGEST_ANSWER = 4096;

/** Bytes of UTF-8 in a token; code has a few more, and a guess should rather be too high. */
const BYTES = 3;

export interface ChatProvider extends Provider {
  readonly context_window: number | null;
  readonly abilities: readonly string[];
  readonly used_for: readonly string[];
}

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly detail: string;
  readonly tooltip: string;
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: { readonly toolCalling: boolean; readonly imageInput: boolean };
}

/** The model that follows the settings; settings cannot name a provider so. */
const AS_SET = 'auto';

/**
 * First the one that follows the settings, then those of all providers that chat, have the key that they need, and answer.
 * `chosen` is the model that the settings name for chat.
 */
export function models(providers: readonly ChatProvider[], chosen: string): Model[] {
  const asSet = providers.find((one) => one.used_for.includes('chat'));
  const first = asSet === undefined ? [] : [{ ...modelOf(asSet, chosen || (asSet.model ?? '')), id: AS_SET, name: 'AI LSP', detail: 'as in the settings' }];
  return [...first, ...providers.filter(isUsable).flatMap((one) => modelsOf(one, chosen))];
}

function isUsable(provider: ChatProvider): boolean {
  return provider.abilities.includes('chat') && provider.key !== 'missing' && (provider.configured || provider.ok !== false);
}

/** What an identity of ours stands for. */
export function chosenBy(id: string): { readonly provider?: string; readonly model?: string } {
  if (id === AS_SET) {
    return {};
  }
  const at = id.indexOf('/');
  if (at === -1) {
    return { provider: id };
  }
  return { provider: id.slice(0, at), model: id.slice(at + 1) };
}

export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, 'utf8') / BYTES);
}

function modelsOf(provider: ChatProvider, chosen: string): Model[] {
  const own = provider.model === null || provider.model === '' ? [] : [provider.model];
  const named = provider.used_for.includes('chat') && chosen !== '' ? [chosen] : [];
  const names = [...new Set([...own, ...named])];
  return names.length > 0 ? names.map((name) => modelOf(provider, name)) : [modelOf(provider, '')];
}

function modelOf(provider: ChatProvider, model: string): Model {
  const window = provider.context_window ?? USUAL_WINDOW;
  const answer = Math.min(LONGEST_ANSWER, Math.floor(window / 4));
  return {
    id: model === '' ? provider.name : `${provider.name}/${model}`,
    name: model || provider.name,
    family: provider.kind,
    version: model || '1',
    detail: provider.name,
    tooltip: [provider.name, provider.origin ?? '', provider.detail, 'answers in words, calls no tools'].filter((part) => part !== '').join(' · '),
    maxInputTokens: window - answer,
    maxOutputTokens: answer,
    // the editor shows no others where its only mode is that of agents; whoever insists on a tool is told
    capabilities: { toolCalling: true, imageInput: false },
  };
}
