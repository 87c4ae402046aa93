// What keeps pods running.

import { Built, SELECTOR, object } from './built.js';
import type { Pod } from './pod.js';

/** A number of equal pods, replaced one by one and never fewer than wanted. */
export class Deployment extends Built {
  /** One replica of a pod. */
  constructor(name: string, pod: Pod) {
    const labels = { [SELECTOR]: name };
    super({
      ...object('apps/v1', 'Deployment', name),
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        selector: { matchLabels: labels },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: { metadata: { labels }, spec: pod.toJSON() },
      },
    });
  }

  /** That many pods. */
  replicas(replicas: number): this {
    return this.but({ spec: { replicas } });
  }
}
