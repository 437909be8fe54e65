import type { ManifestProblem } from '../problem.ts';
import { containerProblems } from './containers.ts';
import { at, type Cursor, entries, fault, items, repeated, textAt } from './cursor.ts';
import { dnsLabelProblems, dnsSubdomainProblems, labelProblems } from './names.ts';

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
    ...dnsSubdomainProblems(at(spec, 'serviceAccountName'), 'service account name'),
  ];
}

function volumeProblems(volume: Cursor): ManifestProblem[] {
  const sources = entries(volume).filter(([key]) => key !== 'name');
  const problems = dnsLabelProblems(at(volume, 'name'), 'volume name');
  // No source at all is an empty directory, for the sake of old clients.
  if (sources.length > 1)
    problems.push(fault(volume, `A volume has one source; here are ${sources.map(([key]) => key).join(', ')}.`));
  return problems;
}
