/** The setting `aiLsp.enable`: by language identifier; `*` stands for all that are not named. */

export type EnableMap = Readonly<Record<string, boolean>>;

export function isEnabled(map: EnableMap, language: string): boolean {
  return map[language] ?? map['*'] ?? true;
}

/** The map with this said in it; not said where it goes without saying. */
export function withLanguage(map: EnableMap, language: string, isOn: boolean): EnableMap {
  const { [language]: _, ...others } = map;
  return isEnabled(others, language) === isOn ? others : { ...others, [language]: isOn };
}
