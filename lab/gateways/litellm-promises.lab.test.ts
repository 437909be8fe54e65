// What aigw renders for LiteLLM, on the real one.
import { beforeAll } from 'vitest';
import { target } from '../../src/targets/litellm/target.ts';
import { installLitellm } from '../members/litellm.ts';
import { startLitellmGateway } from './litellm-gateway.ts';
import { testPromises } from './promise-tests.ts';

beforeAll(async () => {
  await installLitellm();
}, 600_000);

testPromises(target, startLitellmGateway);
