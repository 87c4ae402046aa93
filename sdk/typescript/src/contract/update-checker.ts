// Generated from wit/ by `npm run generate`: slipway:update-checker/update-checker.

import type { Json, UnixMilliseconds } from './types.js';

export interface Description {
  name: string;
  title: string;
  summary: string;
  version: string;
  /** JSON Schema of `policy`. */
  policySchema: Json;
  defaultPolicy: Json;
  docs: string;
  extra: Json;
}

export interface CheckInput {
  /** `image` or `blueprint`. */
  subject: string;
  /** The reference in use, e.g. `registry.example/team/app:1.4.2`. */
  current: string;
  /** Its digest, where known. */
  currentDigest: string | null;
  policy: Json;
  /** Versions that a person said to skip. */
  skipped: string[];
  now: UnixMilliseconds;
}

export interface Candidate {
  reference: string;
  digest: string;
  /** Why this one, for a person. */
  reason: string;
  /** Markdown, where the source has one. */
  changelog: string | null;
}

/** Picks the newer version of an image or of a blueprint, on a cron tick. */
export interface UpdateChecker {
  describe(): Description;
  /** Throws Failure, as a plain object. */
  check(input: CheckInput): Candidate | null;
}
