// Generated from wit/ by `npm run generate`: slipway:registry/registry.

export interface Failure {
  /** `not-granted`, `not-found`, `rate-limited`, `unreachable`, ... */
  code: string;
  message: string;
}

/** Looking at OCI registries. Credentials stay in the host; only granted repositories answer. */
export interface Registry {
  /**
   * All tags of a repository (`registry.example/team/app`), in the registry's order.
   * Throws Failure, as a plain object.
   */
  tags(repository: string): string[];
  /**
   * The digest (`sha256:...`) that a reference points at now.
   * Throws Failure, as a plain object.
   */
  resolve(reference: string): string;
  /**
   * When the image says that it was made, in milliseconds since 1970; none where it does not say.
   * Throws Failure, as a plain object.
   */
  created(reference: string): number | null;
}
