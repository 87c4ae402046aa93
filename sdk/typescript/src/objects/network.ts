// How pods are reached.

import type { JsonObject } from '../json.js';
import { Built, SELECTOR, object } from './built.js';

/** A stable address for the pods of the same name. */
export class Service extends Built {
  /** Reaches the pods of the Deployment of that name. */
  constructor(name: string) {
    const spec = { type: 'ClusterIP', selector: { [SELECTOR]: name }, ports: [] };
    super({ ...object('v1', 'Service', name), spec });
  }

  /** A port, and the name of the containers' port behind it. */
  port(port: number, target: string): this {
    const entry = { name: target, port, protocol: 'TCP', targetPort: target };
    return this.but({ spec: { ports: this.longer('/spec/ports', entry) } });
  }
}

/** Host names from outside. */
export class Ingress extends Built {
  private constructor(name: string, rules: JsonObject[]) {
    super({ ...object('networking.k8s.io/v1', 'Ingress', name), spec: { rules } });
  }

  /** All paths of each host go to one port of a Service; null where there are no hosts. */
  static new(name: string, hosts: readonly string[], service: string, port: number): Ingress | null {
    if (hosts.length === 0) return null;
    const backend = { service: { name: service, port: { number: port } } };
    const paths = [{ path: '/', pathType: 'Prefix', backend }];
    return new Ingress(
      name,
      hosts.map((host) => ({ host, http: { paths } })),
    );
  }
}
