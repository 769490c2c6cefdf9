/** The setting `aiLsp.enable`: by language identifier; `*` stands for all that are not named. */

export type EnableMap = Readonly<Record<string, boolean>>;

export function isEnabled(map: EnableMap, language: string): boolean {
  return map[language] ?? map['*'] ?? true;
}
