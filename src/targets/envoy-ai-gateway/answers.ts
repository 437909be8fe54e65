// Words and helpers of the support table.
import type { Resource } from '../../config/model.ts';
import { isObject, type Json } from '../../lib/json.ts';
import type { SetField, Support, SupportRule } from '../target.ts';
import { type Answerer, mirrorsOf, type RouteView, type View, viewOf } from './view.ts';

export const exact: Support = { status: 'exact' };

export function approximate(reason: string): Support {
  return { status: 'approximate', reason };
}

export function dropped(reason: string, emulation?: string): Support {
  return emulation === undefined ? { status: 'dropped', reason } : { status: 'dropped', reason, emulation };
}

export function elsewhere(reason: string): Support {
  return { status: 'elsewhere', reason };
}

/** The answer for a field that leaves what is so anyway. */
export const asItIs = elsewhere('It says what Envoy AI Gateway does anyway.');

export function viewAt({ config, gateway }: SetField): View {
  return viewOf(config, gateway);
}

/** A rule for a field of a Route, which is told how the route is rendered. */
export function ofRoute(rule: (route: RouteView, field: SetField, view: View) => Support): SupportRule {
  return (field) => {
    const view = viewAt(field);
    const found = partsOf(view).routes.get(field.resource);
    if (found === undefined || found.form === 'none')
      return dropped('No model that this target knows answers on this route.');
    return rule(found, field, view);
  };
}

/** A rule for a field of a Model or Provider, which is told where it answers. */
export function ofAnswerer(
  rule: (answerer: Answerer, field: SetField, view: View) => Support,
): (field: SetField) => Support {
  return (field) => {
    const view = viewAt(field);
    const found = answerersOf(view, field.resource)[0];
    return found === undefined ? elsewhere('No route of this gateway sends requests to it.') : rule(found, field, view);
  };
}

/** Where a model or the models of a provider answer. */
export function answerersOf(view: View, resource: Resource): readonly Answerer[] {
  return partsOf(view).answerers.get(resource) ?? [];
}

/** What a view has of each route, model and provider. */
interface Parts {
  readonly routes: ReadonlyMap<Resource, RouteView>;
  readonly answerers: ReadonlyMap<Resource, readonly Answerer[]>;
}

const parts = new WeakMap<View, Parts>();

function partsOf(view: View): Parts {
  const known = parts.get(view) ?? findParts(view);
  parts.set(view, known);
  return known;
}

function findParts(view: View): Parts {
  const all = [...view.routes.flatMap(({ answerers }) => answerers), ...mirrorsOf(view)];
  return {
    routes: new Map(view.routes.map((route) => [route.route, route])),
    answerers: new Map<Resource, readonly Answerer[]>([
      ...Map.groupBy(all, ({ model }) => model),
      ...Map.groupBy(all, ({ provider }) => provider),
    ]),
  };
}

/** Whether a matcher, or one in a map of them, asks for something to be absent, which Gateway API cannot. */
export function asksForAbsence(value: Json): boolean {
  if (!isObject(value)) return false;
  return value['present'] === false || Object.values(value).some(asksForAbsence);
}

export const ABSENCE = 'Gateway API matches headers that are there, not those that are absent.';
