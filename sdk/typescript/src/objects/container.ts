// One container of a pod.

import type { Json, JsonObject } from '../json.js';
import type { SecretRef } from '../secret.js';
import { Built, mebibytes, millicores } from './built.js';

/** A container that may do nothing special: no capabilities, no way to gain any. */
export class Container extends Built {
  /** A container of an image. */
  constructor(name: string, image: string) {
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    super({ name, image, securityContext });
  }

  /** A variable of the environment. */
  env(name: string, value: string): this {
    return this.variable({ name, value });
  }

  /** A variable with what a field of the pod says, e.g. `metadata.name`. */
  envFromField(name: string, field: string): this {
    return this.variable({ name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: field } } });
  }

  /** A variable with an entry of a ConfigMap. */
  envFromConfig(name: string, config: string, key: string): this {
    return this.variable({ name, valueFrom: { configMapKeyRef: { name: config, key } } });
  }

  /** A variable with an entry of a secret. */
  envFromSecret(name: string, secret: string, key: string): this {
    return this.variable({ name, valueFrom: { secretKeyRef: { name: secret, key } } });
  }

  /** A variable with a secret of the form, where it is filled in. */
  envSecret(name: string, secret: SecretRef | null): this {
    const source = secret?.source() ?? null;
    return source === null ? this : this.variable({ name, valueFrom: source });
  }

  /** A port that it listens on. */
  port(name: string, number: number): this {
    return this.push('ports', { name, containerPort: number, protocol: 'TCP' });
  }

  /** Gets traffic while `GET path` on the named port answers with success. */
  readyAt(path: string, port: string): this {
    return this.but({ readinessProbe: { httpGet: { path, port }, periodSeconds: 2, timeoutSeconds: 2 } });
  }

  /** Is restarted when `GET path` on the named port fails for half a minute. */
  liveAt(path: string, port: string): this {
    const often = { periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 };
    return this.but({ livenessProbe: { httpGet: { path, port }, ...often } });
  }

  /**
   * Goes on answering for so long after its end was decided, while nodes still hear one after another that it is no
   * address any more. Needs Kubernetes 1.30.
   */
  lingerSeconds(seconds: number): this {
    return this.but({ lifecycle: { preStop: { sleep: { seconds } } } });
  }

  /** What it may use at most, and what is set aside for it. */
  memory(limitMebibytes: number, requestMebibytes: number): this {
    const [limit, request] = [mebibytes(limitMebibytes), mebibytes(requestMebibytes)];
    return this.but({ resources: { limits: { memory: limit }, requests: { memory: request } } });
  }

  /** Processor time that is set aside for it. */
  cpu(requestMillicores: number): this {
    return this.but({ resources: { requests: { cpu: millicores(requestMillicores) } } });
  }

  private variable(variable: JsonObject): this {
    return this.push('env', variable);
  }

  private push(list: string, entry: Json): this {
    return this.but({ [list]: this.longer(`/${list}`, entry) });
  }
}
