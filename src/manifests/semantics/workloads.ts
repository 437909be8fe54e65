import type { ManifestProblem } from '../problem.ts';
import { parseQuantity } from '../quantity.ts';
import { at, type Cursor, entries, fault, has, items, numberAt, present, textAt } from './cursor.ts';
import { dnsLabelProblems, pathSegmentProblems, selectorProblems, selects } from './names.ts';
import { podTemplateProblems } from './pods.ts';

export function deploymentProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  const strategy = at(spec, 'strategy');
  const problems = [...replicaProblems(spec), ...ownerProblems(spec)];
  if ((numberAt(spec, 'revisionHistoryLimit') ?? 0) < 0)
    problems.push(fault(at(spec, 'revisionHistoryLimit'), 'The number of old revisions must not be negative.'));
  if (textAt(strategy, 'type') === 'Recreate' && has(strategy, 'rollingUpdate')) {
    problems.push(fault(at(strategy, 'rollingUpdate'), 'The strategy Recreate takes no rollingUpdate.'));
  }
  const update = at(strategy, 'rollingUpdate');
  for (const field of ['maxSurge', 'maxUnavailable']) problems.push(...amountProblems(at(update, field)));
  if (Number(/^(\d+)%$/.exec(String(at(update, 'maxUnavailable').value))?.[1] ?? 0) > 100)
    problems.push(fault(at(update, 'maxUnavailable'), 'No more than 100% of the pods can be unavailable.'));
  if (isNothing(at(update, 'maxSurge')) && isNothing(at(update, 'maxUnavailable'))) {
    problems.push(fault(update, 'maxSurge and maxUnavailable must not both be zero: no pod could be replaced.'));
  }
  return problems;
}

/** A Rollout owns pods as a Deployment does, unless it takes them over from one. */
export function rolloutProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  return [...replicaProblems(spec), ...(has(spec, 'workloadRef') ? [] : ownerProblems(spec))];
}

/** An Experiment runs several pod templates side by side. */
export function experimentProblems(object: Cursor): ManifestProblem[] {
  return items(object, 'spec', 'templates').flatMap(ownerProblems);
}

export function statefulSetProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  const claims = items(spec, 'volumeClaimTemplates');
  const names = claims.map((claim) => ({ name: textAt(claim, 'metadata', 'name') ?? '' }));
  const service = textAt(spec, 'serviceName') ? dnsLabelProblems(at(spec, 'serviceName'), 'Service name') : [];
  return [
    ...replicaProblems(spec),
    ...service,
    ...claims.flatMap(claimProblems),
    ...ownerProblems(withVolumes(spec, names)),
  ];
}

/** A claim on storage, by itself or in the template of a set. */
export function claimProblems(claim: Cursor): ManifestProblem[] {
  const spec = at(claim, 'spec');
  const storage = at(spec, 'resources', 'requests', 'storage');
  const amount = storage.value === undefined ? undefined : parseQuantity(String(storage.value));
  const problems = items(spec, 'accessModes').length === 0 ? [fault(spec, 'A claim needs an access mode.')] : [];
  if (storage.value === undefined) problems.push(fault(spec, 'A claim says how much storage it requests.'));
  else if (amount === undefined || amount <= 0n)
    problems.push(fault(storage, 'The storage that a claim requests must be more than nothing.'));
  return problems;
}

export function jobProblems(object: Cursor): ManifestProblem[] {
  return jobSpecProblems(at(object, 'spec'));
}

export function cronJobProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  const zone = at(spec, 'timeZone');
  const problems =
    typeof zone.value === 'string' && !isTimeZone(zone.value)
      ? [fault(zone, `"${zone.value}" is no time zone; one is named as in Europe/Berlin.`)]
      : [];
  return [...problems, ...scheduleProblems(at(spec, 'schedule')), ...jobSpecProblems(at(spec, 'jobTemplate', 'spec'))];
}

/** By the names of the time zone database, as the API server (1.36.3) reads them: in their own case, which Intl does not mind. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Z][^/]*(?:\/[A-Z][^/]*)*$/.test(name)) return false;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}

function jobSpecProblems(spec: Cursor): ManifestProblem[] {
  const problems = podTemplateProblems(at(spec, 'template'), ['Never', 'OnFailure']);
  for (const field of [
    'activeDeadlineSeconds',
    'backoffLimit',
    'completions',
    'parallelism',
    'ttlSecondsAfterFinished',
  ]) {
    if ((numberAt(spec, field) ?? 0) < 0)
      problems.push(fault(at(spec, field), `The field ${field} must not be negative.`));
  }
  if (has(spec, 'selector') && at(spec, 'manualSelector').value !== true) {
    problems.push(fault(at(spec, 'selector'), 'A Job chooses its own selector; leave this field out.'));
  }
  return problems;
}

/** Five fields, or one of the named schedules. The time zone has a field of its own. */
function scheduleProblems(schedule: Cursor): ManifestProblem[] {
  const text = String(schedule.value).trim();
  if (/^(?:CRON_)?TZ=/.test(text))
    return [fault(schedule, 'The time zone belongs into the field timeZone, not into the schedule.')];
  const named = /^@(?:annually|yearly|monthly|weekly|daily|midnight|hourly|every \S+)$/.test(text);
  const fields = text.split(/\s+/);
  if (named || (fields.length === 5 && fields.every((field) => /^[\dA-Za-z*?,/-]+$/.test(field)))) return [];
  return [
    fault(schedule, `The schedule "${text}" must have five fields: minute, hour, day of month, month, day of week.`),
  ];
}

function ownerProblems(spec: Cursor): ManifestProblem[] {
  const selector = at(spec, 'selector');
  const labels = at(spec, 'template', 'metadata', 'labels');
  const problems = [...selectorProblems(selector), ...podTemplateProblems(at(spec, 'template'), ['Always'])];
  if (entries(selector, 'matchLabels').length === 0 && items(selector, 'matchExpressions').length === 0) {
    problems.push(fault(selector, 'The selector is empty; it must choose the pods of this object.'));
  } else if (!selects(selector, labels))
    problems.push(fault(selector, "The selector does not choose the template's labels."));
  return problems;
}

/** A set's claims are volumes of its pods. */
function withVolumes(spec: Cursor, claims: readonly { readonly name: string }[]): Cursor {
  const pod = at(spec, 'template', 'spec').value;
  const template = at(spec, 'template').value;
  if (typeof pod !== 'object' || typeof template !== 'object' || typeof spec.value !== 'object') return spec;
  const volumes = [...items(spec, 'template', 'spec', 'volumes').map(({ value }) => value ?? null), ...claims];
  return { value: { ...spec.value, template: { ...template, spec: { ...pod, volumes } } }, path: spec.path };
}

function replicaProblems(spec: Cursor): ManifestProblem[] {
  const replicas = numberAt(spec, 'replicas');
  return replicas !== undefined && replicas < 0
    ? [fault(at(spec, 'replicas'), 'The number of replicas must not be negative.')]
    : [];
}

/** Amounts are whole numbers of 32 bits. */
const MOST = 2 ** 31 - 1;

/** A number from 0, or a percentage. */
function amountProblems(amount: Cursor): ManifestProblem[] {
  const { value } = amount;
  const fits =
    typeof value === 'string'
      ? /^\d+%$/.test(value)
      : value === undefined || (Number(value) >= 0 && Number(value) <= MOST);
  return fits ? [] : [fault(amount, `"${String(value)}" is neither a number from 0 nor a percentage.`)];
}

function isNothing({ value }: Cursor): boolean {
  return value === 0 || value === '0%' || value === '0';
}

export function autoscalerProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  const least = numberAt(spec, 'minReplicas') ?? 1;
  const most = numberAt(spec, 'maxReplicas') ?? 1;
  const problems = [...scaledProblems(at(spec, 'scaleTargetRef')), ...items(spec, 'metrics').flatMap(metricProblems)];
  if (least < 1) problems.push(fault(at(spec, 'minReplicas'), 'The least number of replicas must be 1 or more.'));
  if (most < least)
    problems.push(fault(at(spec, 'maxReplicas'), `The most replicas, ${most}, are fewer than the least, ${least}.`));
  return problems;
}

/** The workload that is scaled: a kind of a group, and a name. */
function scaledProblems(scaled: Cursor): ManifestProblem[] {
  const problems = ['kind', 'name'].flatMap((field) =>
    textAt(scaled, field)
      ? pathSegmentProblems(at(scaled, field), `scaled workload's ${field}`)
      : [fault(scaled, `The scaled workload needs a ${field}.`)],
  );
  const version = textAt(scaled, 'apiVersion') ?? '';
  const [group = '', ...rest] = version.split('/');
  const fits =
    rest.length === 1 &&
    rest[0] !== '' &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(group);
  return fits ? problems : [...problems, fault(scaled, 'The API version of a scaled workload names its group.')];
}

const metricSources: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

const metricTargets: Readonly<Record<string, string>> = {
  AverageValue: 'averageValue',
  Utilization: 'averageUtilization',
  Value: 'value',
};

function metricProblems(metric: Cursor): ManifestProblem[] {
  const type = textAt(metric, 'type') ?? '';
  const source = metricSources[type];
  if (source === undefined)
    return [fault(at(metric, 'type'), `The metric type must be one of ${Object.keys(metricSources).join(', ')}.`)];
  const given = present(metric, Object.values(metricSources));
  if (given.length !== 1 || given[0] !== source)
    return [fault(metric, `A metric of type ${type} has the field ${source} and no other source.`)];
  const target = at(metric, source, 'target');
  const field = metricTargets[textAt(target, 'type') ?? ''];
  if (field === undefined)
    return [fault(at(target, 'type'), `The target type must be one of ${Object.keys(metricTargets).join(', ')}.`)];
  if (!has(target, field))
    return [fault(target, `A target of type ${textAt(target, 'type')} needs the field ${field}.`)];
  const amount = at(target, field);
  const problems =
    typeof amount.value === 'number' && amount.value <= 0
      ? [fault(amount, `The field ${field} must be more than 0.`)]
      : [];
  const isNameless = source.endsWith('esource') && !textAt(metric, source, 'name');
  return isNameless ? [...problems, fault(at(metric, source), 'The metric needs the name of a resource.')] : problems;
}

export function disruptionBudgetProblems(object: Cursor): ManifestProblem[] {
  const spec = at(object, 'spec');
  const given = present(spec, ['minAvailable', 'maxUnavailable']);
  const problems = selectorProblems(at(spec, 'selector'));
  if (given.length === 2) problems.push(fault(spec, 'A budget has either minAvailable or maxUnavailable, not both.'));
  for (const field of given) {
    const { value } = at(spec, field);
    const fits = typeof value === 'number' ? value >= 0 && value <= MOST : /^(?:100|\d{1,2})%$/.test(String(value));
    if (!fits)
      problems.push(fault(at(spec, field), `The field ${field} must be a number from 0 or a percentage up to 100%.`));
  }
  return problems;
}
