import type { ManifestProblem } from '../problem.ts';
import { at, type Cursor, fault, has, items, numberAt, present, repeated, textAt } from './cursor.ts';
import { dnsLabelProblems } from './names.ts';
import { keyReferenceProblems, referenceProblems } from './references.ts';
import { resourceProblems } from './resources.ts';

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'] as const;
const envSources = ['configMapKeyRef', 'fieldRef', 'fileKeyRef', 'resourceFieldRef', 'secretKeyRef'] as const;

/** What a container says that no schema can check. `volumes` are the names that the pod declares. */
export function containerProblems(container: Cursor, volumes: ReadonlySet<string>): ManifestProblem[] {
  const image = textAt(container, 'image');
  const problems = dnsLabelProblems(at(container, 'name'), 'container name');
  if (image === undefined || image === '') problems.push(fault(container, 'The container needs an image.'));
  else if (image.trim() !== image)
    problems.push(fault(at(container, 'image'), 'The image has a blank at its beginning or end.'));
  return [
    ...problems,
    ...portProblems(container),
    ...probeProblems(container),
    ...environmentProblems(container),
    ...mountProblems(container, volumes),
    ...securityProblems(container),
    ...resourceProblems(at(container, 'resources')),
  ];
}

function portProblems(container: Cursor): ManifestProblem[] {
  const ports = items(container, 'ports');
  return [
    ...ports.flatMap((port) => [
      ...portNumberProblems(at(port, 'containerPort')),
      ...portNameProblems(at(port, 'name')),
    ]),
    ...repeated(
      ports.map((port) => at(port, 'name')),
      'port name',
    ),
  ];
}

/** Faults of a port that is a number: 1 to 65535. */
export function portNumberProblems(port: Cursor): ManifestProblem[] {
  const { value } = port;
  if (typeof value !== 'number' || (value >= 1 && value <= 65535)) return [];
  return [fault(port, `The port ${value} is out of range: it must be from 1 to 65535.`)];
}

/** Faults of a port's name (RFC 6335): 15 characters at most, a letter among them. */
export function portNameProblems(name: Cursor): ManifestProblem[] {
  const text = name.value;
  if (typeof text !== 'string' || text === '') return [];
  const fits = text.length <= 15 && /^[a-z0-9](?:-?[a-z0-9])*$/.test(text) && /[a-z]/.test(text);
  const words = 'at most 15 lower-case letters, digits and single "-" between them, with one letter at least';
  return fits ? [] : [fault(name, `The port name "${text}" must consist of ${words}.`)];
}

function probeProblems(container: Cursor): ManifestProblem[] {
  return probes.flatMap((name) => {
    const probe = at(container, name);
    if (probe.value === undefined) return [];
    const problems = handlerProblems(probe, container);
    const successes = numberAt(probe, 'successThreshold');
    if (name !== 'readinessProbe' && successes !== undefined && successes !== 1) {
      problems.push(fault(at(probe, 'successThreshold'), `The ${name} takes a success threshold of 1 only.`));
    }
    for (const field of ['failureThreshold', 'periodSeconds', 'timeoutSeconds']) {
      const value = numberAt(probe, field);
      // 0 counts as left out.
      if (value !== undefined && value < 0)
        problems.push(fault(at(probe, field), `The field ${field} must be 1 or more.`));
    }
    return problems;
  });
}

function handlerProblems(probe: Cursor, container: Cursor): ManifestProblem[] {
  const chosen = present(probe, handlers);
  if (chosen.length !== 1)
    return [fault(probe, `A probe needs exactly one of ${handlers.join(', ')}; here are ${chosen.length}.`)];
  const port = at(probe, chosen[0] ?? '', 'port');
  if (typeof port.value !== 'string') return portNumberProblems(port);
  const known = items(container, 'ports').some((item) => textAt(item, 'name') === port.value);
  return known ? [] : [fault(port, `The container has no port named "${port.value}".`)];
}

function environmentProblems(container: Cursor): ManifestProblem[] {
  const problems = items(container, 'env').flatMap((variable) => {
    const name = textAt(variable, 'name') ?? '';
    const found = /^[ -<>-~]+$/.test(name)
      ? []
      : [fault(at(variable, 'name'), `"${name}" cannot be the name of an environment variable.`)];
    if (!has(variable, 'valueFrom')) return found;
    if (textAt(variable, 'value')) found.push(fault(variable, 'A variable takes either value or valueFrom, not both.'));
    const sources = present(at(variable, 'valueFrom'), envSources);
    if (sources.length !== 1)
      found.push(fault(at(variable, 'valueFrom'), `valueFrom needs exactly one of ${envSources.join(', ')}.`));
    return [...found, ...keyProblems(at(variable, 'valueFrom'))];
  });
  return [...problems, ...items(container, 'envFrom').flatMap(environmentSourceProblems)];
}

function keyProblems(source: Cursor): ManifestProblem[] {
  return [
    ...(has(source, 'secretKeyRef') ? keyReferenceProblems(at(source, 'secretKeyRef'), 'Secret') : []),
    ...(has(source, 'configMapKeyRef') ? keyReferenceProblems(at(source, 'configMapKeyRef'), 'ConfigMap') : []),
  ];
}

function environmentSourceProblems(source: Cursor): ManifestProblem[] {
  const given = present(source, ['configMapRef', 'secretRef']);
  if (given.length !== 1) return [fault(source, 'envFrom needs exactly one of configMapRef, secretRef.')];
  return given.flatMap((field) =>
    referenceProblems(at(source, field), 'name', field === 'secretRef' ? 'Secret name' : 'ConfigMap name'),
  );
}

function mountProblems(container: Cursor, volumes: ReadonlySet<string>): ManifestProblem[] {
  const mounts = items(container, 'volumeMounts');
  const problems = mounts.flatMap((mount) => {
    const name = textAt(mount, 'name') ?? '';
    const path = textAt(mount, 'mountPath') ?? '';
    const found = volumes.has(name) ? [] : [fault(at(mount, 'name'), `The pod has no volume named "${name}".`)];
    if (path === '' || path.includes(':'))
      found.push(fault(at(mount, 'mountPath'), 'The mount path must not be empty nor hold ":".'));
    const subPath = textAt(mount, 'subPath') ?? '';
    if (subPath.startsWith('/') || subPath.split('/').includes('..'))
      found.push(fault(at(mount, 'subPath'), 'The sub-path must be relative and must not hold "..".'));
    if (has(mount, 'subPath') && has(mount, 'subPathExpr'))
      found.push(fault(mount, 'A mount takes either subPath or subPathExpr.'));
    return found;
  });
  return [
    ...problems,
    ...repeated(
      mounts.map((mount) => at(mount, 'mountPath')),
      'mount path',
    ),
  ];
}

function securityProblems(container: Cursor): ManifestProblem[] {
  const context = at(container, 'securityContext');
  const escalation = at(context, 'allowPrivilegeEscalation');
  if (escalation.value !== false) return [];
  const added = items(context, 'capabilities', 'add').some(
    (capability) => capability.value === 'SYS_ADMIN' || capability.value === 'CAP_SYS_ADMIN',
  );
  if (at(context, 'privileged').value !== true && !added) return [];
  return [
    fault(escalation, 'Privilege escalation cannot be forbidden to a container that is privileged or has SYS_ADMIN.'),
  ];
}
