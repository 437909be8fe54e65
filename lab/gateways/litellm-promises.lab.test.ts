// What aigw renders for LiteLLM, on the real one.
import { litellm } from './litellm-gateway.ts';
import { testPromises } from './promise-tests.ts';

// The adapter says why: all but the limits take consumers who are told apart.
testPromises(litellm, [
  'route advise (advisor): admits mobile-app as well',
  'route advise (advisor): conversations: admits no request beyond 600 in 1m, whoever asks',
  'route advise (advisor): conversations: admits no request beyond 6000 in 1m, whoever asks',
  'route hard-question (expert): admits analysts as well',
  'route hard-question (expert): admits nightly-evaluation as well',
  'route product-question (product): admits nightly-evaluation as well',
  'route product-question (product): refuses analysts, whom it does not admit',
  'route small-talk (small-talk): admits nightly-evaluation as well',
  'route small-talk (small-talk): refuses analysts, whom it does not admit',
]);
