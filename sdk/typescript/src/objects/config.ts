// What pods read and keep.

import { Built, mebibytes, object } from './built.js';

/** Settings that anybody may see. */
export class ConfigMap extends Built {
  /** Empty. */
  constructor(name: string) {
    super({ ...object('v1', 'ConfigMap', name), data: {} });
  }

  /** One entry. */
  entry(key: string, value: string): this {
    return this.but({ data: { [key]: value } });
  }
}

/** Settings that nobody may see. */
export class Secret extends Built {
  /** Empty. */
  constructor(name: string) {
    super({ ...object('v1', 'Secret', name), type: 'Opaque', stringData: {} });
  }

  /** One entry, in clear text. */
  entry(key: string, value: string): this {
    return this.but({ stringData: { [key]: value } });
  }
}

/** A volume that outlives its pods. */
export class VolumeClaim extends Built {
  /** A claim that one node at a time mounts. */
  constructor(name: string, sizeMebibytes: number) {
    const resources = { requests: { storage: mebibytes(sizeMebibytes) } };
    super({ ...object('v1', 'PersistentVolumeClaim', name), spec: { accessModes: ['ReadWriteOnce'], resources } });
  }
}
