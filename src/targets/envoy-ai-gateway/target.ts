import type { Target } from '../target.ts';
import { render } from './render.ts';
import { support } from './support.ts';

/** Envoy AI Gateway 1.0 and 1.1, both on Envoy Gateway 1.8. */
export const target: Target = {
  id: 'envoy-ai-gateway',
  title: 'Envoy AI Gateway',
  versions: ['1.0', '1.1'],
  support,
  render,
};
