import { exampleRepo } from '../config/example-repo.ts';
import { gatewaysOf } from '../config/traffic.ts';
import { defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { valueAt } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const gatewayForNobody = defineDiagnostic<{ gateway: string }>({
  code: 'AIGW2013',
  name: 'gateway-for-nobody',
  severity: 'warning',
  summary: 'A gateway admits no consumer.',
  message: ({ gateway }) => `Gateway ${gateway} admits no consumer, so it refuses every request.`,
  help: () => 'List the consumers that may call it in spec.consumers; none listed means that nobody may.',
  examples: { bad: exampleRepo(['  consumers: [app]\n', '']), good: exampleRepo() },
});

export const check = defineCheck({
  kinds: [gatewayForNobody],
  run: ({ config }) =>
    gatewaysOf(config)
      .filter(({ spec }) => spec.consumers.length === 0)
      .map((gateway) => {
        const written = ['spec', 'consumers'];
        const path = valueAt(gateway.written, written) === undefined ? ['metadata', 'name'] : written;
        return raise(gatewayForNobody, { gateway: gateway.name }, gateway.placeOf(path));
      }),
});
