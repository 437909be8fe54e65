import type { ManifestProblem } from '../problem.ts';
import { at, type Cursor, entries, fault, has, keyFault, textAt } from './cursor.ts';
import { byteLength, isKeyName } from './names.ts';

const sizeLimit = 1024 * 1024;

/** Keys that a Secret of a type must hold. */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

export function configMapProblems(object: Cursor): ManifestProblem[] {
  const twice = entries(object, 'binaryData').filter(([key]) => has(object, 'data', key));
  return [
    ...dataProblems(object, [
      ['data', byteLength],
      ['binaryData', decodedLength],
    ]),
    ...twice.map(([key, entry]) => keyFault(entry, `The key "${key}" stands in data and in binaryData.`)),
  ];
}

export function secretProblems(object: Cursor): ManifestProblem[] {
  const type = textAt(object, 'type') ?? 'Opaque';
  const missing = (secretKeys[type] ?? []).filter(
    (key) => !has(object, 'data', key) && !has(object, 'stringData', key),
  );
  return [
    ...dataProblems(object, [
      ['data', decodedLength],
      ['stringData', byteLength],
    ]),
    ...missing.map((key) => fault(object, `A Secret of type ${type} needs the key "${key}".`)),
  ];
}

function dataProblems(
  object: Cursor,
  fields: readonly (readonly [string, (text: string) => number])[],
): ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  let size = 0;
  for (const [field, lengthOf] of fields) {
    for (const [key, entry] of entries(object, field)) {
      size += byteLength(key) + lengthOf(String(entry.value));
      if (!isKeyName(key)) {
        problems.push(keyFault(entry, `The key "${key}" must be a file name of letters, digits, "-", "_" and ".".`));
      }
    }
  }
  if (size > sizeLimit)
    problems.push(fault(at(object, 'metadata', 'name'), `The data have ${size} bytes; ${sizeLimit} are allowed.`));
  return problems;
}

/** Bytes that a base64 text stands for. */
function decodedLength(text: string): number {
  return Math.floor((text.replace(/=+$/, '').length * 3) / 4);
}
