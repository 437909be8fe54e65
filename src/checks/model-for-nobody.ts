import { exampleRepo } from '../config/example-repo.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { consumersOf, gatewaysOf, modelsOf, routesOf } from '../config/traffic.ts';
import { type Diagnostic, defineDiagnostic, raise, type Severity } from '../diagnostics/diagnostic.ts';
import { defineCheck } from './check.ts';

const modelForNobody = defineDiagnostic<{ model: string; route: string; gateway: string; consumers: string }>({
  code: 'AIGW2011',
  name: 'model-for-nobody',
  severity: 'error',
  summary: 'A route sends requests to a model that none of the consumers who may use the route may use.',
  message: ({ model, route, gateway }) =>
    `No consumer of route ${route} in gateway ${gateway} may use model ${model}, so every request to it is refused.`,
  help: ({ model, consumers }) => `Add ${model} to the models of a consumer that should use it: ${consumers}.`,
  examples: { bad: exampleRepo(['models: [large, small]', 'models: [small]']), good: exampleRepo() },
});

type Gateway = Resource<'Gateway'>;

export const check = defineCheck({
  kinds: [modelForNobody],
  run: ({ config }) => gatewaysOf(config).flatMap((gateway) => findingsIn(config, gateway)),
});

function findingsIn(config: ResolvedConfig, gateway: Gateway): readonly Diagnostic[] {
  const mayUse = grantsOf(config, gateway);
  return routesOf(config, gateway).flatMap(({ resource: route, path: place }) => {
    const allowed = route.spec.consumers?.filter((name) => gateway.spec.consumers.includes(name));
    const who = allowed ?? gateway.spec.consumers;
    if (who.length === 0) return [];
    return modelsOf(config, route)
      .filter(({ role, model }) => role !== 'mirror' && !mayUse(model.name, allowed))
      .map(({ role, model, path }) => {
        const args = { model: model.name, route: route.name, gateway: gateway.name, consumers: someOf(who) };
        const related = [
          { message: `Gateway ${gateway.name} tries the route.`, place: gateway.placeOf(place) },
          { message: 'These consumers are admitted.', place: gateway.placeOf(['spec', 'consumers']) },
        ];
        const severity: Severity = role === 'fallback' ? 'warning' : 'error';
        return raise(modelForNobody, args, route.placeOf(path), { related, severity });
      });
  });
}

/** Whether any of a gateway's consumers, or of those named, may use a model. */
function grantsOf(
  config: ResolvedConfig,
  gateway: Gateway,
): (model: string, among: readonly string[] | undefined) => boolean {
  const models = new Map(consumersOf(config, gateway).map(({ name, spec }) => [name, new Set(spec.models)]));
  const anybody = new Set([...models.values()].flatMap((granted) => [...granted]));
  const has = (granted: ReadonlySet<string> | undefined, model: string) =>
    granted?.has(model) === true || granted?.has('*') === true;
  return (model, among) =>
    among === undefined ? has(anybody, model) : among.some((name) => has(models.get(name), model));
}

function someOf(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} or ${names.length - 3} others`;
}
