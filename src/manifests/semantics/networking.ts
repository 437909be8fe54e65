import { isIpv4, isIpv6 } from '../formats.ts';
import type { ManifestProblem } from '../problem.ts';
import { isPartOf, parseRange } from './address-ranges.ts';
import { portNameProblems, portNumberProblems } from './containers.ts';
import { at, type Cursor, fault, has, items, numberAt, present, repeated, textAt } from './cursor.ts';
import { dnsLabelProblems, dnsSubdomainProblems, labelProblems, selectorProblems } from './names.ts';
import { labelReferenceProblems } from './references.ts';

export function serviceProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  const ports = items(spec, 'ports');
  const external = textAt(spec, 'type') === 'ExternalName';
  const problems = [
    ...labelProblems(spec, 'selector'),
    ...ports.flatMap((port) => servicePortProblems(port, ports.length)),
  ];
  if (external && !textAt(spec, 'externalName'))
    problems.push(fault(spec, 'A Service of type ExternalName needs an externalName.'));
  else if (external) problems.push(...dnsSubdomainProblems(at(spec, 'externalName'), 'external name'));
  const address = textAt(spec, 'clusterIP') ?? '';
  if (!['', 'None'].includes(address) && !isIpv4(address) && !isIpv6(address))
    problems.push(fault(at(spec, 'clusterIP'), `"${address}" is neither an IP address nor None.`));
  if (!external && ports.length === 0 && textAt(spec, 'clusterIP') !== 'None')
    problems.push(fault(spec, 'A Service needs a port.'));
  if (textAt(spec, 'type') === 'LoadBalancer' && textAt(spec, 'clusterIP') === 'None') {
    problems.push(fault(at(spec, 'clusterIP'), 'A Service of type LoadBalancer cannot be headless.'));
  }
  return [
    ...problems,
    ...repeated(
      ports.map((port) => at(port, 'name')),
      'port name',
    ),
  ];
}

function servicePortProblems(port: Cursor, count: number): ManifestProblem[] {
  const problems = [...portNumberProblems(at(port, 'port'))];
  if (textAt(port, 'name')) problems.push(...dnsLabelProblems(at(port, 'name'), 'port name'));
  if (count > 1 && !textAt(port, 'name')) problems.push(fault(port, 'Each of several ports needs a name.'));
  const target = at(port, 'targetPort');
  return [...problems, ...(typeof target.value === 'string' ? portNameProblems(target) : portNumberProblems(target))];
}

export function ingressProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  const rules = items(spec, 'rules');
  const problems = has(spec, 'defaultBackend') ? backendProblems(at(spec, 'defaultBackend')) : [];
  if (rules.length === 0 && !has(spec, 'defaultBackend'))
    problems.push(fault(object, 'An Ingress needs rules or a default backend.'));
  return [
    ...problems,
    ...dnsSubdomainProblems(at(spec, 'ingressClassName'), 'ingress class name'),
    ...rules.flatMap(ingressRuleProblems),
    ...items(spec, 'tls').flatMap((tls) => [
      ...items(tls, 'hosts').flatMap(hostProblems),
      ...(textAt(tls, 'secretName') ? dnsSubdomainProblems(at(tls, 'secretName'), 'Secret name') : []),
    ]),
  ];
}

/** A DNS name, whose first label may be a star. */
function hostProblems(host: Cursor): ManifestProblem[] {
  const bare = { value: String(host.value).replace(/^\*\./, ''), path: host.path };
  return dnsSubdomainProblems(bare, 'host');
}

function ingressRuleProblems(rule: Cursor): ManifestProblem[] {
  const host = at(rule, 'host');
  const text = textAt(rule, 'host') ?? '';
  const problems = text === '' ? [] : hostProblems(host);
  if (has(rule, 'http') && items(rule, 'http', 'paths').length === 0)
    problems.push(fault(at(rule, 'http'), 'A rule needs a path.'));
  if (isIpv4(text)) problems.push(fault(host, 'The host must be a DNS name, not an IP address.'));
  const paths = items(rule, 'http', 'paths').flatMap((path) => [
    ...ingressPathProblems(path),
    ...backendProblems(at(path, 'backend')),
  ]);
  return [...problems, ...paths];
}

function ingressPathProblems(path: Cursor): ManifestProblem[] {
  const text = textAt(path, 'path') ?? '';
  const isOwn = textAt(path, 'pathType') === 'ImplementationSpecific';
  // What a controller reads its own way may be left out.
  if (isOwn && text === '') return [];
  if (!text.startsWith('/')) return [fault(path, 'The path must begin with "/".')];
  return !isOwn && /\/\/|\/\.{1,2}(?:\/|$)|%2f/i.test(text)
    ? [fault(at(path, 'path'), 'The path must not hold "//", "/./", "/../" or "%2F".')]
    : [];
}

function backendProblems(backend: Cursor): ManifestProblem[] {
  if (present(backend, ['resource', 'service']).length !== 1)
    return [fault(backend, 'A backend has exactly one of service, resource.')];
  if (!has(backend, 'service')) return [];
  const service = at(backend, 'service');
  const port = at(service, 'port');
  const problems = labelReferenceProblems(service, 'name', 'Service name');
  // An empty name and the number 0 count as left out.
  const given = [textAt(port, 'name') ?? '', numberAt(port, 'number') ?? 0].filter((each) => each !== '' && each !== 0);
  if (given.length !== 1) problems.push(fault(service, 'The port of a backend has exactly one of name, number.'));
  return [...problems, ...portNameProblems(at(port, 'name')), ...portNumberProblems(at(port, 'number'))];
}

export function networkPolicyProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  const problems = selectorProblems(at(spec, 'podSelector'));
  if (items(spec, 'policyTypes').length > 2)
    problems.push(fault(at(spec, 'policyTypes'), 'There are two policy types, Ingress and Egress.'));
  const rules = [
    ...items(spec, 'ingress').map((rule) => [rule, 'from'] as const),
    ...items(spec, 'egress').map((rule) => [rule, 'to'] as const),
  ];
  for (const [rule, side] of rules) {
    problems.push(...items(rule, side).flatMap(peerProblems), ...items(rule, 'ports').flatMap(policyPortProblems));
  }
  return problems;
}

function peerProblems(peer: Cursor): ManifestProblem[] {
  const problems = [...selectorProblems(at(peer, 'podSelector')), ...selectorProblems(at(peer, 'namespaceSelector'))];
  const selectors = present(peer, ['namespaceSelector', 'podSelector']);
  if (!has(peer, 'ipBlock'))
    return selectors.length > 0
      ? problems
      : [fault(peer, 'A peer needs a podSelector, a namespaceSelector or an ipBlock.')];
  if (selectors.length > 0) problems.push(fault(peer, 'A peer with an ipBlock takes no selectors.'));
  return [...problems, ...blockProblems(at(peer, 'ipBlock'))];
}

function blockProblems(block: Cursor): ManifestProblem[] {
  const whole = at(block, 'cidr');
  const outer = parseRange(String(whole.value));
  const unread = ({ value, path }: Cursor) =>
    fault({ value, path }, `"${String(value)}" is not an address range such as 10.0.0.0/8.`);
  const exceptions = items(block, 'except').flatMap((exception) => {
    const inner = parseRange(String(exception.value));
    if (inner === undefined) return [unread(exception)];
    return outer === undefined || isPartOf(inner, outer)
      ? []
      : [fault(exception, `The exception ${exception.value} must be a part of ${whole.value}, and not all of it.`)];
  });
  return [...(outer === undefined ? [unread(whole)] : []), ...exceptions];
}

function policyPortProblems(port: Cursor): ManifestProblem[] {
  const number = at(port, 'port');
  const end = numberAt(port, 'endPort');
  const problems = typeof number.value === 'string' ? portNameProblems(number) : portNumberProblems(number);
  if (number.value === '') problems.push(fault(number, 'The name of a port must not be empty.'));
  if (end === undefined) return problems;
  const fits = typeof number.value === 'number' && end >= number.value && end <= 65535;
  return fits
    ? problems
    : [
        ...problems,
        fault(at(port, 'endPort'), 'The end of a port range needs a number to begin with, and must not lie below it.'),
      ];
}
