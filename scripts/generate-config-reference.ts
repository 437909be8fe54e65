/** Makes what people and editors read about the config language: the reference page and the schema in one file. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { languageBundle } from '../src/config/schema-bundle.ts';
import { fieldsIn, type SchemaField } from '../src/config/schema-field.ts';
import type { LanguageSchemas, SchemaNode } from '../src/config/schema-node.ts';
import type { Kind } from '../src/config/schema-types.ts';
import { definitionWords, flow } from '../src/config/schema-words.ts';
import { readConfigSchemas } from './config-schemas.ts';
import type { GeneratedFile } from './generate.ts';

const biome = join(import.meta.dirname, '../node_modules/@biomejs/biome/bin/biome');

export async function generate(): Promise<readonly GeneratedFile[]> {
  const schemas = readConfigSchemas();
  const bundle = JSON.stringify(languageBundle(schemas));
  return [
    { path: 'schemas/aigw.schema.json', text: formatted('aigw.schema.json', bundle) },
    { path: 'docs/config.md', text: referencePage(schemas) },
  ];
}

function formatted(path: string, input: string): string {
  const options = { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  return execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], options);
}

const intro = `# The config language

<!-- Generated from schemas/config by scripts/generate-config-reference.ts. -->

A config repo is a folder with \`aigw.yaml\` and any number of YAML or JSON files below it. Each document is one resource:

\`\`\`yaml
apiVersion: aigw.dev/v1alpha1
kind: Route
metadata: {name: small-talk}
spec:
  match: [{model: chat}]
  backends: [{name: main, model: gpt-small, weight: 100}]
\`\`\`

File names and folders mean nothing; resources find each other by kind and name. Fields are named here as in \`onUnsupported\`
and in reports: \`backends.weight\` is the weight of each item of \`spec.backends\`. A field marked *needed* has to be there
whenever the map is that it stands in.

A document with \`metadata.environment\` is an overlay: it says what differs in that environment from the document of the
same kind and name. Maps merge by key, lists whose items have a \`name\` merge by name, other lists are replaced, and \`null\`
removes.
`;

function referencePage(schemas: LanguageSchemas): string {
  const kinds = Object.keys(schemas.kinds) as Kind[];
  const shapes = shapesOf(schemas);
  const [first = 'Repository'] = kinds.filter((kind) =>
    fieldsIn(schemas, kind).some(({ name }) => name === 'metadata.environment'),
  );
  const sections = [
    intro,
    `## Kinds\n\n${kinds.map((kind) => `- [${kind}](#${kind.toLowerCase()}): ${schemas.kinds[kind]?.description ?? ''}`).join('\n')}\n`,
    `## metadata\n\nThe same for every kind; Repository and Environment have no overlays.\n\n${table(metadataOf(schemas, first), shapes)}`,
    ...kinds.map(
      (kind) =>
        `## ${kind}\n\n${schemas.kinds[kind]?.description ?? ''}\n\n${table(specOf(schemas, kind, shapes), shapes)}`,
    ),
    '## Shared shapes\n\nWhat several kinds have in common.\n',
    ...shapes.map((name) => shapeSection(name, schemas, shapes)),
  ];
  return sections.join('\n');
}

/** Definitions with fields of their own, which are described once. Metadata has its own section. */
function shapesOf({ definitions }: LanguageSchemas): readonly string[] {
  const names = Object.entries(definitions).filter(([, node]) => node.properties ?? node.oneOf);
  return names.map(([name]) => name).filter((name) => !name.endsWith('Metadata'));
}

function metadataOf(schemas: LanguageSchemas, kind: Kind): readonly SchemaField[] {
  return fieldsIn(schemas, kind).filter(({ path }) => path[0] === 'metadata');
}

/** The fields of a kind's spec, without those that belong to a shape described elsewhere. */
function specOf(schemas: LanguageSchemas, kind: Kind, shapes: readonly string[]): readonly SchemaField[] {
  const fields = fieldsIn(schemas, kind).filter(({ path }) => path[0] === 'spec');
  const shaped = fields.filter(({ definition }) => definition !== undefined && shapes.includes(definition));
  return fields.filter(({ name }) => !shaped.some((field) => name.startsWith(`${field.name}.`)));
}

function shapeSection(name: string, schemas: LanguageSchemas, shapes: readonly string[]): string {
  const node: SchemaNode = schemas.definitions[name] ?? {};
  const holder = { ...schemas, kinds: { Route: { properties: { spec: node } } } };
  const head = `### ${definitionWords(name)}\n\n${node.description ?? ''}`;
  const example = node.examples?.map((one) => `\`${flow(one)}\``).join(', ');
  return `${head} For example ${example}.\n\n${table(specOf(holder, 'Route', shapes), shapes)}`;
}

function table(fields: readonly SchemaField[], shapes: readonly string[]): string {
  if (fields.length === 0) return '';
  const head = '| Field | Type | Unit | Default | Meaning | Example |\n|---|---|---|---|---|---|';
  return `${head}\n${fields.map((field) => row(field, shapes)).join('\n')}\n`;
}

/** Units of numbers. A text names its own. */
function unitOf({ node, unit }: SchemaField): string {
  if (unit === undefined) return '';
  return node.type === 'string' ? 'in the value' : unit;
}

function row(field: SchemaField, shapes: readonly string[]): string {
  const words = field.definition === undefined ? '' : definitionWords(field.definition);
  const linked = shapes.includes(field.definition ?? '')
    ? field.type.replace(words, `[${words}](#${words.replaceAll(' ', '-').toLowerCase()})`)
    : field.type;
  const fallback = field.required ? '*needed*' : '';
  const cells = [
    `\`${field.name}\``,
    linked,
    unitOf(field),
    field.default === undefined ? fallback : `\`${flow(field.default)}\``,
    field.description,
    field.branch && field.examples.length === 0
      ? ''
      : field.examples
          .slice(0, 1)
          .map((example) => `\`${flow(example)}\``)
          .join(''),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
