import { expect, test } from 'vitest';
import { exampleRepo } from '../config/example-repo.ts';
import { check } from './listener-conflict.ts';
import { trial } from './trial.ts';

const LISTENERS = '[{name: http, port: 4000, protocol: http}]';
const TLS = 'tls: {secret: llm-tls}';

const found = (listeners: string) => trial(check, exampleRepo([LISTENERS, `[${listeners}]`]));

test('https needs a certificate, and http has no use for one', async () => {
  expect(await found('{name: a, port: 443}')).toMatchObject([
    { severity: 'error', at: 'a', message: 'Listener a of gateway llm speaks https and has no certificate.' },
  ]);
  expect(await found(`{name: a, port: 80, protocol: http, ${TLS}}`)).toMatchObject([
    { at: 'tls', message: 'Listener a of gateway llm has a certificate and speaks http, which uses none.' },
  ]);
});

test('one port speaks one protocol', async () => {
  expect(await found(`{name: a, host: a.example, port: 443, ${TLS}}, {name: b, port: 443, protocol: http}`)).toEqual([
    {
      severity: 'error',
      at: '443',
      message: 'Listener b of gateway llm speaks http on port 443, where listener a speaks https.',
      related: ['443: Listener a has the port as well.'],
    },
  ]);
});

test('a host is served once on a port', async () => {
  const twice = `{name: a, host: a.example, port: 443, ${TLS}}, {name: b, host: a.example, port: 443, ${TLS}}`;
  expect(await found(twice)).toMatchObject([
    { at: 'a.example', message: 'Listeners a and b of gateway llm both serve host a.example on port 443.' },
  ]);
  expect(await found('{name: a, port: 80, protocol: http}, {name: b, port: 80, protocol: http}')).toMatchObject([
    { at: '80', message: 'Listeners a and b of gateway llm both serve any host on port 80.' },
  ]);
});

test('different hosts share a port, and a host several ports', async () => {
  const listeners = [
    `{name: a, host: a.example, port: 443, ${TLS}}`,
    `{name: b, host: b.example, port: 443, ${TLS}}`,
    `{name: c, host: a.example, port: 8443, ${TLS}}`,
    `{name: d, port: 443, ${TLS}}`,
  ];
  expect(await found(listeners.join())).toEqual([]);
});
