// What a step decided.

import type * as contract from '../contract/control.js';
import type { ObjectRef } from '../contract/types.js';
import type { Failure } from '../failure.js';
import type { Json, JsonObject } from '../json.js';

interface Parts {
  outcome: { tag: 'done' } | { tag: 'wait'; val: string } | { tag: 'failed'; val: Failure };
  apply: readonly JsonObject[];
  keep: readonly ObjectRef[];
  remove: readonly ObjectRef[];
  memory: Json;
  recheckAfterMilliseconds: number | null;
  notes: readonly string[];
  links: readonly contract.Link[];
}

const NOTHING = {
  apply: [],
  keep: [],
  remove: [],
  memory: null,
  recheckAfterMilliseconds: null,
  notes: [],
  links: [],
};

export class Decision {
  readonly parts: Readonly<Parts>;

  private constructor(parts: Parts) {
    this.parts = parts;
  }

  /** All is as wanted, once what is applied here is there. */
  static done(): Decision {
    return new Decision({ ...NOTHING, outcome: { tag: 'done' } });
  }

  /** Something is not yet as it should be: for a person, what. */
  static wait(reason: string): Decision {
    return new Decision({ ...NOTHING, outcome: { tag: 'wait', val: reason } });
  }

  /** The operation has failed. */
  static failed(failure: Failure): Decision {
    return new Decision({ ...NOTHING, outcome: { tag: 'failed', val: failure } });
  }

  /** Objects to apply, whole. */
  applying(objects: Iterable<JsonObject>): Decision {
    return this.but({ apply: [...this.parts.apply, ...objects] });
  }

  /** Objects that stay as they are. */
  keeping(objects: Iterable<ObjectRef>): Decision {
    return this.but({ keep: [...this.parts.keep, ...objects] });
  }

  /** Ask again after this time at the latest; changes in the cluster are a reason without it. */
  recheckAfter(milliseconds: number): Decision {
    return this.but({ recheckAfterMilliseconds: Math.min(Math.max(Math.round(milliseconds), 0), 0xffff_ffff) });
  }

  /** Objects to remove. */
  removing(objects: Iterable<ObjectRef>): Decision {
    return this.but({ remove: [...this.parts.remove, ...objects] });
  }

  /** What the next step is to know. */
  remembering(memory: Json): Decision {
    return this.but({ memory });
  }

  /** A line for the operation's log. */
  note(line: string): Decision {
    return this.but({ notes: [...this.parts.notes, line] });
  }

  /** Addresses that people open. */
  linking(links: Iterable<contract.Link>): Decision {
    return this.but({ links: [...this.parts.links, ...links] });
  }

  /** As the contract has it. */
  toOutput(): contract.StepOutput {
    const { outcome, apply, keep, remove, memory, notes, links, recheckAfterMilliseconds } = this.parts;
    return {
      outcome: outcome.tag === 'failed' ? { tag: 'failed', val: outcome.val.toJSON() } : outcome,
      apply: apply.map((it) => JSON.stringify(it)),
      keep: [...keep],
      remove: [...remove],
      memory: JSON.stringify(memory),
      recheckAfterMilliseconds,
      notes: [...notes],
      links: [...links],
    };
  }

  private but(parts: Partial<Parts>): Decision {
    return new Decision({ ...this.parts, ...parts });
  }
}
