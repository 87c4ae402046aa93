// The package of a plugin: where it lies, and who it says it is.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Identity } from '../src/plugin.js';
import { Mistake } from './mistake.js';

export interface Package extends Identity {
  folder: string;
  /** The module whose default export is the plugin. */
  main: string;
}

/** Reads `package.json` of a folder: its `name` and `version` are the plugin's, its `main` is where it begins. */
export function readPackage(folder: string): Package {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) throw new Mistake(`there is no package.json in ${resolve(folder)}`);
  const { name, version, main = 'src/main.ts' } = fields(file);
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
    throw new Mistake(
      `${file}: the name must be a plugin's: lower case letters, digits and '-', at most 63 of them`,
    );
  }
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Mistake(`${file}: the version must be a semantic version, such as 0.1.0`);
  }
  const begins = resolve(folder, String(main));
  if (!existsSync(begins)) throw new Mistake(`${file}: main is ${String(main)}, and there is no such file`);
  return { folder: resolve(folder), name, version, main: begins };
}

function fields(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new Mistake(`${file}: ${(error as Error).message}`);
  }
}
