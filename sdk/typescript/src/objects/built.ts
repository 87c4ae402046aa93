// What all builders share: JSON that grows by copies, so that one beginning may be used twice.

import { type Json, type JsonObject, at, merged } from '../json.js';

/** The label by which a Service finds its pods: the name of what runs them. */
export const SELECTOR = 'app.kubernetes.io/name';

export abstract class Built {
  private readonly json: JsonObject;

  constructor(json: JsonObject) {
    this.json = json;
  }

  toJSON(): JsonObject {
    return this.json;
  }

  /** The same with these parts in it; made without the constructor, which asks for what is in it already. */
  protected but(parts: JsonObject): this {
    const copy = Object.create(Object.getPrototypeOf(this) as object) as this;
    return Object.assign(copy, { json: merged(this.json, parts) });
  }

  /** The list there with one more entry. */
  protected longer(pointer: string, entry: Json): Json[] {
    const list = at(this.json, pointer);
    return [...(Array.isArray(list) ? list : []), entry];
  }
}

export function object(apiVersion: string, kind: string, name: string): JsonObject {
  return { apiVersion, kind, metadata: { name, labels: { [SELECTOR]: name } } };
}

/** Memory as Kubernetes writes it back, so that what is applied and what is observed are the same text. */
export function mebibytes(amount: number): string {
  return amount > 0 && amount % 1024 === 0 ? `${amount / 1024}Gi` : `${amount}Mi`;
}

/** Processor time as Kubernetes writes it back. */
export function millicores(amount: number): string {
  return amount % 1000 === 0 ? `${amount / 1000}` : `${amount}m`;
}
