import { exampleRepo } from '../config/example-repo.ts';
import type { Resource } from '../config/model.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const LISTENER = [
  '{name: http, port: 4000, protocol: http}',
  '{name: http, host: llm.example.com, port: 80, protocol: http}',
] as const;
const SECOND = `---
apiVersion: aigw.dev/v1alpha1
kind: Gateway
metadata: {name: trial}
spec:
  target: {type: litellm, version: "1.106"}
  listeners: [{name: http, host: trial.example.com, port: 80, protocol: http}]
  routes: [chat]
  consumers: [app]
  limits: [fair-share]
`;

const hostServedTwice = defineDiagnostic<{ host: string; port: number; gateway: string; other: string }>({
  code: 'AIGW2030',
  name: 'host-served-twice',
  severity: 'warning',
  summary: 'Two gateways of an environment serve the same host on the same port.',
  message: ({ host, port, gateway, other }) =>
    `Gateways ${other} and ${gateway} both serve host ${host} on port ${port}.`,
  help: () => 'Give each gateway a host of its own: a name leads to one of them, and it is left to chance to which.',
  examples: {
    bad: exampleRepo(LISTENER) + SECOND.replace('trial.example.com', 'llm.example.com'),
    good: exampleRepo(LISTENER) + SECOND,
  },
});

export const check = defineCheck({
  kinds: [hostServedTwice],
  run: ({ config }) => {
    const first = new Map<string, { readonly gateway: Resource<'Gateway'>; readonly index: number }>();
    return gatewaysOf(config).flatMap((gateway) =>
      gateway.spec.listeners.flatMap(({ host, port }, index): readonly Diagnostic[] => {
        if (host === undefined) return [];
        const key = `${host}:${port}`;
        const other = first.get(key);
        if (other === undefined) first.set(key, { gateway, index });
        if (other === undefined || other.gateway === gateway) return [];
        const args = { host, port, gateway: gateway.name, other: other.gateway.name };
        const place = other.gateway.placeOf(['spec', 'listeners', other.index, 'host']);
        const related = [{ message: `Gateway ${other.gateway.name} serves it here.`, place }];
        return [raise(hostServedTwice, args, gateway.placeOf(['spec', 'listeners', index, 'host']), { related })];
      }),
    );
  },
});
