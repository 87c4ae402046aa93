// Makes a component of JavaScript: QuickJS, the bundle, and a snapshot of both after the bundle has run once.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentize } from 'componentize-qjs';

import { Mistake } from './mistake.js';
import { wit } from './places.js';
import { CONTRACT } from './section.js';

/** Compiles against a world that has exactly these pieces of the contract. */
export async function compile(code: string, worlds: readonly string[]): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-sdk-'));
  try {
    cpSync(wit(), folder, { recursive: true });
    writeFileSync(join(folder, 'this.wit'), world(worlds));
    const { component } = await componentize({
      witPath: folder,
      world: `slipway:plugin/this@${CONTRACT}`,
      jsSource: code,
      // Not a line of the contract is asynchronous, and hosts need not support what is.
      sync: true,
      // Without WASI, all that a component can reach stands in its imports.
      stubWasi: true,
    });
    return component;
  } catch (error) {
    throw new Mistake(`it cannot be compiled: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function world(worlds: readonly string[]): string {
  const includes = worlds.map((it) => `  include ${it};`);
  return ['package slipway:plugin@1.0.0;', 'world this {', ...includes, '}', ''].join('\n');
}
