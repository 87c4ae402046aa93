// Which fields of a form stand where: the author's order, what is folded away at first, what each is called.
import { isObject, resolve, type Schema } from './schema';

export type FieldEntry = { key: string; schema: Schema };

/** The properties of an object as the author ordered them; those without a number follow as they stand in the document. */
export function inOrder(owner: Schema, root: Schema): FieldEntry[] {
  const entries = Object.entries(owner.properties ?? {}).map(([key, part]) => ({ key, schema: resolve(part, root) }));
  const place = (it: FieldEntry) => numbered(it.schema['x-slipway']?.order);
  // Two infinities have no difference; they keep their places, because sorting is stable.
  return entries.sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

function numbered(order: unknown): number {
  return typeof order === 'number' ? order : Infinity;
}

/** What everybody fills in, and what waits under "More settings". */
export function parted(owner: Schema, root: Schema): { first: FieldEntry[]; more: FieldEntry[] } {
  const entries = inOrder(owner, root);
  const first = entries.filter((it) => !it.schema['x-slipway']?.advanced);
  // A fold over everything would be a riddle.
  if (first.length === 0) return { first: entries, more: [] };
  return { first, more: entries.filter((it) => it.schema['x-slipway']?.advanced) };
}

/** Whether a value is another one than what the form starts from; the order of an object's keys says nothing. */
export function differs(value: unknown, standard: unknown): boolean {
  if (isObject(value) && isObject(standard)) {
    const keys = new Set([...Object.keys(value), ...Object.keys(standard)]);
    return [...keys].some((key) => differs(value[key], standard[key]));
  }
  if (Array.isArray(value) && Array.isArray(standard)) {
    return value.length !== standard.length || value.some((it, index) => differs(it, standard[index]));
  }
  return value !== standard;
}

/** Whether something is wrong at a field or in it. */
export function hasError(errors: ReadonlyMap<string, string>, pointer: string): boolean {
  return [...errors.keys()].some((it) => it === pointer || it.startsWith(`${pointer}/`));
}

/** What a person calls the field at a pointer: the titles on the way there, or its keys where there are none. */
export function titleAt(pointer: string, root: Schema | null): string {
  let owner: Schema | undefined = root ? resolve(root, root) : undefined;
  return steps(pointer)
    .map((key) => {
      const part: Schema | undefined = owner?.properties?.[key];
      owner = part && root ? resolve(part, root) : undefined;
      return owner?.title ?? key;
    })
    .join(' › ');
}

/** Where the field at a pointer stands in the form: numbers to compare from the left. */
export function byPlace(root: Schema | null): (a: string, b: string) => number {
  if (!root) return () => 0;
  return (a, b) => {
    const [left, right] = [placeOf(a, root), placeOf(b, root)];
    const index = left.findIndex((it, at) => it !== right[at]);
    return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? -1);
  };
}

function placeOf(pointer: string, root: Schema): number[] {
  let owner: Schema | undefined = resolve(root, root);
  return steps(pointer).map((key) => {
    const entries: FieldEntry[] = owner ? inOrder(owner, root) : [];
    const index = entries.findIndex((it) => it.key === key);
    owner = entries[index]?.schema;
    return index < 0 ? entries.length : index;
  });
}

/** The keys of a JSON pointer (RFC 6901). */
export function steps(pointer: string): string[] {
  return pointer.split('/').slice(1).map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer of a key below another one. */
export function below(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What is wrong, said where the field's own name is on show already. */
export function atField(pointer: string, message: string): string {
  const name = `${steps(pointer).join('.')}: `;
  return message.startsWith(name) ? message.slice(name.length) : message;
}
