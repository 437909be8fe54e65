// The overlay that a registered prompt's version becomes: Git holds the text itself, so that rendering asks no registry.
import type { ConfigDocument } from '../../config/document.ts';
import type { ResolvedConfig, Resource } from '../../config/model.ts';
import { readDocuments } from '../../config/read-documents.ts';
import type { Message, PromptContent } from '../../plan/gates/prompt-text.ts';
import type { Pin, Subject } from '../../plan/ledger/entry.ts';
import { resourceOf } from '../../plan/promotion/subject.ts';
import { printYaml } from '../../targets/print.ts';
import { no } from './scene.ts';

/** What is pinned, and what that holds. */
export interface RegisteredText {
  readonly pin: Pin;
  readonly content: PromptContent;
}

const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant']);

/** Rejects with an Ending where the text cannot be said as messages of a Prompt. */
export function registeredOverlay(
  subject: Subject,
  config: ResolvedConfig,
  { pin, content }: RegisteredText,
): ConfigDocument {
  const { environment } = config;
  const messages = messagesOf(subject, config, content).map(({ role, text }) => ({ role, text }));
  const text = printYaml({
    apiVersion: 'aigw.dev/v1alpha1',
    kind: 'Prompt',
    metadata: { name: subject.name, environment },
    spec: { version: pin.version, digest: pin.digest, messages },
  });
  const [document] = readDocuments({ path: `environments/${environment}/${subject.name}.yaml`, text }).documents;
  if (document === undefined) throw new Error('what was printed cannot be read');
  return document;
}

/** A text without a role takes the place of the only message that there is. */
function messagesOf(subject: Subject, config: ResolvedConfig, { template }: PromptContent): readonly Message[] {
  const { spec } = resourceOf(subject, config) as Resource<'Prompt'>;
  if (typeof template === 'string') {
    const [only, ...others] = spec.messages;
    if (only !== undefined && others.length === 0) return [{ role: only.role, text: template }];
    throw no(
      `What is registered is one text, and Prompt ${subject.name} has ${spec.messages.length} messages.`,
      'Register a chat with their roles, or give the Prompt one message.',
    );
  }
  const odd = template.find(({ role, content }) => !ROLES.has(role) || content === '');
  if (odd === undefined) return template.map(({ role, content }) => ({ role, text: content }));
  throw no(
    odd.content === ''
      ? 'A message of what is registered is empty.'
      : `What is registered has a message of ${odd.role}, and a Prompt has messages of system, user and assistant.`,
  );
}
