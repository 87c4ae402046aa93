// All that a plugin usually names.

export { About } from './about.js';
export { type Blueprint, blueprint } from './blueprint.js';
export type { App, Health, ObjectRef } from './contract/types.js';
export { Facts } from './facts.js';
export { Failure } from './failure.js';
export * as form from './form.js';
export { type Json, type JsonObject, at, merged, pointer } from './json.js';
export * as log from './log.js';
export {
  ConfigMap,
  Container,
  Deployment,
  Ingress,
  Objects,
  Pod,
  Secret,
  Service,
  VolumeClaim,
} from './objects.js';
export type { Identity, Plugin } from './plugin.js';
export { SecretRef } from './secret.js';
export { type Control, Decision, type Observed, Step, control, previewHost, reference, title } from './control.js';
export * as registry from './registry.js';
export { type Candidate, type Subject, type UpdateChecker, updateChecker } from './update.js';
