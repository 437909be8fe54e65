import { type Diagnostic, raise } from '../diagnostics/diagnostic.ts';
import type { Json, Path } from '../lib/json.ts';
import type { Resource } from './model.ts';
import { malformedExpression } from './schema-diagnostics.ts';
import { expressionSites, valuesAt } from './schema-sites.ts';
import { fieldName } from './schema-words.ts';

interface Expression {
  readonly resource: Resource;
  readonly path: Path;
  readonly value: Json;
}

/** What is wrong with the regular expressions of resources. The engine is loaded only where there are any. */
export async function checkExpressions(resources: Iterable<Resource>): Promise<readonly Diagnostic[]> {
  const expressions = [...resources].flatMap(expressionsOf);
  if (expressions.length === 0) return [];
  const { compileLinearPattern } = await import('../lib/linear-pattern.ts');
  return expressions.flatMap(({ resource, path, value }) => {
    const fault = typeof value === 'string' ? faultOf(value, compileLinearPattern) : undefined;
    if (fault === undefined) return [];
    return [raise(malformedExpression, { field: fieldName(path), reason: fault }, resource.placeOf(path))];
  });
}

function expressionsOf(resource: Resource): readonly Expression[] {
  const found = expressionSites(resource.kind).flatMap((site) => valuesAt(resource.written, site));
  return found.map(({ path, value }) => ({ resource, path, value }));
}

function faultOf(pattern: string, compile: (pattern: string) => unknown): string | undefined {
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
  }
}
