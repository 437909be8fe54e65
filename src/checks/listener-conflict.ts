import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const LISTENER = '{name: http, port: 4000, protocol: http}';

const listenerConflict = defineDiagnostic<{ problem: string; remedy: string }>({
  code: 'AIGW2016',
  name: 'listener-conflict',
  severity: 'error',
  summary: 'A listener contradicts itself or another listener of its gateway.',
  message: ({ problem }) => problem,
  help: ({ remedy }) => remedy,
  examples: {
    bad: exampleRepo([LISTENER, `${LISTENER}, {name: internal, port: 4000, protocol: http}`]),
    good: exampleRepo([LISTENER, `${LISTENER}, {name: internal, port: 4001, protocol: http}`]),
  },
});

type Gateway = Resource<'Gateway'>;
type Listener = Gateway['spec']['listeners'][number];

export const check = defineCheck({
  kinds: [listenerConflict],
  run: ({ config }) => gatewaysOf(config).flatMap((gateway) => [...encryption(gateway), ...clashes(gateway)]),
});

function encryption(gateway: Gateway): readonly Diagnostic[] {
  return gateway.spec.listeners.flatMap(({ name, protocol, tls }, index) => {
    const path = ['spec', 'listeners', index];
    if (protocol === 'https' && tls === undefined) {
      const args = {
        problem: `Listener ${name} of gateway ${gateway.name} speaks https and has no certificate.`,
        remedy: 'Add tls: {secret: NAME} with the Kubernetes TLS Secret of its certificate, or say protocol: http.',
      };
      return [raise(listenerConflict, args, gateway.placeOf([...path, 'name']))];
    }
    if (protocol === 'https' || tls === undefined) return [];
    const args = {
      problem: `Listener ${name} of gateway ${gateway.name} has a certificate and speaks http, which uses none.`,
      remedy: 'Say protocol: https, or take tls out.',
    };
    return [raise(listenerConflict, args, gateway.placeOf([...path, 'tls'], 'key'))];
  });
}

/** Listeners that share a port with one before them, and cannot. */
function clashes(gateway: Gateway): readonly Diagnostic[] {
  const first = new Map<number, number>();
  const served = new Map<string, number>();
  return gateway.spec.listeners.flatMap((listener, index) => {
    const { port, host } = listener;
    const earlier = first.get(port);
    const twin = served.get(`${port} ${host ?? ''}`);
    if (earlier === undefined) first.set(port, index);
    if (twin === undefined) served.set(`${port} ${host ?? ''}`, index);
    const speaker = earlier === undefined ? undefined : gateway.spec.listeners[earlier];
    if (earlier !== undefined && speaker !== undefined && speaker.protocol !== listener.protocol) {
      return [mixed(gateway, listener, speaker, [index, earlier])];
    }
    const other = twin === undefined ? undefined : gateway.spec.listeners[twin];
    return twin === undefined || other === undefined ? [] : [twice(gateway, listener, other, [index, twin])];
  });
}

function mixed(gateway: Gateway, listener: Listener, other: Listener, at: readonly [number, number]): Diagnostic {
  const args = {
    problem: `Listener ${listener.name} of gateway ${gateway.name} speaks ${listener.protocol} on port ${listener.port}, where listener ${other.name} speaks ${other.protocol}.`,
    remedy: 'Give one of the two another port; all listeners of a port speak one protocol.',
  };
  return clash(gateway, args, ['port'], at, `Listener ${other.name} has the port as well.`);
}

function twice(
  gateway: Gateway,
  { name, host, port }: Listener,
  other: Listener,
  at: readonly [number, number],
): Diagnostic {
  const what = host === undefined ? 'any host' : `host ${host}`;
  const args = {
    problem: `Listeners ${other.name} and ${name} of gateway ${gateway.name} both serve ${what} on port ${port}.`,
    remedy: 'Give them different hosts or ports, or keep one of them.',
  };
  return clash(gateway, args, [host === undefined ? 'port' : 'host'], at, `Listener ${other.name} serves it already.`);
}

function clash(
  gateway: Gateway,
  args: { readonly problem: string; readonly remedy: string },
  field: Path,
  [index, earlier]: readonly [number, number],
  message: string,
): Diagnostic {
  const placeOf = (listener: number) => gateway.placeOf(['spec', 'listeners', listener, ...field]);
  return raise(listenerConflict, args, placeOf(index), { related: [{ message, place: placeOf(earlier) }] });
}
