// Control plugins: one step at a time from observed to desired, until it is done or has failed.

import type { About } from './about.js';
import type * as contract from './contract/control.js';
import { Decision } from './control/decision.js';
import { Step } from './control/step.js';
import { guarded } from './crash.js';
import { Facts } from './facts.js';
import { Failure } from './failure.js';
import type { Field } from './form.js';
import { type JsonObject, isObject, parsed } from './json.js';
import { type Plugin, defaultsOf, described, schemaOf } from './plugin.js';

export { Decision } from './control/decision.js';
export { previewHost, reference, title } from './control/objects.js';
export { type Observed, Step } from './control/step.js';

/** What a control plugin is. */
export interface Control<O> {
  about: About;
  /** What can be set per cluster or deployment, made with `form.object`. */
  options: Field<O>;
  /** The operations that it knows. */
  operations: readonly string[];
  /** What it wants to be granted beyond the blueprint's own kinds. */
  kinds?: readonly string[];
  /** What to do now. Called for each of `operations` only. */
  step(step: Step<O>): Decision;
}

/** Makes a plugin of it; export it as the default of the package's main module. */
export function control<O>(it: Control<O>): Control<O> & Plugin {
  const exports: Plugin['exports'] = (identity) => {
    const control: contract.Control = {
      describe: guarded(() => ({
        ...described(it.about, identity),
        operations: [...it.operations],
        optionsSchema: schemaOf(it.options),
        defaultOptions: defaultsOf(it.options),
      })),
      step: guarded((input) => {
        if (!it.operations.includes(input.operation)) {
          throw Failure.unsupportedOperation(input.operation, it.operations);
        }
        return it.step(step(it, input)).toOutput();
      }),
    };
    return { control };
  };
  return { ...it, world: 'control', kinds: it.kinds ?? [], exports };
}

function step<O>(it: Control<O>, input: contract.StepInput): Step<O> {
  const { now, started, ...same } = input;
  return new Step({
    ...same,
    arguments: parsed(input.arguments),
    options: it.options.read(parsed(input.options), ''),
    desired: input.desired.map(object),
    previous: input.previous.map(object),
    observed: input.observed.map((seen) => ({ ...seen, object: object(seen.object) })),
    facts: new Facts(parsed(input.facts)),
    memory: parsed(input.memory),
    nowUnixMilliseconds: now,
    startedUnixMilliseconds: started,
  });
}

function object(text: string): JsonObject {
  const json = parsed(text);
  return isObject(json) ? json : {};
}
