// Reads the part of WIT that the contract is written in: interfaces of aliases, records, variants, enums and functions.

export interface Field {
  name: string;
  type: Type;
  docs: string[];
}

export interface Type {
  /** `string`, `u64`, `list`, `option`, `result`, or the name of a declared type. */
  name: string;
  of: Type[];
}

export type Item =
  | { is: 'use'; from: string; names: string[] }
  | { is: 'alias'; name: string; type: Type; docs: string[] }
  | { is: 'record'; name: string; fields: Field[]; docs: string[] }
  | { is: 'enum'; name: string; cases: string[]; docs: string[] }
  | { is: 'variant'; name: string; cases: { name: string; type: Type | null }[]; docs: string[] }
  | { is: 'func'; name: string; parameters: Field[]; result: Type | null; docs: string[] };

export interface Interface {
  package: string;
  name: string;
  docs: string[];
  items: Item[];
}

const TOKEN = /\/\/\/[^\n]*|\/\/[^\n]*|->|[\w.:/@-]*[\w-]|[{}(),;=<>:]/g;

/** All interfaces of one file. Throws where the file says what this reader does not know. */
export function interfaces(text: string): Interface[] {
  const reader = new Reader(text);
  const found: Interface[] = [];
  let name = '';
  for (;;) {
    const docs = reader.docs();
    const word = reader.next();
    if (word === undefined) return found;
    if (word === 'package') name = reader.until(';').join('');
    else if (word === 'interface') found.push(reader.interface(name, docs));
    else if (word === 'world') {
      reader.next();
      reader.expect('{');
      reader.until('}');
    } else throw new Error(`${word} is no beginning that is known here`);
  }
}

class Reader {
  readonly #tokens: string[];
  #at = 0;

  constructor(text: string) {
    const tokens = text.match(TOKEN) ?? [];
    this.#tokens = tokens.filter((it) => it.startsWith('///') || !it.startsWith('//')).flatMap(parts);
  }

  next(): string | undefined {
    return this.#tokens[this.#at++];
  }

  word(): string {
    const word = this.next();
    if (word === undefined) throw new Error('the file ends too early');
    return word;
  }

  expect(wanted: string): void {
    const word = this.word();
    if (word !== wanted) throw new Error(`${word} stands where ${wanted} should`);
  }

  /** Takes the token if it is this one. */
  is(wanted: string): boolean {
    if (this.#tokens[this.#at] !== wanted) return false;
    this.#at++;
    return true;
  }

  until(end: string): string[] {
    const words: string[] = [];
    for (let word = this.word(); word !== end; word = this.word()) words.push(word);
    return words;
  }

  docs(): string[] {
    const lines: string[] = [];
    while (this.#tokens[this.#at]?.startsWith('///')) lines.push(this.word().slice(3).trim());
    return lines;
  }

  interface(of: string, docs: string[]): Interface {
    const name = this.word();
    this.expect('{');
    const items: Item[] = [];
    while (!this.is('}')) items.push(this.item(this.docs()));
    return { package: of, name, docs, items };
  }

  item(docs: string[]): Item {
    const word = this.word();
    if (word === 'use') return this.use();
    if (word === 'type') return this.alias(docs);
    if (word === 'record') return { is: 'record', name: this.word(), fields: this.list('{', '}'), docs };
    if (word === 'enum') return { is: 'enum', name: this.word(), cases: this.cases().map((it) => it.name), docs };
    if (word === 'variant') return { is: 'variant', name: this.word(), cases: this.cases(), docs };
    this.expect(':');
    this.expect('func');
    const parameters = this.list('(', ')');
    const result = this.is('->') ? this.type() : null;
    this.expect(';');
    return { is: 'func', name: word, parameters, result, docs };
  }

  use(): Item {
    const path = this.until('{').join('');
    const names = this.until('}').filter((it) => it !== ',');
    this.expect(';');
    const from = /\/([\w-]+)@/.exec(path)?.[1];
    if (from === undefined) throw new Error(`use ${path} names no interface of a package`);
    return { is: 'use', from, names };
  }

  alias(docs: string[]): Item {
    const name = this.word();
    this.expect('=');
    const type = this.type();
    this.expect(';');
    return { is: 'alias', name, type, docs };
  }

  list(open: string, close: string): Field[] {
    this.expect(open);
    const fields: Field[] = [];
    while (!this.is(close)) {
      const docs = this.docs();
      const name = this.word();
      this.expect(':');
      fields.push({ name, type: this.type(), docs });
      this.is(',');
    }
    return fields;
  }

  cases(): { name: string; type: Type | null }[] {
    this.expect('{');
    const cases: { name: string; type: Type | null }[] = [];
    while (!this.is('}')) {
      this.docs();
      const name = this.word();
      const type = this.is('(') ? this.type() : null;
      if (type !== null) this.expect(')');
      cases.push({ name, type });
      this.is(',');
    }
    return cases;
  }

  type(): Type {
    const name = this.word();
    const of: Type[] = [];
    if (this.is('<')) {
      while (!this.is('>')) {
        of.push(this.type());
        this.is(',');
      }
    }
    return { name, of };
  }
}

/** A name before a colon is a token of its own, except in the path of a package. */
function parts(token: string): string[] {
  const split = /^([\w-]+):$/.exec(token);
  return split?.[1] === undefined ? [token] : [split[1], ':'];
}
