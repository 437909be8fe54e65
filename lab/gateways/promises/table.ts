// What a config promises of a gateway. Derived from the resolved config alone, so that every gateway of every repo is asked on whichever target.
import type { Resource } from '../../../src/config/model.ts';
import { consumersOf, modelsOf, routesOf } from '../../../src/config/traffic.ts';
import { lossesOf } from '../../../src/targets/support.ts';
import type { Loss, Target } from '../../../src/targets/target.ts';
import type { Question } from '../ask.ts';
import type { GatewaySource } from '../gateway-under-test.ts';
import { questionsOf } from '../questions.ts';
import { access } from './access.ts';
import { answers } from './answers.ts';
import { contents } from './contents.ts';
import { failures } from './failures.ts';
import { limits } from './limits.ts';
import type { KeyOf, Made, Promised, Row, Situation } from './promise.ts';
import { requests } from './requests.ts';
import { routing } from './routing.ts';
import { answerersIn } from './situation.ts';

type Route = Resource<'Route'>;

/** All kinds of promises. */
export const ROWS: readonly Row[] = [
  ...routing,
  ...access,
  ...requests,
  ...contents,
  ...answers,
  ...failures,
  ...limits,
];

/** Everything that is promised of a gateway, and what its target says of it that it cannot do. */
export function promisesOf(source: GatewaySource, target: Target, keyOf: KeyOf): readonly Promised[] {
  const losses = lossesOf(target, source.config, source.gateway);
  return routesOf(source.config, source.gateway).flatMap(({ resource: route }) =>
    situationsOf(source, route, keyOf).flatMap((situation) =>
      ROWS.flatMap((row) => row.make(situation).map((made) => promisedBy(row, made, situation, losses))),
    ),
  );
}

/** Routes that nobody is known to ask, each with the reason: they would be promised nothing. */
export function unaskedRoutes(source: GatewaySource): readonly string[] {
  return routesOf(source.config, source.gateway)
    .filter(({ resource }) => situationsOf(source, resource, () => undefined).length === 0)
    .map(({ resource: { name } }) => name);
}

function situationsOf(source: GatewaySource, route: Route, keyOf: KeyOf): readonly Situation[] {
  const [asker, ...others] = askersOf(source, route);
  if (asker === undefined) return [];
  return questionsOf(source.config, route).map((question) => ({ source, route, question, asker, others, keyOf }));
}

function promisedBy(row: Row, made: Made, situation: Situation, losses: readonly Loss[]): Promised {
  const { route, question, asker } = situation;
  return {
    times: 1,
    given: {},
    before: undefined,
    needs: row.needs,
    of: route,
    question,
    as: asker,
    models: answerersIn(situation).map(({ name }) => name),
    ...made,
    excused: excuseOf(row, made, situation, losses),
    name: `route ${route.name} (${nameOf(question)}): ${made.name}`,
  };
}

function excuseOf(row: Row, made: Made, { source, route }: Situation, losses: readonly Loss[]): string | undefined {
  const resources = [source.gateway, route, ...(made.of === undefined ? [] : [made.of])];
  const loss = losses.find(
    ({ kind, name, field, status }) =>
      (status === 'dropped' || (row.exactly === true && status === 'approximate')) &&
      resources.some((resource) => resource.kind === kind && resource.name === name) &&
      row.fields.some((mine) => isWithin(`${kind}.${fieldName(field)}`, mine)),
  );
  return loss && `${loss.kind} ${loss.name} ${loss.field}: ${loss.reason}`;
}

/** As in a support table: without the indexes of lists, and below spec. */
export function fieldName(field: string): string {
  return field.replace(/^spec\./, '').replaceAll(/\[[^\]]*\]/g, '');
}

/** Whether a field is this one or stands below it. */
export function isWithin(field: string, above: string): boolean {
  return field === above || field.startsWith(`${above}.`);
}

/** Consumers whom the route admits, and who may use every model that may answer. */
function askersOf({ config, gateway }: GatewaySource, route: Route): readonly Resource<'Consumer'>[] {
  const models = modelsOf(config, route).filter(({ role }) => role !== 'mirror');
  return consumersOf(config, gateway).filter(
    ({ name, spec }) =>
      route.spec.consumers?.includes(name) !== false &&
      models.every(
        ({ model }) => spec.models === undefined || spec.models.includes('*') || spec.models.includes(model.name),
      ),
  );
}

function nameOf({ path, body }: Question): string {
  const model = (body as { readonly model?: unknown } | undefined)?.model;
  return typeof model === 'string' ? model : path;
}
