// What aigw renders for Envoy AI Gateway, on the real one.
import { envoyAiGateway } from './envoy-gateway.ts';
import { testPromises } from './promise-tests.ts';

testPromises(envoyAiGateway, []);
