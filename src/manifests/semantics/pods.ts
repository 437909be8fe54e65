import type { ManifestProblem } from '../problem.ts';
import { containerProblems } from './containers.ts';
import { at, type Cursor, entries, fault, items, numberAt, repeated, textAt } from './cursor.ts';
import { dnsLabelProblems, dnsSubdomainProblems, labelKeyProblems, labelProblems, selectorProblems } from './names.ts';
import { referenceProblems } from './references.ts';

/** A pod template: its labels, volumes and containers, and the restart policies that its owner takes. */
export function podTemplateProblems(template: Cursor, restartPolicies: readonly string[]): ManifestProblem[] {
  const spec = at(template, 'spec');
  const policy = textAt(spec, 'restartPolicy') ?? 'Always';
  const problems = labelProblems(at(template, 'metadata'), 'labels');
  if (!restartPolicies.includes(policy)) {
    const place = at(spec, 'restartPolicy').value === undefined ? spec : at(spec, 'restartPolicy');
    problems.push(fault(place, `The restart policy is ${policy}; here it must be ${restartPolicies.join(' or ')}.`));
  }
  return [...problems, ...podSpecProblems(spec)];
}

function podSpecProblems(spec: Cursor): ManifestProblem[] {
  const containers = [...items(spec, 'initContainers'), ...items(spec, 'containers')];
  const volumes = items(spec, 'volumes');
  const names = new Set(volumes.map((volume) => textAt(volume, 'name') ?? ''));
  const problems = volumes.flatMap(volumeProblems);
  if (items(spec, 'containers').length === 0) problems.push(fault(spec, 'A pod needs a container.'));
  return [
    ...problems,
    ...repeated(
      containers.map((container) => at(container, 'name')),
      'container name',
    ),
    ...containers.flatMap((container) => containerProblems(container, names)),
    ...(textAt(spec, 'serviceAccountName')
      ? dnsSubdomainProblems(at(spec, 'serviceAccountName'), 'service account name')
      : []),
    ...items(spec, 'topologySpreadConstraints').flatMap(spreadProblems),
    ...identityProblems(at(spec, 'securityContext')),
  ];
}

function spreadProblems(constraint: Cursor): ManifestProblem[] {
  const skew = at(constraint, 'maxSkew');
  return [
    ...labelKeyProblems(at(constraint, 'topologyKey')),
    ...selectorProblems(at(constraint, 'labelSelector')),
    ...(Number(skew.value) > 0 ? [] : [fault(skew, 'The field maxSkew must be 1 or more.')]),
  ];
}

/** Users and groups are numbers of 31 bits. */
function identityProblems(context: Cursor): ManifestProblem[] {
  return ['fsGroup', 'runAsGroup', 'runAsUser'].flatMap((field) => {
    const id = numberAt(context, field);
    const fits = id === undefined || (id >= 0 && id < 2 ** 31);
    return fits ? [] : [fault(at(context, field), `The field ${field} must be from 0 to 2147483647.`)];
  });
}

function volumeProblems(volume: Cursor): ManifestProblem[] {
  const sources = entries(volume).filter(([key]) => key !== 'name');
  const problems = dnsLabelProblems(at(volume, 'name'), 'volume name');
  // No source at all is an empty directory, for the sake of old clients.
  if (sources.length > 1)
    problems.push(fault(volume, `A volume has one source; here are ${sources.map(([key]) => key).join(', ')}.`));
  return [...problems, ...sources.flatMap(([kind, source]) => sourceProblems(kind, source))];
}

/** What a volume is made of has to be named. */
function sourceProblems(kind: string, source: Cursor): ManifestProblem[] {
  if (kind === 'configMap') return referenceProblems(source, 'name', 'ConfigMap name');
  if (kind === 'secret') return referenceProblems(source, 'secretName', 'Secret name');
  return kind === 'persistentVolumeClaim' ? referenceProblems(source, 'claimName', 'PersistentVolumeClaim name') : [];
}
