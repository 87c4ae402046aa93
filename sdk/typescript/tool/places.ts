// Where the parts of the SDK lie: in a checkout of Slipway, and as an installed package.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The SDK's own folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The contract: in the package, or beside the SDK in the checkout. */
export function wit(): string {
  const packed = `${root}wit`;
  return existsSync(packed) ? packed : fileURLToPath(new URL('../../wit/v1', `file://${root}`));
}
