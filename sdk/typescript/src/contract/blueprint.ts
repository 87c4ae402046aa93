// Generated from wit/ by `npm run generate`: slipway:blueprint/blueprint.

import type { Json, Manifest, App } from './types.js';

export interface Description {
  /** DNS label that names the blueprint, e.g. `hello-web`. */
  name: string;
  /** For people, e.g. `Hello web`. */
  title: string;
  /** One or two sentences. */
  summary: string;
  /** Semantic version. */
  version: string;
  /** SVG text; none for the default picture. */
  icon: string | null;
  /** Markdown for the catalogue page. */
  docs: string;
  /**
   * JSON Schema (2020-12) of the values. A string with `writeOnly: true` is a secret: people submit text, and `render`
   * gets `{"secretKeyRef": {"name": ..., "key": ...}}` in its place, which belongs behind `valueFrom`. Keyword `x-slipway` on a property is an object: `order` is its place in
   * the form, `role` what it is for (`replicas`, `image`, `host`), `advanced: true` hides it at first,
   * `unit` stands behind its number.
   */
  valuesSchema: Json;
  /** Values that the form starts from. */
  defaultValues: Json;
  /**
   * Open side field: categories, links, own kinds (`customResources`), screenshots, and `healthRules`: by what objects
   * of kinds that the host does not know are judged (a list; `host/model/src/health/rules.rs` says what is in it).
   */
  extra: Json;
}

export interface RenderInput {
  app: App;
  /** Valid by the schema, defaults filled in; references where secrets are. */
  values: Json;
  /** What is known of the cluster: `kubernetesVersion`, `baseDomain`, `runtime` (`containers` or `wasm`), `apis`, ... */
  facts: Json;
}

/** Turns a form's values into Kubernetes objects. Pure: same input, same output. */
export interface Blueprint {
  describe(): Description;
  /** Throws Failure, as a plain object. */
  render(input: RenderInput): Manifest[];
}
