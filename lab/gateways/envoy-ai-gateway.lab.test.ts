// What aigw renders for Envoy AI Gateway, on the real one.
import { target } from '../../src/targets/envoy-ai-gateway/target.ts';
import { installEnvoyAiGateway } from '../members/envoy-ai-gateway.ts';
import { startEnvoyGateway } from './envoy-gateway.ts';
import { testPromises } from './promise-tests.ts';

testPromises(target, installEnvoyAiGateway, startEnvoyGateway);
