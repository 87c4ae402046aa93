// Versions of three numbers, and their order.

export type Version = readonly [number, number, number];

/** The version that a tag is; null where it is none, or one before a release. */
export function version(tag: string): Version | null {
  const found = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(tag);
  return found && [Number(found[1]), Number(found[2]), Number(found[3])];
}

export function isHigher(one: Version, other: Version): boolean {
  const [major, minor, patch] = [one[0] - other[0], one[1] - other[1], one[2] - other[2]];
  return (major || minor || patch) > 0;
}
