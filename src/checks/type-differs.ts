import type { ConfigDocument } from '../config/document.ts';
import { exampleRepo } from '../config/example-repo.ts';
import { isNamedList } from '../config/overlay.ts';
import { KINDS } from '../config/schema-types.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { formatPath, isObject, type Json, type Path } from '../lib/json.ts';
import { defineCheck } from './check.ts';

const UPSTREAM = '  upstreamModel: gpt-5-mini\n';
const BASE = exampleRepo([UPSTREAM, `${UPSTREAM}  parameters: {default: {temperature: 0.2}}\n`]);
const OVERLAY = `---
apiVersion: aigw.dev/v1alpha1
kind: Model
metadata: {name: small, environment: prod}
spec: {parameters: {default: {temperature: "0.1"}}}
`;

const typeDiffers = defineDiagnostic<{ field: string; environment: string; type: string; base: string }>({
  code: 'AIGW2023',
  name: 'type-differs',
  severity: 'warning',
  summary: 'An environment gives a value another type than the value that it replaces.',
  message: ({ field, environment, type, base }) =>
    `${field} is ${type} in environment ${environment}, and ${base} in the document that it changes.`,
  help: ({ type, base }) =>
    type.startsWith('text') || base.startsWith('text')
      ? 'Write both in the same way: with quotes for text, without for numbers, true and false.'
      : 'Give both the same type.',
  examples: { bad: BASE + OVERLAY, good: BASE + OVERLAY.replace('"0.1"', '0.1') },
});

interface Layers {
  readonly base: ConfigDocument;
  readonly overlay: ConfigDocument;
  readonly environment: string;
}

export const check = defineCheck({
  kinds: [typeDiffers],
  run: ({ config }) =>
    KINDS.flatMap((kind) => config.all(kind)).flatMap((resource) => {
      const [base, overlay] = resource.layers;
      if (base === undefined || overlay === undefined || !isObject(base.value) || !isObject(overlay.value)) return [];
      const layers = { base, overlay, environment: config.environment };
      return compare(layers, [base.value['spec'], ['spec']], [overlay.value['spec'], ['spec']]);
    }),
});

/** A value of a layer, and the way to it. */
type At = readonly [value: Json | undefined, path: Path];

function compare(layers: Layers, [base, basePath]: At, [over, overPath]: At): readonly Diagnostic[] {
  if (base === undefined || base === null || over === undefined || over === null) return [];
  if (isObject(base) && isObject(over)) {
    return Object.entries(over).flatMap(([key, value]) =>
      compare(
        layers,
        [Object.hasOwn(base, key) ? base[key] : undefined, [...basePath, key]],
        [value, [...overPath, key]],
      ),
    );
  }
  if (isNamedList(base) && isNamedList(over)) {
    const places = new Map(base.map(({ name }, index) => [name, index]));
    return over.flatMap((item, index) => {
      const place = places.get(item.name);
      return place === undefined
        ? []
        : compare(layers, [base[place], [...basePath, place]], [item, [...overPath, index]]);
    });
  }
  return differ(base, over, overPath) ? [findingOn(layers, [base, basePath], [over, overPath])] : [];
}

/** Where the language allows several shapes of a value, a map may replace a text; what is free of shape keeps its own. */
function differ(base: Json, over: Json, path: Path): boolean {
  if (typeOf(base) === typeOf(over)) return false;
  const scalars = typeof base !== 'object' && typeof over !== 'object';
  return scalars || path[1] === 'targets' || (path.includes('body') && path.includes('set'));
}

function findingOn({ base, overlay, environment }: Layers, [value, basePath]: At, [over, path]: At): Diagnostic {
  const args = {
    field: formatPath(path.slice(1)),
    environment,
    type: typeOf(over ?? null),
    base: typeOf(value ?? null),
  };
  const related = [{ message: 'The value that it replaces.', place: base.placeOf(basePath) }];
  return raise(typeDiffers, args, overlay.placeOf(path), { related });
}

function typeOf(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a map';
  return { string: 'text', number: 'a number', boolean: 'true or false' }[
    typeof value as 'string' | 'number' | 'boolean'
  ];
}
