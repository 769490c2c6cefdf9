/** What of the section `aiLsp` goes to the server: its own settings, and of those only what the person has set. */

/** Settings that the extension itself reads. The server would call them unknown. */
const OURS = new Set(['enable', 'server', 'trace']);

type Table = Readonly<Record<string, unknown>>;

export function forServer(section: unknown): Table {
  const table = isTable(section) ? section : {};
  return pruned(Object.fromEntries(Object.entries(table).filter(([key]) => !OURS.has(key))));
}

/** Without what means "not set" in the settings' own page: nothing, no text, an empty table. */
function pruned(table: Table): Table {
  const entries = Object.entries(table).map(([key, value]) => [key, isTable(value) ? pruned(value) : value] as const);
  return Object.fromEntries(entries.filter(([, value]) => isSet(value)));
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && !(isTable(value) && Object.keys(value).length === 0);
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
