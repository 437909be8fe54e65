// What aigw renders for LiteLLM, on the real one.
import { target } from '../../src/targets/litellm/target.ts';
import { installLitellm } from '../members/litellm.ts';
import { startLitellmGateway } from './litellm-gateway.ts';
import { testPromises } from './promise-tests.ts';

testPromises(target, installLitellm, startLitellmGateway);
