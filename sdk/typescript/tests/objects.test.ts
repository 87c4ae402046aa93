// The builders, held to the objects that the Rust SDK's builders make.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  ConfigMap,
  Container,
  Deployment,
  Ingress,
  Objects,
  Pod,
  Secret,
  SecretRef,
  Service,
  VolumeClaim,
  at,
} from 'slipway-sdk';
import * as testing from 'slipway-sdk/testing';

// Tests run in the folder of the package.
const golden = JSON.parse(readFileSync('../golden/hello-web.json', 'utf8')) as { objects: unknown[] };

test('the blueprint hello-web comes out as in Rust', () => {
  const { name, hosts } = testing.app();
  const container = new Container('web', 'slipway.local/hello-app:1.0.0')
    .env('GREETING', 'Ahoy')
    .env('PORT', '8080')
    .envFromField('POD_NAME', 'metadata.name')
    .envSecret('ACCESS_CODE', testing.secret('accessCode'))
    .env('MODE', 'quiet')
    .port('http', 8080)
    .readyAt('/healthz', 'http')
    .lingerSeconds(5)
    .memory(2048, 16)
    .cpu(10);
  const objects = new Objects()
    .with(new Deployment(name, new Pod(container)).replicas(3))
    .with(new Service(name).port(80, 'http'))
    .withSome(Ingress.new(name, hosts, name, 80));
  assert.deepEqual([...objects], golden.objects);
});

test('a builder is not changed by what is built on it', () => {
  const base = new Container('a', 'b').env('X', '1');
  const [one, two] = [base.env('Y', '2'), base.liveAt('/', 'http').envFromSecret('Z', 's', 'k')];
  const names = (it: Container) => (at(it.toJSON(), '/env') as { name: string }[]).map((its) => its.name);
  assert.deepEqual([names(base), names(one), names(two)], [['X'], ['X', 'Y'], ['X', 'Z']]);
  assert.equal(at(base.toJSON(), '/livenessProbe'), undefined);
});

test('settings and volumes are what Kubernetes reads', () => {
  assert.deepEqual(at(new ConfigMap('a').entry('x/y', '1').entry('z', '2').toJSON(), '/data'), {
    'x/y': '1',
    z: '2',
  });
  const secret = new Secret('a').entry('k', 'v').toJSON();
  assert.deepEqual([at(secret, '/stringData'), at(secret, '/type')], [{ k: 'v' }, 'Opaque']);
  const storage = (size: number) => at(new VolumeClaim('a', size).toJSON(), '/spec/resources/requests/storage');
  assert.deepEqual([storage(2048), storage(100)], ['2Gi', '100Mi']);
  const pod = new Pod(new Container('a', 'b').cpu(2000)).graceSeconds(7).toJSON();
  assert.equal(at(pod, '/containers/0/resources/requests/cpu'), '2');
  assert.equal(at(pod, '/terminationGracePeriodSeconds'), 7);
});

test('where nothing is filled in or asked for, nothing is made', () => {
  assert.equal(Ingress.new('a', [], 'a', 80), null);
  assert.deepEqual([...new Objects().withSome(null)], []);
  const bare = new Container('a', 'b').toJSON();
  assert.deepEqual(new Container('a', 'b').envSecret('X', null).toJSON(), bare);
  assert.deepEqual(new Container('a', 'b').envSecret('X', new SecretRef('', '')).toJSON(), bare);
});
