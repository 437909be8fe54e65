// The objects of one gateway, in files by what they are about.
import type { Resource } from '../../config/model.ts';
import { reachOf } from '../../config/reach.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { RenderedFile, TargetInput, TargetOutput } from '../target.ts';
import { backendObjects } from './backends.ts';
import { gatewayObjects } from './listeners.ts';
import { alternativesOf } from './matches.ts';
import { mergeDeep } from './object.ts';
import { lanesOf, plainRouteObjects } from './plain-routes.ts';
import { trafficObjects } from './policies.ts';
import { quotaObjects } from './quotas.ts';
import { routeObjects } from './routes.ts';
import { scriptObjects } from './scripts.ts';
import { securityObjects } from './security.ts';
import { toolObjects } from './tools.ts';
import { type RouteView, type View, viewOf } from './view.ts';

/** Everything that Envoy Gateway and Envoy AI Gateway need to run a gateway. Nothing has to run beside what they start. */
export function render({ config, gateway }: TargetInput): TargetOutput {
  const view = viewOf(config, gateway);
  const sources = [config.settings, ...reachOf(config, gateway)];
  const parts: readonly (readonly [string, readonly JsonObject[]])[] = [
    ['gateway', gatewayObjects(view)],
    ['backends', backendObjects(view)],
    ['routes', [...routeObjects(view), ...plainRouteObjects(view)]],
    ['security', securityObjects(view)],
    [
      'traffic',
      [...trafficObjects(view, (route) => httpRoutesOf(view, route)), ...quotaObjects(view), ...scriptObjects(view)],
    ],
    ['tools', toolObjects(view)],
  ];
  const files = parts.flatMap(([name, objects]) => fileOf(view, name, objects, sources));
  return { files, workloads: [] };
}

/** The HTTPRoutes that carry a route: the one that Envoy AI Gateway makes, or those of a plain route. */
function httpRoutesOf(view: View, route: RouteView): readonly string[] {
  if (route.form === 'models') return alternativesOf(view, route).length === 0 ? [] : [route.name];
  return lanesOf(view, route).map(({ name }) => name);
}

function fileOf(
  { gateway }: View,
  name: string,
  objects: readonly JsonObject[],
  sources: readonly Resource[],
): readonly RenderedFile[] {
  if (objects.length === 0) return [];
  const extras = gateway.spec.targets?.['envoy-ai-gateway'] ?? {};
  const merged = uniqueObjects(objects).map((object) => {
    const kind = String(object['kind']);
    const extra = Object.hasOwn(extras, kind) ? extras[kind] : undefined;
    return extra === undefined ? object : mergeDeep(object, extra);
  });
  return [{ path: `${gateway.name}/${name}.yaml`, content: { kind: 'objects', objects: merged }, sources }];
}

/** The same ExternalSecret may be needed in two places. */
function uniqueObjects(objects: readonly JsonObject[]): readonly JsonObject[] {
  return [...new Map(objects.map((object) => [JSON.stringify(object), object])).values()];
}
