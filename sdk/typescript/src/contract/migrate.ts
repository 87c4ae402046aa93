// Generated from wit/ by `npm run generate`: slipway:blueprint/migrate.

import type { Json } from './types.js';

/** Optional: carries values of an older version of this blueprint over to this one. */
export interface Migrate {
  /** Throws Failure, as a plain object. */
  migrate(fromVersion: string, values: Json): Json;
}
