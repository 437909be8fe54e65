/** Digests the schemas of the config language into the tables that every run walks documents with. */

import { flatten, type LanguageSchemas, type SchemaNode } from '../src/config/schema-node.ts';
import type { DefaultsNode, NameSite } from '../src/config/schema-structure.ts';

/** The module that holds the tables. */
export function structureModule(schemas: LanguageSchemas): string {
  const defaults = Object.entries(schemas.kinds).map(([kind, node]) => [kind, defaultsOf(node, schemas) ?? {}]);
  const tableOf = <A>(says: (node: SchemaNode, path: readonly string[]) => A | undefined) =>
    JSON.stringify(
      Object.fromEntries(Object.entries(schemas.kinds).map(([kind, node]) => [kind, sitesOf(node, schemas, says)])),
    );
  return `export const defaults = ${JSON.stringify(Object.fromEntries(defaults))};
export const nameSites = ${tableOf(nameSite)};
export const expressionSites = ${tableOf((node, path) => (node['x-regex'] ? path : undefined))};
export const secretSites = ${tableOf((node, path) => (node['x-secret'] ? path : undefined))};
`;
}

export const structureTypes = `import type { DefaultsNode, NameSite } from '../schema-structure.ts';
import type { Kind } from '../schema-types.ts';
export declare const defaults: Readonly<Record<Kind, DefaultsNode>>;
export declare const nameSites: Readonly<Record<Kind, readonly NameSite[]>>;
/** Where regular expressions stand. */
export declare const expressionSites: Readonly<Record<Kind, readonly (readonly string[])[]>>;
/** Where references to secrets stand. */
export declare const secretSites: Readonly<Record<Kind, readonly (readonly string[])[]>>;
`;

/** What of a node's inside has defaults; undefined where nothing has. */
function defaultsOf(node: SchemaNode, schemas: LanguageSchemas): DefaultsNode | undefined {
  const flat = flatten(node, schemas);
  for (const branch of flat.oneOf ?? []) {
    if (defaultsOf(branch, schemas))
      throw new Error(`a default within one of several alternatives would be lost: ${JSON.stringify(branch)}`);
  }
  const children = Object.entries(flat.properties ?? {});
  const values = children.flatMap(([key, child]) => (child.default === undefined ? [] : [[key, child.default]]));
  const inner = children.flatMap(([key, child]) => {
    const found = defaultsOf(child, schemas);
    return found ? [[key, found]] : [];
  });
  const each = flat.items ?? (typeof flat.additionalProperties === 'object' ? flat.additionalProperties : undefined);
  const ofEach = each && defaultsOf(each, schemas);
  if (values.length + inner.length === 0 && !ofEach) return undefined;
  return {
    ...(values.length > 0 ? { values: Object.fromEntries(values) } : {}),
    ...(inner.length > 0 ? { inner: Object.fromEntries(inner) } : {}),
    ...(ofEach ? { each: ofEach } : {}),
  };
}

/** Where a node, or something below it, stands that `says` something. */
function sitesOf<A>(
  node: SchemaNode,
  schemas: LanguageSchemas,
  says: (node: SchemaNode, path: readonly string[]) => A | undefined,
  path: readonly string[] = [],
): A[] {
  const flat = flatten(node, schemas);
  const own = says(flat, path);
  const each = flat.items ?? (typeof flat.additionalProperties === 'object' ? flat.additionalProperties : undefined);
  return [
    ...(own === undefined ? [] : [own]),
    ...Object.entries(flat.properties ?? {}).flatMap(([key, child]) => sitesOf(child, schemas, says, [...path, key])),
    ...(flat.oneOf ?? []).flatMap((branch) => sitesOf(branch, schemas, says, path)),
    ...(each ? sitesOf(each, schemas, says, [...path, '*']) : []),
  ];
}

function nameSite(node: SchemaNode, path: readonly string[]): NameSite | undefined {
  const names = node['x-environment'] === true ? 'environment' : node['x-ref'];
  const wildcard = node['x-wildcard'];
  if (names === undefined) return undefined;
  return { path, names, mention: node['x-mention'] === true, ...(wildcard === undefined ? {} : { wildcard }) };
}
