// `slipway-sdk`: what an author of a plugin runs.

import { build } from './build.js';
import { Mistake } from './mistake.js';
import { test } from './test.js';

const USAGE = `usage: slipway-sdk <command> [FOLDER] [options]

commands:
  build   type-check, bundle and compile the plugin in FOLDER (default: here)
          -o, --output FILE   where the component goes (default: FOLDER/dist/NAME.wasm)
  test    type-check and run FOLDER/tests/*.test.ts with Node.js, without WebAssembly`;

/** Runs one command; says what the process ends with. */
export async function main(words: string[]): Promise<number> {
  const [command, ...rest] = words;
  try {
    if (command === 'build') return await build(rest);
    if (command === 'test') return await test(rest);
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return 1;
  }
  process.stderr.write(`${USAGE}\n`);
  return 2;
}
