// Changes of one field in a text, each of which the schemas must find at its line. For tests.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { locate, type Span } from '../../diagnostics/source.ts';
import { isObject, type Json, type Path, valueAt } from '../../lib/json.ts';
import type { ConfigDocument } from '../document.ts';
import { readDocuments } from '../read-documents.ts';
import { checkDocument, identify } from '../schema.ts';
import { language } from '../schema-language.ts';
import { flatten, type SchemaNode } from '../schema-node.ts';
import type { Kind } from '../schema-types.ts';

/** A document of a kind. */
export interface Subject {
  readonly document: ConfigDocument;
  readonly kind: Kind;
}

/** One change of a text. */
export interface Change {
  /** The path of what is changed. */
  readonly what: string;
  readonly span: Span;
  readonly text: string;
}

/** The resources in a text. */
export function subjectsIn(path: string, text: string): Subject[] {
  return readDocuments({ path, text }).documents.flatMap((document) => {
    const { kind } = identify(document);
    return kind === undefined ? [] : [{ document, kind }];
  });
}

/** All that the schemas say of a document; one with an environment is an overlay. */
export function findingsOf(document: ConfigDocument): readonly Diagnostic[] {
  const { kind, diagnostics } = identify(document);
  const environment = valueAt(document.value, ['metadata', 'environment']);
  const form = typeof environment === 'string' ? 'overlay' : 'full';
  return kind === undefined ? diagnostics : checkDocument(document, kind, form);
}

/** Whether a finding begins in the line of the change, once it is made. */
export function isToldAtItsLine({ document }: Subject, { span, text }: Change): boolean {
  const before = document.source.text;
  const source = { ...document.source, text: before.slice(0, span.start) + text + before.slice(span.end) };
  const changed = readDocuments(source).documents.find(({ index }) => index === document.index);
  const lines =
    changed === undefined ? [] : findingsOf(changed).map(({ place }) => locate(source, place?.span.start ?? 0).line);
  return lines.includes(locate(source, span.start).line);
}

/** Each value replaced by one of a type that no field has. */
export function wrongTypes({ document, kind }: Subject): Change[] {
  return scalarsOf(document, kind).map(({ path }) => {
    return { what: path.join('.'), span: document.placeOf(path).span, text: '{wrong: [type]}' };
  });
}

/** Each value replaced by one that its field cannot have: another form, no value of its list, out of its range. */
export function wrongValues({ document, kind }: Subject): Change[] {
  return scalarsOf(document, kind).flatMap(({ path, node }) => {
    const text = wrongValueFor(node);
    return text === undefined ? [] : [{ what: path.join('.'), span: document.placeOf(path).span, text }];
  });
}

/** A value of the right type that its field cannot have; undefined where any value will do. */
function wrongValueFor(node: SchemaNode): string | undefined {
  if (node.enum ?? node.const ?? node.pattern) return '"5 parsecs"';
  if (node.type === 'number' || node.type === 'integer') {
    return node.minimum === undefined && node.exclusiveMinimum === undefined ? undefined : '-1';
  }
  return undefined;
}

/** Each key of the language misspelled. */
export function misspelledKeys({ document, kind }: Subject): Change[] {
  return keysOf(document, kind).map((path) => {
    const { span } = document.placeOf(path, 'key');
    return { what: path.join('.'), span, text: `${String(path.at(-1))}zz` };
  });
}

/** Every value that is neither list nor map, with the node that rules it. What stands in freely shaped maps is left out. */
function scalarsOf(document: ConfigDocument, kind: Kind): { readonly path: Path; readonly node: SchemaNode }[] {
  const found: { path: Path; node: SchemaNode }[] = [];
  walk(document.value, rootOf(kind), [], (path, value, node) => {
    if (node && !isObject(value) && !Array.isArray(value)) found.push({ path, node });
  });
  return found;
}

/** Every key that the language knows. */
function keysOf(document: ConfigDocument, kind: Kind): Path[] {
  const found: Path[] = [];
  walk(document.value, rootOf(kind), [], (path, _, node, above) => {
    const key = path.at(-1);
    if (node && typeof key === 'string' && above.some(({ properties }) => properties?.[key])) found.push(path);
  });
  return found;
}

function rootOf(kind: Kind): SchemaNode {
  return language().kinds[kind] ?? {};
}

type Visitor = (path: Path, value: Json, node: SchemaNode | undefined, above: readonly SchemaNode[]) => void;

function walk(value: Json, site: SchemaNode, path: Path, visit: Visitor): void {
  const shapes = shapesOf(site);
  const entries = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  for (const [key, child] of entries) {
    const below = shapes.flatMap((shape) => childOf(shape, key) ?? []);
    const [node] = below.map((one) => flatten(one, language()));
    visit([...path, key], child as Json, node, shapes);
    if (node) walk(child as Json, node, [...path, key], visit);
  }
}

/** A node, or the alternatives that it is made of. */
function shapesOf(site: SchemaNode): readonly SchemaNode[] {
  const node = flatten(site, language());
  if (node.properties || !node.oneOf) return [node];
  return node.oneOf.flatMap(shapesOf);
}

function childOf(node: SchemaNode, key: string | number): SchemaNode | undefined {
  if (typeof key === 'number') return node.items;
  const own = node.properties?.[key];
  return own ?? (typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined);
}
