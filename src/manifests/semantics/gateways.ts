import { compileLinearPattern } from '../../lib/linear-pattern.ts';
import type { ManifestProblem } from '../problem.ts';
import { at, type Cursor, entries, fault, items, textAt } from './cursor.ts';

/** Routes match by regular expressions in RE2 syntax; one that Envoy cannot read makes it refuse the whole route. */
export function routeProblems(object: Cursor): ManifestProblem[] {
  return items(object, 'spec', 'rules').flatMap((rule) => items(rule, 'matches').flatMap(matchProblems));
}

function matchProblems(match: Cursor): ManifestProblem[] {
  const values = [at(match, 'path'), at(match, 'method'), ...items(match, 'headers'), ...items(match, 'queryParams')];
  return values
    .filter((value) => textAt(value, 'type') === 'RegularExpression')
    .flatMap((value) => entries(value).filter(([key]) => ['value', 'service', 'method'].includes(key)))
    .flatMap(([, pattern]) => patternProblems(pattern));
}

/** Tools are chosen by expressions too. Backends lie in the route's own namespace: the controller refuses others. */
export function mcpRouteProblems(object: Cursor): ManifestProblem[] {
  const namespace = textAt(object, 'metadata', 'namespace');
  return items(object, 'spec', 'backendRefs').flatMap((backend) => {
    const selector = at(backend, 'toolSelector');
    const patterns = [...items(selector, 'includeRegex'), ...items(selector, 'excludeRegex')];
    const other = at(backend, 'namespace');
    const foreign = namespace !== undefined && other.value !== undefined && other.value !== namespace;
    return [
      ...patterns.flatMap(patternProblems),
      ...(foreign ? [fault(other, "An MCPRoute's backends must lie in its own namespace.")] : []),
    ];
  });
}

function patternProblems(pattern: Cursor): ManifestProblem[] {
  try {
    compileLinearPattern(String(pattern.value));
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [fault(pattern, `Envoy cannot read this regular expression: ${reason}.`)];
  }
}
