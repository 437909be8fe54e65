// What aigw renders for LiteLLM, on the real one.
import { litellm } from './litellm-gateway.ts';
import { testPromises } from './promise-tests.ts';

testPromises(litellm, []);
