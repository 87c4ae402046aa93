// What runs together.

import { Built } from './built.js';
import type { Container } from './container.js';

/** A pod's specification under Pod Security `restricted`, without a token of the cluster. */
export class Pod extends Built {
  /** A pod of one container. */
  constructor(container: Container) {
    super({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [container.toJSON()],
    });
  }

  /** Seconds that it has to finish what it is doing. */
  graceSeconds(seconds: number): this {
    return this.but({ terminationGracePeriodSeconds: seconds });
  }
}
