import type { ManifestProblem } from '../problem.ts';
import { at, type Cursor, fault, has, items, textAt } from './cursor.ts';
import { pathSegmentProblems } from './names.ts';
import { referenceProblems } from './references.ts';

const rbac = 'rbac.authorization.k8s.io';

export function roleProblems(object: Cursor): ManifestProblem[] {
  return items(object, 'rules').flatMap((rule) => [...ruleProblems(rule), ...namespacedProblems(rule)]);
}

export function clusterRoleProblems(object: Cursor): ManifestProblem[] {
  return items(object, 'rules').flatMap(ruleProblems);
}

function ruleProblems(rule: Cursor): ManifestProblem[] {
  const problems = items(rule, 'verbs').length === 0 ? [fault(rule, 'A rule needs verbs.')] : [];
  if (items(rule, 'nonResourceURLs').length > 0) return problems;
  for (const field of ['apiGroups', 'resources']) {
    if (items(rule, field).length === 0) problems.push(fault(rule, `A rule for resources needs ${field}.`));
  }
  return problems;
}

function namespacedProblems(rule: Cursor): ManifestProblem[] {
  return has(rule, 'nonResourceURLs')
    ? [fault(at(rule, 'nonResourceURLs'), 'A Role cannot give access to URLs; a ClusterRole can.')]
    : [];
}

export function roleBindingProblems(object: Cursor): ManifestProblem[] {
  const role = at(object, 'roleRef');
  const namespaced = textAt(object, 'kind') === 'RoleBinding';
  const problems = items(object, 'subjects').flatMap((subject) => subjectProblems(subject, namespaced));
  if ((textAt(role, 'apiGroup') || rbac) !== rbac)
    problems.push(fault(at(role, 'apiGroup'), `The role's API group is ${rbac}.`));
  if (!textAt(role, 'name')) problems.push(fault(role, 'The role needs a name.'));
  problems.push(...pathSegmentProblems(at(role, 'name'), 'role name'));
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(textAt(role, 'kind') ?? ''))
    problems.push(fault(at(role, 'kind'), `The role must be a ${kinds.join(' or a ')}.`));
  return problems;
}

/** In a RoleBinding, an account without a namespace is one of the binding's own. */
function subjectProblems(subject: Cursor, namespaced: boolean): ManifestProblem[] {
  const kind = textAt(subject, 'kind') ?? '';
  const named =
    kind === 'ServiceAccount'
      ? referenceProblems(subject, 'name', 'ServiceAccount name')
      : textAt(subject, 'name')
        ? []
        : [fault(subject, 'A subject needs a name.')];
  const group = textAt(subject, 'apiGroup');
  if (!['Group', 'ServiceAccount', 'User'].includes(kind))
    return [fault(at(subject, 'kind'), 'A subject is a ServiceAccount, a User or a Group.')];
  const expected = kind === 'ServiceAccount' ? '' : rbac;
  const problems =
    group === undefined || group === expected
      ? []
      : [fault(at(subject, 'apiGroup'), `The API group of a ${kind} is "${expected}".`)];
  if (kind === 'ServiceAccount' && !namespaced && !textAt(subject, 'namespace'))
    problems.push(fault(subject, 'A ServiceAccount needs its namespace.'));
  return [...named, ...problems];
}
