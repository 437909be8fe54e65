// What Envoy AI Gateway has no word for and a few lines of Lua can do, where a route asks for emulation: changes of answers, and
// limits of size that differ from route to route.
//
// Facts, read in Envoy Gateway 1.8.1 and seen in Envoy AI Gateway 1.0.0: Lua runs after the model is known, so the route's name is that
// of the route that answers; a filter is only there if the route that matched without a model has it, so it must hang on the Gateway.
import type { JsonObject } from '../../lib/json.ts';
import { parseSize } from '../../lib/quantity.ts';
import { modeOf } from '../support.ts';
import { alternativesOf } from './matches.ts';
import { objectOf, targetOf } from './object.ts';
import { responseHeaders } from './plain-routes.ts';
import { bufferLimit } from './policies.ts';
import type { RouteView, View } from './view.ts';

/** What is done to one route's requests and answers. */
interface Change {
  readonly route: RouteView;
  readonly set: readonly (readonly [string, string])[];
  readonly remove: readonly string[];
  readonly most: number | undefined;
}

/** An EnvoyExtensionPolicy with a script, if any route asks for one. */
export function scriptObjects(view: View): readonly JsonObject[] {
  const changes = view.routes
    .filter((route) => route.form === 'models' && alternativesOf(view, route).length > 0)
    .map((route) => changeOf(view, route))
    .filter(({ set, remove, most }) => set.length > 0 || remove.length > 0 || most !== undefined);
  if (changes.length === 0) return [];
  const spec = {
    targetRefs: [targetOf('Gateway', view.nameOf())],
    lua: [{ type: 'Inline', inline: scriptOf(view, changes) }],
  };
  return [objectOf({ config: view.config, resource: view.gateway }, 'EnvoyExtensionPolicy', view.nameOf(), spec)];
}

function changeOf(view: View, route: RouteView): Change {
  const { spec } = route.route;
  const isEmulated = (field: string): boolean => modeOf(route.route, field) === 'emulate';
  const wanted = responseHeaders({
    ...spec,
    ...(isEmulated('response.headers') ? {} : { response: {} }),
    api: {
      ...(spec.api?.deprecated !== undefined && isEmulated('api.deprecated')
        ? { deprecated: spec.api.deprecated }
        : {}),
      ...(spec.api?.sunset !== undefined && isEmulated('api.sunset') ? { sunset: spec.api.sunset } : {}),
    },
  });
  const size = spec.request?.maxSize;
  const isMeasured = size !== undefined && bufferLimit(view) === undefined && isEmulated('request.maxSize');
  return {
    route,
    set: wanted.map(({ name, value }) => [String(name), String(value)]),
    remove: isEmulated('response.headers') ? (spec.response?.headers?.remove ?? []) : [],
    most: isMeasured ? Math.ceil(parseSize(size)) : undefined,
  };
}

function scriptOf(view: View, changes: readonly Change[]): string {
  const entries = changes.map(({ route, set, remove, most }) => {
    const pairs = set.map(([name, value]) => `{${text(name)}, ${text(value)}}`).join(', ');
    const names = remove.map(text).join(', ');
    const size = most === undefined ? '' : `, most = ${most}`;
    return `  [${text(`httproute/${view.namespace}/${route.name}/`)}] = {set = {${pairs}}, remove = {${names}}${size}},`;
  });
  return ['local changes = {', ...entries, '}', ...SCRIPT].join('\n');
}

/** Lua's long strings know no escapes; a short one with the few that matter is safe for any text. */
function text(value: string): string {
  return JSON.stringify(value).replace(/\\u([0-9a-f]{4})/g, (_, digits: string) => `\\${Number.parseInt(digits, 16)}`);
}

const SCRIPT = [
  'local function change_of(handle)',
  '  local route = handle:streamInfo():routeName()',
  '  for prefix, change in pairs(changes) do',
  '    if string.sub(route, 1, string.len(prefix)) == prefix then return change end',
  '  end',
  'end',
  'function envoy_on_request(handle)',
  '  local change = change_of(handle)',
  '  local length = tonumber(handle:headers():get("content-length"))',
  '  if change and change.most and length and length > change.most then',
  '    handle:respond({[":status"] = "413"}, "The request is too large.")',
  '  end',
  'end',
  'function envoy_on_response(handle)',
  '  local change = change_of(handle)',
  '  if not change then return end',
  '  for _, name in ipairs(change.remove) do handle:headers():remove(name) end',
  '  for _, header in ipairs(change.set) do handle:headers():replace(header[1], header[2]) end',
  'end',
  '',
];
