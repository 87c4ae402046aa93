// Type-checks a folder by its tsconfig.json, with the compiler that the SDK brings.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { Mistake } from './mistake.js';

const require = createRequire(import.meta.url);

export function typecheck(folder: string): void {
  if (!existsSync(join(folder, 'tsconfig.json'))) {
    throw new Mistake(`there is no tsconfig.json in ${folder}; {"extends": "slipway-sdk/tsconfig.json"} is one`);
  }
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const words = [compiler, '--noEmit', '--project', folder];
  if (process.stderr.isTTY) words.push('--pretty');
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Mistake(`the types do not fit:\n${stdout}${stderr}`.trimEnd());
}
