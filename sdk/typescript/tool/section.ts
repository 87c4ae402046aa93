// The custom section of a component: what it says of itself before any of its code is compiled.

import type { Identity, Plugin } from '../src/plugin.js';

export const SECTION = 'slipway:plugin';
/** The version of the contract in wit/. */
export const CONTRACT = '1.0.0';

/** The document, with the words and in the order in which the Rust SDK writes it. */
export function manifest({ world, kinds }: Pick<Plugin, 'world' | 'kinds'>, { name, version }: Identity): string {
  const named = `slipway:plugin/${world}@${CONTRACT}`;
  return JSON.stringify({ manifest: 1, world: named, id: name, version, wants: { kinds } });
}

/** The component with one more custom section: id 0, size, name, content. */
export function withSection(component: Uint8Array, name: string, content: string): Uint8Array {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const named = bytes(name);
  const body = Buffer.concat([leb128(named.length), named, bytes(content)]);
  return Buffer.concat([component, Uint8Array.of(0), leb128(body.length), body]);
}

/** A number as WebAssembly writes it: seven bits a byte, the last one without the mark. */
function leb128(number: number): Uint8Array {
  const bytes: number[] = [];
  let left = number;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return Uint8Array.of(...bytes, left);
}
