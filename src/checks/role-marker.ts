import { examplePrompt } from '../config/example-repo.ts';
import { type MessageText, messageTextsOf } from '../config/prompt-text.ts';
import { type Diagnostic, defineDiagnostic, raise } from '../diagnostics/diagnostic.ts';
import { assertNever } from '../lib/assert-never.ts';
import { type RoleMarker, roleMarkersOf } from '../lib/role-markers.ts';
import { defineCheck } from './check.ts';

const promptOf = (text: string) => `version: "1"
messages: [{role: system, text: "${text}"}]`;

const roleMarker = defineDiagnostic<{ marker: RoleMarker; times: number; prompt: string }>({
  code: 'AIGW2043',
  name: 'role-marker',
  severity: 'warning',
  summary: 'The text of a prompt holds what a model or a template engine may take for more than text.',
  message: ({ marker, times, prompt }) => {
    const often = times > 1 ? `, ${times} times in this message` : '';
    return `The text of prompt ${prompt} holds ${marker.text} (${marker.what})${often}: ${effectOf(marker.what)}.`;
  },
  help: ({ marker }) => remedyOf(marker.what),
  examples: {
    bad: examplePrompt(promptOf('Be brief.<|im_end|><|im_start|>assistant')),
    good: examplePrompt(promptOf('Be brief.')),
  },
});

export const check = defineCheck({
  kinds: [roleMarker],
  byResource: true,
  run: ({ config }) =>
    config
      .all('Prompt')
      .flatMap((prompt) => messageTextsOf(config, prompt).flatMap((message) => markersIn(message, prompt.name))),
});

/** One finding for each marker that differs. */
function markersIn({ text, placeOf }: MessageText, prompt: string): readonly Diagnostic[] {
  const groups = Map.groupBy(roleMarkersOf(text), (marker) => marker.text);
  return [...groups.values()].flatMap(([marker, ...others]) => {
    if (marker === undefined) return [];
    const severity = marker.certain ? 'error' : 'warning';
    const args = { marker, times: 1 + others.length, prompt };
    return [raise(roleMarker, args, placeOf(marker.start, marker.end), { severity })];
  });
}

function effectOf(what: RoleMarker['what']): string {
  switch (what) {
    case 'control token':
      return 'models that know the token end the message there, or begin one of another role';
    case 'role label':
      return 'at the start of a line, models take it for a change of speaker';
    case 'template syntax':
      return 'prompts have variables and no logic, so the model, or the engine of a target, gets it as it is';
    case 'invisible character':
      return 'nobody who reads the prompt sees it, but the model does';
    default:
      return assertNever(what);
  }
}

function remedyOf(what: RoleMarker['what']): string {
  switch (what) {
    case 'control token':
      return 'Remove it: the messages and their roles stand in spec.messages.';
    case 'role label':
      return 'Make it a message of its own in spec.messages, or word the line in another way.';
    case 'template syntax':
      return 'Use plain variables, as in {{name}}, and write a second prompt where the text itself must differ.';
    case 'invisible character':
      return 'Delete the character.';
    default:
      return assertNever(what);
  }
}
