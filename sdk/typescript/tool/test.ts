// `slipway-sdk test`: a plugin's own tests, with Node's test runner and without WebAssembly.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { bundleForNode } from './bundle.js';
import { Mistake } from './mistake.js';
import { typecheck } from './typecheck.js';

export async function test(words: string[]): Promise<number> {
  const folder = resolve(words[0] ?? '.');
  const tests = join(folder, 'tests');
  const files = existsSync(tests) ? readdirSync(tests).filter((it) => it.endsWith('.test.ts')) : [];
  if (files.length === 0) throw new Mistake(`there is no *.test.ts in ${tests}`);
  typecheck(tests);
  const place = join(folder, 'dist/tests');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const compiled = files.map(async (file) => {
    const { code, map } = await bundleForNode(join(tests, file));
    const name = join(place, file.replace(/\.ts$/, '.mjs'));
    writeFileSync(name, `${code}\n//# sourceMappingURL=${map?.toUrl() ?? ''}\n`);
    return name;
  });
  const names = await Promise.all(compiled);
  const run = [process.execPath, '--enable-source-maps', '--test', ...names] as const;
  const { status } = spawnSync(run[0], run.slice(1), { cwd: folder, stdio: 'inherit' });
  return status ?? 1;
}
