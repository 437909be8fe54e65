import { exampleRepo } from '../config/example-repo.ts';
import { schemaFaultsOf } from '../config/json-schema.ts';
import type { ResolvedConfig, Resource } from '../config/model.ts';
import { readDocuments } from '../config/read-documents.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Place, SourceText } from '../diagnostics/source.ts';
import type { Json } from '../lib/json.ts';
import { jsonFaultOf } from '../lib/json-syntax.ts';
import { defineCheck } from './check.ts';

const REPO = exampleRepo([
  '  backends:',
  '  request: {schema: schemas/chat.json}\n  onUnsupported: {request.schema: warn}\n  backends:',
]);

const badSchemaFile = defineDiagnostic<{ reason: string }>({
  code: 'AIGW2046',
  name: 'bad-schema-file',
  severity: 'error',
  summary: 'A file that should hold a JSON Schema holds something else.',
  message: ({ reason }) => `This is not right in a JSON Schema: ${reason}.`,
  help: () => 'Correct it here: bodies cannot be checked against this schema as it stands.',
  examples: {
    bad: { 'aigw.yaml': REPO, 'schemas/chat.json': '{"type": "object", "requried": ["messages"]}\n' },
    good: { 'aigw.yaml': REPO, 'schemas/chat.json': '{"type": "object", "required": ["messages"]}\n' },
  },
});

export const check = defineCheck({
  kinds: [badSchemaFile],
  byResource: true,
  run: ({ config }) => {
    const seen = new Set<string>();
    return config.all('Route').flatMap((route) =>
      (['request', 'response'] as const).flatMap((side) => {
        const file = route.spec[side]?.schema;
        if (file === undefined || seen.size === seen.add(file).size) return [];
        return findingsOf(config, file, route, side);
      }),
    );
  },
});

function findingsOf(
  config: ResolvedConfig,
  path: string,
  route: Resource<'Route'>,
  side: 'request' | 'response',
): readonly Diagnostic[] {
  const text = config.file(path);
  if (text === undefined) return [];
  const source = { path, text };
  const related = [
    { message: `Route ${route.name} checks bodies against it.`, place: route.placeOf(['spec', side, 'schema']) },
  ];
  const broken = jsonFaultOf(text);
  if (broken !== undefined) {
    const reason = `it is no JSON, since here ${broken.expected} is expected`;
    return [raise(badSchemaFile, { reason }, placeAt(source, broken.at), { related })];
  }
  const faults = schemaFaultsOf(JSON.parse(text) as Json);
  if (faults.length === 0) return [];
  // Every JSON text is YAML, whose reader knows where each value stands.
  const [document] = readDocuments(source).documents;
  return faults.map(({ path: at, key, reason }) => {
    const place = document?.placeOf(at, key ? 'key' : 'value') ?? placeAt(source, 0);
    return raise(badSchemaFile, { reason }, place, { related });
  });
}

function placeAt(source: SourceText, at: number): Place {
  const start = Math.min(Math.max(at, 0), source.text.length);
  return { source, span: { start, end: Math.min(start + 1, source.text.length) } };
}
