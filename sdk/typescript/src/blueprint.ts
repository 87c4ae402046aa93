// Blueprints: a form's values in, Kubernetes objects out. Pure: same input, same output.

import type { About } from './about.js';
import type * as check from './contract/config-check.js';
import type * as contract from './contract/blueprint.js';
import type * as migrate from './contract/migrate.js';
import type * as suggest from './contract/suggest.js';
import type { App } from './contract/types.js';
import { guarded } from './crash.js';
import { Facts } from './facts.js';
import { Failure } from './failure.js';
import type { Field } from './form.js';
import { type Json, parsed } from './json.js';
import type { Objects } from './objects.js';
import { type Exported, type Identity, type Plugin, defaultsOf, described, schemaOf } from './plugin.js';

/** What a blueprint is. */
export interface Blueprint<V> {
  about: About;
  /** The form, made with `form.object`. What nobody may read back is a `form.secret`. */
  values: Field<V>;
  /** What it wants to be granted: `group/Kind`, or `Kind` in the core group. */
  kinds: readonly string[];
  /** The objects of one deployment. Throws a `Failure` where there can be none. */
  render(app: App, values: V, facts: Facts): Objects;
  /** Optional: all that is wrong and that a schema cannot say, checked before anything is stored. */
  check?(app: App, values: V, facts: Facts): Failure[];
  /** Optional: values of an older version as this version wants them. */
  migrate?(fromVersion: string, values: Json): Json;
  /** Optional: what a field of the form may be, given what is filled in so far. */
  suggest?(field: string, values: Json): string[];
}

/** Makes a plugin of a blueprint; export it as the default of the package's main module. */
export function blueprint<V>(it: Blueprint<V>): Blueprint<V> & Plugin {
  return { ...it, world: 'blueprint', exports: (identity) => exported(it, identity) };
}

function exported<V>(it: Blueprint<V>, identity: Identity): Exported {
  return {
    blueprint: contracted(it, identity),
    ...(it.check && { configCheck: checking(it, it.check) }),
    ...(it.migrate && { migrate: migrating(it.migrate) }),
    ...(it.suggest && { suggest: suggesting(it.suggest) }),
  };
}

function contracted<V>(it: Blueprint<V>, identity: Identity): contract.Blueprint {
  return {
    describe: guarded(() => ({
      ...described(it.about, identity),
      icon: it.about.picture(),
      valuesSchema: schemaOf(it.values),
      defaultValues: defaultsOf(it.values),
    })),
    render: guarded(({ app, values, facts }) => {
      const objects = it.render(app, it.values.read(parsed(values), ''), new Facts(parsed(facts)));
      return [...objects].map((object) => JSON.stringify(object));
    }),
  };
}

function checking<V>(it: Blueprint<V>, check: NonNullable<Blueprint<V>['check']>): check.ConfigCheck {
  return {
    check: guarded((app, values, facts) => {
      try {
        const found = check(app, it.values.read(parsed(values), ''), new Facts(parsed(facts)));
        return found.map((failure) => failure.toJSON());
      } catch (thrown) {
        if (thrown instanceof Failure) return [thrown.toJSON()];
        throw thrown;
      }
    }),
  };
}

function migrating(migrate: (fromVersion: string, values: Json) => Json): migrate.Migrate {
  return { migrate: guarded((fromVersion, values) => JSON.stringify(migrate(fromVersion, parsed(values)))) };
}

function suggesting(suggest: (field: string, values: Json) => string[]): suggest.Suggest {
  return { suggest: guarded((field, values) => suggest(field, parsed(values))) };
}
