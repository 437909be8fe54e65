import type { Target } from '../target.ts';
import { checkSettings } from './check.ts';
import { render } from './render.ts';
import { support } from './support.ts';

/** LiteLLM's proxy (https://github.com/BerriAI/litellm), by its own configuration file. Written from the source of 1.106.2. */
export const target: Target = { id: 'litellm', title: 'LiteLLM', versions: ['1.106'], support, checkSettings, render };
