import type { KnownKind } from '../kind.ts';
import type { ManifestProblem } from '../problem.ts';
import { at, type Cursor, entries, fault, has, items, keyFault, textAt } from './cursor.ts';

/** A rule for names: what it is called, and which texts keep it. */
interface NameRule {
  readonly words: string;
  readonly longest: number;
  readonly pattern: RegExp;
}

const dnsLabel: NameRule = {
  words: 'lower-case letters, digits and "-", with a letter or digit at both ends',
  longest: 63,
  pattern: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/,
};
const dnsSubdomain: NameRule = {
  words: 'lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  longest: 253,
  pattern: /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
};
/** Beginning with a letter, as every version of the API server takes it. */
const serviceName: NameRule = {
  words: 'lower-case letters, digits and "-", beginning with a letter and ending with a letter or digit',
  longest: 63,
  pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/,
};
/** Names that stand as one part of a URL path. */
const pathSegment: NameRule = {
  words: 'any characters but "/" and "%"',
  longest: Number.POSITIVE_INFINITY,
  pattern: /^(?!\.{1,2}$)[^/%]+$/,
};

/**
 * Rules per kind; all others take a DNS subdomain. StatefulSet and CronJob leave room for what their controllers append
 * (a revision hash; a time), Job for the label that repeats its name.
 */
const nameRules: Readonly<Record<string, NameRule>> = {
  ' Namespace': dnsLabel,
  ' Service': serviceName,
  'apps StatefulSet': { ...dnsLabel, longest: 52 },
  'batch CronJob': { ...dnsSubdomain, longest: 52 },
  'batch Job': { ...dnsSubdomain, longest: 63 },
  'rbac.authorization.k8s.io ClusterRole': pathSegment,
  'rbac.authorization.k8s.io ClusterRoleBinding': pathSegment,
  'rbac.authorization.k8s.io Role': pathSegment,
  'rbac.authorization.k8s.io RoleBinding': pathSegment,
};

const labelValue = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const qualifiedName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const annotationsLimit = 256 * 1024;

/** Name, namespace, labels and annotations of an object. */
export function metadataProblems(object: Cursor, kind: KnownKind): ManifestProblem[] {
  const metadata = at(object, 'metadata');
  const problems = nameProblems(metadata, kind);
  const namespace = at(metadata, 'namespace');
  if (namespace.value !== undefined && kind.scope === 'Cluster') {
    problems.push(fault(namespace, `A ${kind.kind} stands outside namespaces; leave this field out.`));
  } else if (namespace.value !== undefined) problems.push(...dnsLabelProblems(namespace, 'namespace'));
  return [...problems, ...labelProblems(metadata, 'labels'), ...annotationProblems(metadata)];
}

function nameProblems(metadata: Cursor, kind: KnownKind): ManifestProblem[] {
  const rule = nameRules[`${kind.group} ${kind.kind}`] ?? dnsSubdomain;
  const [name, prefix] = [at(metadata, 'name'), at(metadata, 'generateName')];
  if (!name.value && !prefix.value) return [fault(metadata, `A ${kind.kind} needs a name.`)];
  return [
    ...(name.value ? breaches(name, rule, 'name') : []),
    // What is generated goes on behind it, so that it may end in a dash.
    ...(prefix.value ? breaches(prefix, rule, 'name', String(prefix.value).replace(/(?<=.)-$/, 'x')) : []),
  ];
}

function breaches(name: Cursor, rule: NameRule, what: string, text = String(name.value)): ManifestProblem[] {
  if (text.length > rule.longest) {
    return [fault(name, `The ${what} has ${text.length} characters; ${rule.longest} are allowed here.`)];
  }
  return rule.pattern.test(text)
    ? []
    : [fault(name, `The ${what} "${String(name.value)}" must consist of ${rule.words}.`)];
}

/** Faults of a text that must be a DNS label: 63 characters at most. */
export function dnsLabelProblems(name: Cursor, what: string): ManifestProblem[] {
  return name.value === undefined ? [] : breaches(name, dnsLabel, what);
}

/** Faults of a text that must be a DNS subdomain: 253 characters at most. */
export function dnsSubdomainProblems(name: Cursor, what: string): ManifestProblem[] {
  return name.value === undefined ? [] : breaches(name, dnsSubdomain, what);
}

/** Faults of a text that must be able to stand as one part of a URL path. */
export function pathSegmentProblems(name: Cursor, what: string): ManifestProblem[] {
  return name.value ? breaches(name, pathSegment, what) : [];
}

/** Faults in a map of labels: keys are qualified names, values are short texts. */
export function labelProblems(holder: Cursor, field: string): ManifestProblem[] {
  return entries(holder, field).flatMap(([key, label]) => [
    ...qualifiedNameProblems(key, label, 'label'),
    ...labelValueProblems(label),
  ]);
}

function labelValueProblems(label: Cursor): ManifestProblem[] {
  const value = String(label.value);
  if (value.length > 63) return [fault(label, `The label's value has ${value.length} characters; 63 are allowed.`)];
  const words = 'letters, digits, "-", "_" and ".", with a letter or digit at both ends';
  return labelValue.test(value)
    ? []
    : [fault(label, `The label's value "${value}" must consist of ${words}, or be empty.`)];
}

function annotationProblems(metadata: Cursor): ManifestProblem[] {
  const all = entries(metadata, 'annotations');
  const size = all.reduce((sum, [key, { value }]) => sum + byteLength(key) + byteLength(String(value)), 0);
  const problems = all.flatMap(([key, annotation]) =>
    qualifiedNameProblems(key.toLowerCase(), annotation, 'annotation'),
  );
  if (size <= annotationsLimit) return problems;
  return [
    ...problems,
    fault(at(metadata, 'annotations'), `The annotations have ${size} bytes; ${annotationsLimit} are allowed.`),
  ];
}

function qualifiedNameProblems(key: string, entry: Cursor, what: string): ManifestProblem[] {
  return isQualifiedName(key) ? [] : [keyFault(entry, unqualified(key, what))];
}

/** Faults of a text that is the key of a label. */
export function labelKeyProblems(key: Cursor): ManifestProblem[] {
  const text = String(key.value ?? '');
  return isQualifiedName(text) ? [] : [fault(key, unqualified(text, 'label'))];
}

function unqualified(key: string, what: string): string {
  return `The ${what} key "${key}" must be a name of at most 63 characters, with a DNS name and "/" before it if need be.`;
}

/** True for the keys of labels, and for what is named likewise. */
export function isQualifiedName(key: string): boolean {
  const slash = key.indexOf('/');
  const prefix = slash === -1 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  const prefixFits = prefix === undefined || (prefix.length <= 253 && dnsSubdomain.pattern.test(prefix));
  return prefixFits && name.length <= 63 && qualifiedName.test(name);
}

/** Faults of a text that is the key of a ConfigMap or of a Secret. */
export function keyNameProblems(key: Cursor): ManifestProblem[] {
  return isKeyName(String(key.value))
    ? []
    : [fault(key, `The key "${key.value}" must be a file name of letters, digits, "-", "_" and ".".`)];
}

export function isKeyName(key: string): boolean {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(key) && !/^\.\.?$|^\.\./.test(key);
}

/** Faults of a selector: its labels, and its expressions with the values that their operators take. */
export function selectorProblems(selector: Cursor): ManifestProblem[] {
  const problems = labelProblems(selector, 'matchLabels');
  for (const expression of items(selector, 'matchExpressions')) {
    problems.push(...labelKeyProblems(at(expression, 'key')));
    const operator = textAt(expression, 'operator');
    const values = items(expression, 'values').length;
    problems.push(...items(expression, 'values').flatMap(labelValueProblems));
    if (operator === 'In' || operator === 'NotIn') {
      if (values === 0) problems.push(fault(expression, `The operator ${operator} needs values.`));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values > 0) problems.push(fault(at(expression, 'values'), `The operator ${operator} takes no values.`));
    } else problems.push(fault(at(expression, 'operator'), 'The operator must be In, NotIn, Exists or DoesNotExist.'));
  }
  return problems;
}

/** True where `labels` are chosen by `selector`. An empty selector chooses all. */
export function selects(selector: Cursor, labels: Cursor): boolean {
  const wanted = entries(selector, 'matchLabels').every(([key, label]) => at(labels, key).value === label.value);
  return wanted && items(selector, 'matchExpressions').every((expression) => holds(expression, labels));
}

function holds(expression: Cursor, labels: Cursor): boolean {
  const key = textAt(expression, 'key') ?? '';
  const value = textAt(labels, key);
  const listed = value !== undefined && items(expression, 'values').some((item) => item.value === value);
  switch (textAt(expression, 'operator')) {
    case 'In':
      return listed;
    case 'NotIn':
      return !listed;
    case 'Exists':
      return has(labels, key);
    case 'DoesNotExist':
      return !has(labels, key);
    default:
      return false;
  }
}

/** Bytes in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
