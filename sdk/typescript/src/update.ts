// Update checkers: pick the newer version of an image or of a blueprint.

import type { About } from './about.js';
import type * as contract from './contract/update-checker.js';
import { guarded } from './crash.js';
import type { Field } from './form.js';
import { parsed } from './json.js';
import { type Plugin, defaultsOf, described, schemaOf } from './plugin.js';

/** The version to go to. */
export interface Candidate {
  reference: string;
  digest: string;
  /** Why this one, for a person. */
  reason: string;
  /** Markdown, where the source has one. */
  changelog?: string;
}

/** What may be updated. */
export interface Subject {
  /** `image` or `blueprint`. */
  kind: string;
  /** The reference in use. */
  current: string;
  /** Its digest, where known. */
  currentDigest: string | null;
  /** Versions that a person said to skip. */
  skipped: readonly string[];
  nowUnixMilliseconds: number;
}

/** What an update checker is. */
export interface UpdateChecker<P> {
  about: About;
  /** What can be set per deployment, made with `form.object`. */
  policy: Field<P>;
  /** The version to go to; null where the current one is the best. */
  check(subject: Subject, policy: P): Candidate | null;
}

/** Makes a plugin of it; export it as the default of the package's main module. */
export function updateChecker<P>(it: UpdateChecker<P>): UpdateChecker<P> & Plugin {
  const exports: Plugin['exports'] = (identity) => {
    const updateChecker: contract.UpdateChecker = {
      describe: guarded(() => ({
        ...described(it.about, identity),
        policySchema: schemaOf(it.policy),
        defaultPolicy: defaultsOf(it.policy),
      })),
      check: guarded(({ subject: kind, current, currentDigest, policy, skipped, now }) => {
        const subject = { kind, current, currentDigest, skipped, nowUnixMilliseconds: now };
        const found = it.check(subject, it.policy.read(parsed(policy), ''));
        return found && { ...found, changelog: found.changelog ?? null };
      }),
    };
    return { updateChecker };
  };
  return { ...it, world: 'update-checker', kinds: [], exports };
}
