// Between a plugin's functions and the host: a failure is an answer, any other error is told to the log and ends the call.

import { Failure } from './failure.js';
import * as log from './log.js';

/** From which line of which file the lines of a component's bundle come; the build tool leaves it behind. */
export interface Lines {
  files: string[];
  /** Beginnings of runs: line of the bundle, index of the file (-1: none that the author wrote), line of the file. */
  runs: [number, number, number][];
}

const STACK_LINES = 20;

/** The same function, for the host. */
export function guarded<A extends unknown[], R>(asked: (...input: A) => R): (...input: A) => R {
  return (...input) => {
    try {
      return asked(...input);
    } catch (thrown) {
      if (thrown instanceof Failure) throw thrown.toJSON();
      log.error(told(thrown));
      throw thrown;
    }
  };
}

/** Message and stack; of what is no error, what it is. */
function told(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `thrown: ${JSON.stringify(thrown) ?? String(thrown)}`;
  const { slipwayLines } = globalThis as { slipwayLines?: Lines };
  const stack = (thrown.stack ?? '').trimEnd().split('\n').slice(0, STACK_LINES);
  const placed = slipwayLines ? stack.map((it) => inSource(it, slipwayLines)) : stack;
  return [`${thrown.name}: ${thrown.message}`, ...placed].join('\n');
}

/** A line of a stack, `    at render (bundle:12:3)`, with the place in the source where the author wrote it. */
export function inSource(frame: string, { files, runs }: Lines): string {
  return frame.replace(/\(([^()]*):(\d+):\d+\)$/, (place, _bundle, number: string) => {
    const line = Number(number);
    const [from, file, first] = runs.findLast(([from]) => from <= line) ?? [0, -1, 0];
    const name = files[file];
    return name === undefined ? place : `(${name}:${first + line - from})`;
  });
}
