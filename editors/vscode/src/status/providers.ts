/** Providers as the server lists them, and as a list to pick from. */

export interface Provider {
  readonly name: string;
  readonly kind: string;
  readonly active: boolean;
  readonly origin: string | null;
  readonly model: string | null;
  readonly key: string;
  /** Whether its service answers; null where nobody has looked. */
  readonly ok: boolean | null;
  readonly detail: string;
  readonly configured: boolean;
}

export interface Choice {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly name: string;
}

const AUTO: Choice = {
  name: 'auto',
  label: '$(wand) auto',
  description: '',
  detail: 'A provider with a key, else a local server that answers, else the embedded engine',
};

/** The active one first, then those that can be used as they are. */
export function choices(providers: readonly Provider[]): Choice[] {
  const sorted = [...providers].sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
  return [AUTO, ...sorted.map(choice)];
}

export function lacksKey(provider: Provider): boolean {
  return provider.key === 'missing';
}

/** Those to which a key can be given: a service of one's own may want one, too. */
export function takesKey(provider: Provider): boolean {
  return provider.origin !== null;
}

function choice(provider: Provider): Choice {
  const icon = provider.active ? '$(check)' : lacksKey(provider) ? '$(key)' : provider.ok === false ? '$(warning)' : '$(circle-outline)';
  const description = [provider.model, provider.origin].filter((part) => part !== null && part !== '').join(' · ');
  return { name: provider.name, label: `${icon} ${provider.name}`, description, detail: provider.detail };
}

function rank(provider: Provider): number {
  return provider.active ? 0 : lacksKey(provider) ? 3 : provider.configured ? 1 : 2;
}
