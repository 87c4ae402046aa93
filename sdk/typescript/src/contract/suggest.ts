// Generated from wit/ by `npm run generate`: slipway:blueprint/suggest.

import type { Json } from './types.js';

/** Optional: suggestions for a field, given what is filled in so far (a form's completion). */
export interface Suggest {
  suggest(field: string, values: Json): string[];
}
