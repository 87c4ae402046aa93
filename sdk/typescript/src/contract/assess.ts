// Generated from wit/ by `npm run generate`: slipway:blueprint/assess.

import type { Manifest, Health } from './types.js';

export interface Verdict {
  health: Health;
  reason: string;
  message: string;
}

/** Optional: health of kinds that only this blueprint knows. */
export interface Assess {
  /** None: not a kind of ours. */
  assess(object: Manifest): Verdict | null;
}
