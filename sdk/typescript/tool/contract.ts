// The types of the contract, from wit/.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { interfaces } from './contract/wit.js';
import { typescript } from './contract/write.js';
import { wit } from './places.js';

/** Every file of src/contract, by name. */
export function contract(): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(wit(), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!entry.endsWith('.wit')) continue;
    for (const found of interfaces(readFileSync(join(wit(), entry), 'utf8'))) {
      files.set(`${found.name}.ts`, typescript(found));
    }
  }
  return files;
}
