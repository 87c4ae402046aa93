// Generated from wit/ by `npm run generate`: slipway:blueprint/config-check.

import type { Json, Failure, App } from './types.js';

/** Optional: checks that a schema cannot say, before anything is stored. */
export interface ConfigCheck {
  /** All that is wrong, or nothing. */
  check(app: App, values: Json, facts: Json): Failure[];
}
