import { isObject, type Json, parseJson } from '../lib/json.ts';

/** The name of the file, in each environment's folder, that tells what aigw wrote there and from what. */
export const INDEX = 'render-index.json';

/**
 * The paths that an index lists, its own among them: the files which aigw may replace or remove. An index that is not there
 * or cannot be understood lists nothing, so that whatever stands in the folder stays.
 */
export function indexedPaths(text: string | undefined): readonly string[] {
  const index = text === undefined ? undefined : parseJson(text);
  const files = isObject(index) ? index['files'] : undefined;
  if (!Array.isArray(files)) return [];
  const paths = files.map((file: Json) => (isObject(file) ? file['path'] : undefined));
  return [INDEX, ...paths.filter((path) => typeof path === 'string')];
}

/** The environment that an index was written for; undefined where the text is no index. */
export function indexedEnvironment(text: string | undefined): string | undefined {
  const index = text === undefined ? undefined : parseJson(text);
  const environment = isObject(index) ? index['environment'] : undefined;
  return typeof environment === 'string' ? environment : undefined;
}
