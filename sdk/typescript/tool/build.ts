// `slipway-sdk build`: from a folder of TypeScript to a component that says what it is.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import type { Exported, Plugin } from '../src/plugin.js';
import { bundle } from './bundle.js';
import { compile } from './compile.js';
import { learn } from './learn.js';
import { lines } from './lines.js';
import { Mistake } from './mistake.js';
import { type Package, readPackage } from './package.js';
import { SECTION, manifest, withSection } from './section.js';
import { typecheck } from './typecheck.js';

/** The worlds of the contract by the interfaces that they export, as JavaScript names them. */
const WORLDS: Record<string, string> = {
  blueprint: 'blueprint',
  configCheck: 'config-check',
  migrate: 'migrate',
  suggest: 'suggest',
  control: 'control',
  updateChecker: 'update-checker',
};

export async function build(words: string[]): Promise<number> {
  const started = performance.now();
  const { folder, output } = asked(words);
  const from = readPackage(folder);
  typecheck(from.folder);
  const plugin = await learn(from);
  const exported = Object.keys(described(plugin, from));
  const { code, map } = await bundle(entry(plugin, from, exported), from.folder);
  const places = map === null ? '' : `\nglobalThis.slipwayLines = ${JSON.stringify(lines(map, from.folder))};\n`;
  const worlds = exported.map((it) => WORLDS[it] ?? it);
  const component = withSection(await compile(code + places, worlds), SECTION, manifest(plugin, from));
  const file = resolve(output ?? join(from.folder, 'dist', `${from.name}.wasm`));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, component);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const size = Math.round(component.length / 1024);
  process.stderr.write(
    `${relative('.', file)}: ${plugin.world} ${from.name} ${from.version}, ${size} KiB (${seconds} s)\n`,
  );
  return 0;
}

function asked(words: string[]): { folder: string; output: string | undefined } {
  try {
    const options = { output: { type: 'string', short: 'o' } } as const;
    const { positionals, values } = parseArgs({ args: words, options, allowPositionals: true });
    return { folder: positionals[0] ?? '.', output: values.output };
  } catch (error) {
    throw new Mistake((error as Error).message);
  }
}

/** Its interfaces; a plugin that cannot describe itself here cannot in the host. */
function described(plugin: Plugin, from: Package): Exported {
  const exported = plugin.exports(from);
  const { describe } = Object.values(exported)[0] as { describe: () => unknown };
  try {
    describe();
  } catch (error) {
    throw new Mistake(`it cannot describe itself: ${(error as Error).message}`);
  }
  return exported;
}

/** The module that joins the plugin to what its world imports and exports. */
function entry(plugin: Plugin, { name, version, main }: Package, exported: string[]): string {
  const registry = plugin.world === 'update-checker';
  return [
    `import * as log from 'slipway:log/log@1.0.0';`,
    registry ? `import * as registry from 'slipway:registry/registry@1.0.0';` : '',
    `import { connect, seal } from 'slipway-sdk/guest';`,
    `import plugin from ${JSON.stringify(main)};`,
    `connect({ log${registry ? ', registry' : ''} });`,
    `seal();`,
    `export const { ${exported.join(', ')} } = plugin.exports(${JSON.stringify({ name, version })});`,
  ].join('\n');
}
