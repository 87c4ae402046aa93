// Looks at registries, with the host's credentials and within the grant.

import type * as contract from './contract/registry.js';
import { Failure } from './failure.js';
import { host } from './host.js';

/** All tags of a repository, in the registry's order. */
export function tags(repository: string): string[] {
  return asked(() => host().registry.tags(repository));
}

/** The digest that a reference points at now. */
export function resolve(reference: string): string {
  return asked(() => host().registry.resolve(reference));
}

/** When the image says that it was made, in milliseconds since 1970; null where it does not say. */
export function created(reference: string): number | null {
  return asked(() => host().registry.created(reference));
}

function asked<T>(ask: () => T): T {
  try {
    return ask();
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown;
    const { code, message } = thrown as contract.Failure;
    throw new Failure(code, message);
  }
}
