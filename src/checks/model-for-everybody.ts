import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { reachOf } from '../config/reach.ts';
import { consumersOf, gatewaysOf, isPriced } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const EVERY = ['models: [large, small]', "models: ['*']"] as const;
const SECOND = `---
apiVersion: aigw.dev/v1alpha1
kind: Consumer
metadata: {name: batch}
spec: {auth: [{name: key, apiKey: {env: BATCH_KEY}}], models: ['*']}
`;

const modelForEverybody = defineDiagnostic<{ gateway: string; count: number; models: string }>({
  code: 'AIGW2012',
  name: 'model-for-everybody',
  severity: 'info',
  summary: "Every consumer of a gateway may use every model, by '*', and some of the models cost money.",
  message: ({ gateway, count, models }) =>
    `All ${count} consumers of gateway ${gateway} may use every model by '*', those that cost money too: ${models}.`,
  help: () =>
    'List in spec.models of each consumer the models that it needs; a model added later is then for nobody yet.',
  examples: {
    bad: exampleRepo(EVERY, ['consumers: [app]', 'consumers: [app, batch]']) + SECOND,
    good: exampleRepo(['consumers: [app]', 'consumers: [app, batch]']) + SECOND,
  },
});

export const check = defineCheck({
  kinds: [modelForEverybody],
  run: ({ config }) => gatewaysOf(config).flatMap((gateway) => findingsIn(config, gateway)),
});

/** A gateway of one consumer has nobody else to keep a model from. */
function findingsIn(config: ResolvedConfig, gateway: Resource<'Gateway'>): readonly Diagnostic[] {
  const consumers = consumersOf(config, gateway);
  if (consumers.length < 2 || !consumers.every(({ spec }) => spec.models.includes('*'))) return [];
  const priced = reachOf(config, gateway)
    .filter((resource): resource is Resource<'Model'> => resource.kind === 'Model')
    .filter(isPriced)
    .map(({ name }) => name);
  if (priced.length === 0) return [];
  const models =
    priced.length > 5 ? `${priced.slice(0, 5).join(', ')} and ${priced.length - 5} others` : priced.join(', ');
  const related = consumers.slice(0, 10).map((consumer) => ({
    message: `Consumer ${consumer.name} may use every model.`,
    place: consumer.placeOf(['spec', 'models', consumer.spec.models.indexOf('*')]),
  }));
  const args = { gateway: gateway.name, count: consumers.length, models };
  return [raise(modelForEverybody, args, gateway.placeOf(['spec', 'consumers']), { related })];
}
