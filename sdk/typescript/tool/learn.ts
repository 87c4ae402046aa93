// Runs a plugin's main module in Node.js, as the compiler will in QuickJS, and asks what it is.

import type { Plugin } from '../src/plugin.js';
import { bundle } from './bundle.js';
import { Mistake } from './mistake.js';
import type { Package } from './package.js';

export async function learn(from: Package): Promise<Plugin> {
  const { code } = await bundle(`export { default } from ${JSON.stringify(from.main)};`, from.folder);
  const module = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  const plugin = await loaded(module, from);
  for (const kind of plugin.kinds) {
    if (!/^([a-z0-9.-]+\/)?[A-Z][A-Za-z0-9]*$/.test(kind)) {
      throw new Mistake(`the kind ${JSON.stringify(kind)} is not of the form group/Kind`);
    }
  }
  return plugin;
}

async function loaded(module: string, from: Package): Promise<Plugin> {
  let plugin: unknown;
  try {
    ({ default: plugin } = (await import(module)) as { default: unknown });
  } catch (error) {
    throw new Mistake(`${from.main} cannot be run: ${(error as Error).stack ?? String(error)}`);
  }
  if (!isPlugin(plugin)) {
    throw new Mistake(
      `${from.main} has no plugin as its default export; it should end in ` +
        '`export default blueprint({ ... })`, `control({ ... })` or `updateChecker({ ... })`',
    );
  }
  return plugin;
}

function isPlugin(it: unknown): it is Plugin {
  return typeof it === 'object' && it !== null && 'world' in it && 'exports' in it;
}
