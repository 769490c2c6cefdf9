/** What the status bar shows. In: how the server lives, what it says, whether the language is on. Out: texts. */

import type { Life } from '../session';
import type { Kind, Status } from './status';

export interface Picture {
  readonly kind: Kind;
  /** With an icon in front, in the notation of the status bar. */
  readonly text: string;
  /** One line for the person. */
  readonly headline: string;
  /** Label and value, in plain text. */
  readonly rows: readonly (readonly [string, string])[];
}

export interface Seen {
  readonly life: Life;
  readonly status: Status | undefined;
  /** The language of the open file where ghost text is switched off for it. */
  readonly disabledLanguage: string | undefined;
  /** Whether ghost text was asked for and takes a moment. */
  readonly isWaiting: boolean;
}

const ICONS: Readonly<Record<Kind, string>> = {
  normal: '$(sparkle)',
  busy: '$(loading~spin)',
  warning: '$(warning)',
  error: '$(error)',
  inactive: '$(circle-slash)',
};

const NAME = 'AI LSP';

export function picture(seen: Seen): Picture {
  const { life, status, disabledLanguage, isWaiting } = seen;
  if (life.kind !== 'running') {
    const [kind, headline] = away(life);
    return { kind, headline, text: `${ICONS[kind]} ${NAME}`, rows: [] };
  }
  if (status === undefined) {
    return { kind: 'busy', headline: 'Starting', text: `${ICONS.busy} ${NAME}`, rows: [] };
  }
  const isOff = disabledLanguage !== undefined && status.kind !== 'error';
  const kind = isOff ? 'inactive' : status.kind;
  return {
    kind,
    headline: isOff ? `Ghost text is off for ${disabledLanguage}` : capitalised(status.message || status.kind),
    text: `${ICONS[isWaiting ? 'busy' : kind]} ${status.provider ?? NAME}`,
    rows: rowsOf(status),
  };
}

function away(life: Exclude<Life, { kind: 'running' }>): [Kind, string] {
  switch (life.kind) {
    case 'starting':
      return ['busy', 'The language server is starting'];
    case 'stopped':
      return ['inactive', 'The language server is stopped'];
    case 'missing':
      return ['error', capitalised(life.why)];
    case 'waiting':
      return life.times < 2
        ? ['busy', 'The language server ended and is started again']
        : ['error', `The language server ended ${life.times} times; it is started again in ${life.milliseconds / 1000} s`];
  }
}

function rowsOf(status: Status): (readonly [string, string])[] {
  const { requests, inputTokens, outputTokens, cost } = status.usageToday;
  const tokens = `${inputTokens + outputTokens} tokens`;
  const used = [`${requests} requests`, tokens, ...(cost ? [`$${cost.toFixed(cost < 0.1 ? 4 : 2)}`] : [])].join(', ');
  return [
    ['Provider', status.provider ?? ''],
    ['Model', status.model ?? ''],
    ['Service', status.health.detail ?? ''],
    ['Today', requests > 0 ? used : ''],
    ['Last answer was empty', status.lastEmpty?.detail ?? ''],
  ].filter((row): row is [string, string] => row[1] !== '');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
