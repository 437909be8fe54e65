import type { Json } from '../lib/json.ts';
import { definitionOf, flatten, type LanguageSchemas, type SchemaNode } from './schema-node.ts';

/** A schema node made ready for checking values against it. What is below it is made when it is first asked for. */
export interface Rule {
  /** With all that it refers to written into it. */
  readonly node: SchemaNode;
  readonly schemas: LanguageSchemas;
  /** What its definition says that it is, where it has one. */
  readonly meaning: string | undefined;
  /** Null stands for "remove". */
  readonly removable: boolean;
  readonly types: ReadonlySet<string> | undefined;
  readonly values: ReadonlySet<Json> | undefined;
  readonly pattern: RegExp | undefined;
  readonly required: readonly string[];
  /** For the items of a list, and for the values at people's own keys. */
  readonly each: SchemaNode | undefined;
  /** Exactly one of these holds: values of different shapes. */
  readonly alternatives: readonly Rule[] | undefined;
  /** Which keys of a map go together: exactly one, or at least one of these holds. */
  readonly together: { readonly exactly: boolean; readonly branches: readonly Rule[] } | undefined;
}

const rules = new WeakMap<SchemaNode, Rule>();

/** The rule of a node; made once. */
export function ruleOf(node: SchemaNode, schemas: LanguageSchemas): Rule {
  const known = rules.get(node);
  if (known) return known;
  const removable = node.anyOf?.[0]?.type === 'null';
  const rule = makeRule((removable ? node.anyOf?.[1] : undefined) ?? node, schemas, removable);
  rules.set(node, rule);
  return rule;
}

/** The rule for what stands at a key of a map; undefined where the rule says nothing of it. */
export function ruleAt(rule: Rule, key: string): Rule | undefined {
  const { properties } = rule.node;
  const node = properties && Object.hasOwn(properties, key) ? properties[key] : rule.each;
  return node && ruleOf(node, rule.schemas);
}

function makeRule(site: SchemaNode, schemas: LanguageSchemas, removable: boolean): Rule {
  const node = flatten(site, schemas);
  const each = node.items ?? node.additionalProperties;
  const values = node.enum ?? (node.const === undefined ? undefined : [node.const]);
  const branches = (node.oneOf ?? node.anyOf)?.map((branch) => ruleOf(branch, schemas));
  const shapes = branches?.some((branch) => branch.types) === true;
  return {
    node,
    schemas,
    meaning: definitionOf(site, schemas)?.description,
    removable,
    types: typesOf(node, values),
    values: values && new Set(values),
    pattern: node.pattern === undefined ? undefined : new RegExp(node.pattern, 'u'),
    required: node.required ?? [],
    each: typeof each === 'object' ? each : undefined,
    alternatives: shapes ? branches : undefined,
    together: shapes || !branches ? undefined : { exactly: node.oneOf !== undefined, branches },
  };
}

function typesOf(node: SchemaNode, values: readonly Json[] | undefined): ReadonlySet<string> | undefined {
  if (node.type !== undefined) return new Set([node.type].flat());
  return values && new Set(values.map((value) => typeof value));
}
