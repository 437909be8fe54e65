/**
 * Makes, from each schema under schemas/upstream, a module that checks one kind of object: the validator as code, and
 * the structure (defaults, list keys, rules) as data. A module stands alone, so that loading one kind stays cheap.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _, Ajv, type Format } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Json, JsonObject } from '../src/lib/json.ts';
import { isObject } from '../src/lib/json.ts';
import { compilePattern, formats } from '../src/manifests/validator-runtime.ts';
import type { GeneratedFile } from './generate.ts';
import { structureModule } from './upstream/structure-module.ts';

const root = join(import.meta.dirname, '..');
const folder = 'src/manifests/generated';

interface UpstreamKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly scope: string;
  readonly schema: JsonObject;
}

interface UpstreamFile {
  readonly kinds: readonly UpstreamKind[];
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

export async function generate(): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  const entries: string[] = [];
  const names = readdirSync(join(root, 'schemas', 'upstream')).filter((name) => name.endsWith('.json'));
  for (const name of names.sort()) {
    const text = readFileSync(join(root, 'schemas', 'upstream', name), 'utf8');
    const made = projectModules(name.replace(/\.json$/, ''), JSON.parse(text) as UpstreamFile);
    files.push(...made.files);
    entries.push(...made.entries);
  }
  return [...files, ...indexModule(entries)];
}

/** One module per kind; versions of a kind whose schemas are equal share theirs. */
function projectModules(project: string, file: UpstreamFile): { files: GeneratedFile[]; entries: string[] } {
  const files: GeneratedFile[] = [];
  const entries: string[] = [];
  const moduleOf = new Map<string, string>();
  for (const kind of file.kinds) {
    const content = `${kind.kind}${JSON.stringify(kind.schema)}`;
    const known = moduleOf.get(content);
    const module = known ?? `${project}/${kind.kind.toLowerCase()}-${kind.version}`;
    if (known === undefined) {
      moduleOf.set(content, module);
      files.push({ path: `${folder}/${module}.js`, text: kindModule(kind.schema, file.definitions) });
      files.push({ path: `${folder}/${module}.d.ts`, text: moduleTypes });
    }
    const { group, version, kind: name, scope } = kind;
    const identity = JSON.stringify({ group, version, kind: name, scope, custom: project !== 'kubernetes' });
    entries.push(`  { ...${identity}, load: () => import('./${module}.js') },`);
  }
  return { files, entries };
}

const moduleTypes = `import type { KindModule } from '../../kind.ts';
export declare const validate: KindModule['validate'];
export declare const structure: KindModule['structure'];
`;

function kindModule(schema: JsonObject, definitions: Readonly<Record<string, JsonObject>>): string {
  const code = validatorCode({ ...schema, definitions: definitionsUsed(schema, definitions) });
  return `${code}\n${structureModule(schema, definitions)}`;
}

/** What the structure says, the validator need not carry. */
function withoutStructure(schema: JsonObject): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'default' || key.startsWith('x-kubernetes-')) continue;
    if ((key === 'properties' || key === 'definitions') && isObject(value)) {
      const children = Object.entries(value).map(([name, child]) => [
        name,
        isObject(child) ? withoutStructure(child) : child,
      ]);
      entries.push([key, Object.fromEntries(children)]);
    } else if ((key === 'items' || key === 'additionalProperties') && isObject(value)) {
      entries.push([key, withoutStructure(value)]);
    } else entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

function validatorCode(schema: JsonObject): string {
  const ajv = new Ajv({
    allErrors: true,
    inlineRefs: false,
    messages: false,
    strict: false,
    unicodeRegExp: false,
    code: {
      source: true,
      esm: true,
      formats: _`formats`,
      regExp: Object.assign((pattern: string) => patternForAjv(pattern), { code: 'compilePattern' }),
    },
  });
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format satisfies Format);
  ajv.addSchema(withoutStructure(schema), 'kind');
  const code = standalone.default(ajv, { validate: 'kind' });
  return withImports(code);
}

/** Ajv tells patterns apart by their text. */
function patternForAjv(pattern: string): RegExp {
  return Object.assign(compilePattern(pattern), { toString: () => pattern }) as unknown as RegExp;
}

/** The code asks for its runtime by CommonJS; here it imports ours, and anything else that it asks for is an error. */
function withImports(code: string): string {
  const text = code
    .replaceAll('require("ajv/dist/runtime/ucs2length").default', 'codePointLength')
    .replaceAll('require("ajv/dist/runtime/equal").default', 'deepEqual');
  if (text.includes('require(')) throw new Error(`A validator needs a module: ${/require\([^)]*\)/.exec(text)?.[0]}`);
  const names = ['codePointLength', 'compilePattern', 'deepEqual', 'formats'].filter((name) => text.includes(name));
  return names.length > 0 ? `import { ${names.join(', ')} } from '../../validator-runtime.ts';\n${text}` : text;
}

function definitionsUsed(
  schema: Json,
  definitions: Readonly<Record<string, JsonObject>>,
  used: Record<string, JsonObject> = {},
): Record<string, JsonObject> {
  if (Array.isArray(schema)) for (const item of schema as readonly Json[]) definitionsUsed(item, definitions, used);
  if (!isObject(schema)) return used;
  for (const [key, value] of Object.entries(schema)) {
    const name = key === '$ref' && typeof value === 'string' ? value.replace('#/definitions/', '') : undefined;
    const definition = name === undefined ? undefined : definitions[name];
    if (name !== undefined && definition && !used[name]) {
      used[name] = definition;
      definitionsUsed(definition, definitions, used);
    } else definitionsUsed(value, definitions, used);
  }
  return used;
}

function indexModule(entries: readonly string[]): GeneratedFile[] {
  return [
    { path: `${folder}/kinds.js`, text: `export const kinds = [\n${entries.join('\n')}\n];\n` },
    {
      path: `${folder}/kinds.d.ts`,
      text: "import type { KnownKind } from '../kind.ts';\nexport declare const kinds: readonly KnownKind[];\n",
    },
  ];
}
