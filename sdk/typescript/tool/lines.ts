// Which line of the author's source each line of a bundle comes from, small enough to go into the component.

import { join, relative } from 'node:path';

import type { Lines } from '../src/crash.js';
import { ENTRY } from './bundle.js';

interface SourceMap {
  sources: string[];
  mappings: string;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of the package's own files only; `mapped` lies where the bundle of that folder would. */
export function lines(map: SourceMap, folder: string): Lines {
  const files = map.sources.map((it) => relative(folder, join(folder, 'dist', it)));
  const isOwn = files.map((it) => !/^\.\.|node_modules/.test(it) && it !== ENTRY);
  const runs: Lines['runs'] = [];
  let before: { file: number; line: number } | null = null;
  starts(map.mappings).forEach((start, index) => {
    const here = start !== null && isOwn[start.file] === true ? start : null;
    const goesOn = here === null ? before === null : before?.file === here.file && before.line + 1 === here.line;
    if (!goesOn) runs.push([index + 1, here?.file ?? -1, here === null ? 0 : here.line + 1]);
    before = here;
  });
  return { files: files.map((it, file) => (isOwn[file] === true ? it : '')), runs };
}

/** For each line of the bundle, file and line (from 0) of what it begins with. */
function starts(mappings: string): ({ file: number; line: number } | null)[] {
  let [file, line] = [0, 0];
  return mappings.split(';').map((segments) => {
    let first: { file: number; line: number } | null = null;
    for (const segment of segments.split(',')) {
      const [, files, linesDown] = numbers(segment);
      if (files === undefined || linesDown === undefined) continue;
      file += files;
      line += linesDown;
      first ??= { file, line };
    }
    return first;
  });
}

/** Base64 VLQ: five bits a digit, the lowest first, the very lowest the sign. */
function numbers(segment: string): number[] {
  const numbers: number[] = [];
  let [number, shift] = [0, 0];
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter);
    number += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(number & 1 ? -(number >> 1) : number >> 1);
    [number, shift] = [0, 0];
  }
  return numbers;
}
