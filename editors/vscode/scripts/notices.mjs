/** Writes the licences of all that went into the two bundles, as they ask for: one text, each licence once. */

import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const BUNDLES = ['extension', 'chat'];

const inputs = BUNDLES.flatMap((name) => Object.keys(JSON.parse(readFileSync(`dist/${name}.meta.json`, 'utf8')).inputs));
const folders = new Set(inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));

const parts = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined || !existsSync(join(folder, file))) {
    throw new Error(`${name} ${version} comes without the text of its licence (${license})`);
  }
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
});

writeFileSync('dist/THIRD-PARTY.txt', parts.join(`\n${'-'.repeat(80)}\n\n`));
