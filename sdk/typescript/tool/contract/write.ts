// Writes an interface of the contract as TypeScript, with the conventions of componentize-qjs.

import type { Field, Interface, Item, Type } from './wit.js';

const NUMBERS = ['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'f32', 'f64'];

/** The file of one interface: its types, and an interface with its functions, named like the interface. */
export function typescript(from: Interface): string {
  const lines: string[] = [];
  for (const item of from.items) {
    const declared = declaration(item);
    if (declared !== '') lines.push(...docs('', item.is === 'use' ? [] : item.docs), declared, '');
  }
  const functions = from.items.filter((it) => it.is === 'func');
  if (functions.length > 0) {
    const members = functions.flatMap((it) => [...docs('  ', told(it)), `  ${signature(it)};`]);
    lines.push(...docs('', from.docs), `export interface ${pascal(from.name)} {`, ...members, '}', '');
  }
  const uses = from.items.filter((it) => it.is === 'use').flatMap((it) => use(it, lines));
  const path = `${from.package.split('@')[0]}/${from.name}`;
  const head = [`// Generated from wit/ by \`npm run generate\`: ${path}.`, '', ...uses];
  return [...head, ...(uses.length > 0 ? [''] : []), ...lines].join('\n');
}

/** The names of another interface that these lines need; what only their documentation names is left out. */
function use(item: Extract<Item, { is: 'use' }>, lines: string[]): string[] {
  const code = lines.filter((it) => !/^ *\/?\*/.test(it)).join('\n');
  const names = item.names.map(pascal).filter((it) => new RegExp(`\\b${it}\\b`).test(code));
  return names.length === 0 ? [] : [`import type { ${names.join(', ')} } from './${item.from}.js';`];
}

function declaration(item: Item): string {
  switch (item.is) {
    case 'alias':
      return `export type ${pascal(item.name)} = ${type(item.type)};`;
    case 'record':
      return `export interface ${pascal(item.name)} {\n${item.fields.flatMap(member).join('\n')}\n}`;
    case 'enum':
      return `export type ${pascal(item.name)} = ${item.cases.map((it) => `'${it}'`).join(' | ')};`;
    case 'variant':
      return `export type ${pascal(item.name)} = ${item.cases.map(variantCase).join(' | ')};`;
    case 'use':
    case 'func':
      return '';
  }
}

function member(field: Field): string[] {
  return [...docs('  ', field.docs), `  ${camel(field.name)}: ${type(field.type)};`];
}

function variantCase(it: { name: string; type: Type | null }): string {
  return it.type === null ? `{ tag: '${it.name}' }` : `{ tag: '${it.name}'; val: ${type(it.type)} }`;
}

type Function = Extract<Item, { is: 'func' }>;

function signature(it: Function): string {
  const parameters = it.parameters.map((its) => `${camel(its.name)}: ${type(its.type)}`).join(', ');
  const answer = it.result?.name === 'result' ? it.result.of[0] : it.result;
  return `${camel(it.name)}(${parameters}): ${answer === null || answer === undefined ? 'void' : type(answer)}`;
}

/** A result that is an error is thrown. */
function told(it: Function): string[] {
  const error = it.result?.name === 'result' ? it.result.of[1] : undefined;
  return error === undefined ? it.docs : [...it.docs, `Throws ${type(error)}, as a plain object.`];
}

function type(it: Type): string {
  const [first] = it.of;
  if (it.name === 'list' && first !== undefined) return `${type(first)}[]`;
  if (it.name === 'option' && first !== undefined) return `${type(first)} | null`;
  if (NUMBERS.includes(it.name)) return 'number';
  if (it.name === 'bool') return 'boolean';
  if (it.name === 'string') return 'string';
  if (it.of.length > 0) throw new Error(`${it.name}<...> has no place in the contract yet`);
  return pascal(it.name);
}

function docs(indent: string, lines: string[]): string[] {
  if (lines.length < 2) return lines.map((it) => `${indent}/** ${it} */`);
  return [`${indent}/**`, ...lines.map((it) => `${indent} * ${it}`), `${indent} */`];
}

function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function pascal(name: string): string {
  return camel(`-${name}`);
}
