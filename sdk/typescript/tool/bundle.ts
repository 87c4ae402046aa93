// Makes one module of a plugin and all that it imports.

import { type OutputChunk, type RolldownOptions, rolldown } from 'rolldown';

import { Mistake } from './mistake.js';

/** Texts that a plugin may import as they are, like its page in the catalogue. */
const TEXTS = { '.md': 'text', '.svg': 'text', '.txt': 'text' } as const;

/** The module that stands for the given source. */
export const ENTRY = 'slipway-entry.js';

/** Bundles a module whose source is given; it is looked at as if it lay in that folder. */
export async function bundle(source: string, folder: string): Promise<OutputChunk> {
  const entry = `${folder}/${ENTRY}`;
  return bundled({
    input: entry,
    // Names in what comes out are relative to it, so that nothing of the machine gets into the component.
    cwd: folder,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
    external: /^slipway:/,
    platform: 'neutral',
  });
}

/** Bundles a file for Node.js. */
export async function bundleForNode(file: string): Promise<OutputChunk> {
  return bundled({ input: file, external: /^node:/, platform: 'node' });
}

async function bundled(options: RolldownOptions): Promise<OutputChunk> {
  try {
    const build = await rolldown({ ...options, moduleTypes: TEXTS, onLog: refuse });
    try {
      const { output } = await build.generate({ format: 'esm', sourcemap: true, codeSplitting: false });
      return output[0];
    } finally {
      await build.close();
    }
  } catch (error) {
    if (error instanceof Mistake) throw error;
    throw new Mistake(`it cannot be bundled:\n${(error as Error).message}`);
  }
}

/** What a bundler only warns of would be missing when the plugin runs. */
function refuse(level: string, log: { message: string }): void {
  if (level === 'warn') throw new Mistake(`it cannot be bundled:\n${log.message}`);
}
