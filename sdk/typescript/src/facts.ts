// What is known of the cluster, as far as the host tells it.

import { type Json, at, pointer } from './json.js';

/** An open JSON object: `kubernetesVersion`, `runtime` (`containers` or `wasm`), `ingressPort`, `ingressScheme`, ... */
export class Facts {
  /** All of them. */
  readonly json: Json;

  constructor(json: Json) {
    this.json = json;
  }

  /** The text of that name; undefined where it is not told. */
  text(name: string): string | undefined {
    const fact = at(this.json, pointer(name));
    return typeof fact === 'string' ? fact : undefined;
  }

  /** The whole number of that name; undefined where it is not told. */
  number(name: string): number | undefined {
    const fact = at(this.json, pointer(name));
    return Number.isInteger(fact) ? (fact as number) : undefined;
  }

  /** Where people reach a host name: scheme, name, and the port where it is not the scheme's own. */
  url(host: string): string {
    const scheme = this.text('ingressScheme') ?? 'http';
    const usual = scheme === 'https' ? 443 : 80;
    const port = this.number('ingressPort') ?? usual;
    return port === usual ? `${scheme}://${host}/` : `${scheme}://${host}:${port}/`;
  }
}
