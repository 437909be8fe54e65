// Names of other objects within an object: they have to be there, and to be names that such objects can have.
import type { ManifestProblem } from '../problem.ts';
import { at, type Cursor, fault, textAt } from './cursor.ts';
import { dnsLabelProblems, dnsSubdomainProblems, keyNameProblems } from './names.ts';

/** Faults of a name that must be there and be a DNS subdomain, as the names of most objects are. */
export function referenceProblems(holder: Cursor, field: string, what: string): ManifestProblem[] {
  return textAt(holder, field)
    ? dnsSubdomainProblems(at(holder, field), what)
    : [fault(holder, `The field ${field} must name a ${what.replace(/ name$/, '')}.`)];
}

/** The same for names that are DNS labels, as those of Services are. */
export function labelReferenceProblems(holder: Cursor, field: string, what: string): ManifestProblem[] {
  return textAt(holder, field)
    ? dnsLabelProblems(at(holder, field), what)
    : [fault(holder, `The field ${field} must name a ${what.replace(/ name$/, '')}.`)];
}

/** A key of a ConfigMap or of a Secret. */
export function keyReferenceProblems(holder: Cursor, what: string): ManifestProblem[] {
  const key = at(holder, 'key');
  const problems = referenceProblems(holder, 'name', `${what} name`);
  return textAt(holder, 'key')
    ? [...problems, ...keyNameProblems(key)]
    : [...problems, fault(holder, `The field key must name a key of the ${what}.`)];
}
