// What the component that the build tool makes needs of the SDK, and nobody else.

export { connect } from './host.js';
export { seal } from './sealed.js';
