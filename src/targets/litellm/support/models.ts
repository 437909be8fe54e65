import type { Resource } from '../../../config/model.ts';
import type { Rate } from '../../../config/schema-types.ts';
import { isObject } from '../../../lib/json.ts';
import type { SetField, Support, SupportTable } from '../../target.ts';
import { perMinute } from '../limits.ts';
import { takesIdentity } from '../provider.ts';
import { approximate, countsInEachPod, dropped, EACH_POD, elsewhere, exact, exactWithout } from './answers.ts';
import { currencySupport } from './limits.ts';

const POD = 'the Deployment of the model does it.';
const PROMOTION = 'the container that serves the model loads it.';

/** The fields of providers and models. */
export const modelSupport: SupportTable = {
  'Provider.api': protocolSupport,
  'Provider.url': (field) =>
    providerOf(field).api === 'sagemaker' ? dropped("it finds SageMaker by the provider's region alone.") : exact,
  'Provider.gateway': exact,
  'Provider.apiVersion': exact,
  'Provider.region': regionSupport,
  'Provider.project': projectSupport,
  'Provider.credential': credentialSupport,
  'Provider.identity': (field) =>
    takesIdentity(providerOf(field).api)
      ? exact
      : dropped('it signs in with the identity of its pod at AWS, Azure and Google alone; use a credential.'),
  'Provider.headers': exact,
  'Provider.tls': exact,
  'Provider.tls.ca': dropped('it trusts one set of authorities for all providers, which lies in its image.'),
  'Provider.tls.serverName': dropped('it checks the name in the URL and no other.'),
  'Provider.tls.clientCertificate': dropped('it shows one certificate to all providers, if any.'),

  'Model.provider': exact,
  'Model.upstreamModel': exact,
  'Model.aliases': exact,
  'Model.registry': elsewhere(PROMOTION),
  'Model.version': elsewhere(PROMOTION),
  'Model.digest': elsewhere(PROMOTION),
  'Model.context': exact,
  'Model.context.window': approximate(
    'it counts the tokens of what the client sends, by its own tokenizer, without the prompt that the gateway adds.',
  ),
  'Model.capabilities': exactWithout(
    ['prediction'],
    dropped('it has no call for predictions of classic models; it offers this model for its other abilities alone.'),
  ),
  'Model.price': exact,
  'Model.price.currency': currencySupport,
  'Model.price.request': dropped('it has no price for a single request of a chat.'),
  'Model.tokenizer': elsewhere('aigw counts with it offline; LiteLLM has its own.'),
  'Model.parameters': exact,
  'Model.parameters.fixed': fixedSupport,
  'Model.parameters.forbidden': approximate(
    'LiteLLM leaves the parameter out, unless a client sends additional_drop_params or extra_body of its own.',
  ),
  'Model.quota': quotaSupport,
  'Model.quota.burst': dropped('it counts by the minute and knows no bursts.'),
  'Model.concurrency': approximate('each pod, and each route in which the model stands, has as many for itself.'),
  'Model.health': dropped(
    "its background checks ask every model a question that costs tokens, all of them at one interval; the route's circuitBreaker does without.",
  ),
  'Model.serving': elsewhere(POD),
  'Model.deprecated': elsewhere('aigw validate tells of it.'),
  'Model.targets': approximate("laid over each of the model's entries as it is."),
};

function providerOf({ resource }: SetField): Resource<'Provider'>['spec'] {
  return (resource as Resource<'Provider'>).spec;
}

function protocolSupport({ value }: SetField): Support {
  if (value === 'http')
    return dropped('it speaks the protocols of known vendors, no plain HTTP; models of this provider are left out.');
  return value === 'kserve'
    ? dropped(
        "it does not speak KServe's own protocol; models of this provider are left out. Language models that KServe serves speak openai.",
      )
    : exact;
}

function regionSupport(field: SetField): Support {
  return ['bedrock', 'sagemaker', 'vertex-ai'].includes(providerOf(field).api)
    ? exact
    : elsewhere('the URL leads there; policies of aigw look at it.');
}

function projectSupport(field: SetField): Support {
  const { api } = providerOf(field);
  if (api === 'openai' || api === 'vertex-ai') return exact;
  return dropped(`it has no project for ${api}.`);
}

function credentialSupport(field: SetField): Support {
  const { api } = providerOf(field);
  if (api === 'bedrock') return approximate("taken for one of Bedrock's own API keys, not for an AWS access key.");
  if (api === 'sagemaker')
    return dropped('it signs calls to SageMaker with AWS credentials of the pod alone; use identity: workload.');
  return exact;
}

function fixedSupport({ config, resource }: SetField): Support {
  const provider = config.find('Provider', (resource as Resource<'Model'>).spec.provider)?.spec.api;
  if (provider === 'openai' || provider === 'azure-openai') {
    return approximate(
      'the value replaces whatever the request asks for, unless a client sends extra_body of its own.',
    );
  }
  return approximate('for this protocol it is the usual value, which a request may change.');
}

function quotaSupport(field: SetField): Support {
  const long = rateOf(field).filter((rate) => perMinute(rate) === undefined);
  if (long.length > 0) return dropped('it counts by the minute and knows no longer window for a model.');
  const pods = countsInEachPod(field) ? ` Besides, ${EACH_POD}.` : '';
  return approximate(
    `split among a route's backends by weight; each further place where the model stands counts for itself.${pods}`,
  );
}

function rateOf({ value }: SetField): readonly Rate[] {
  const rates = Array.isArray(value) ? value : [];
  return rates.filter((rate) => isObject(rate)) as unknown as readonly Rate[];
}
