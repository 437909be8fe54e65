import { checks } from '../checks/checks.ts';
import * as fileFaults from '../config/file-faults.ts';
import { textOverLimit } from '../config/read-findings.ts';
import { repoKinds } from '../config/repo-findings.ts';
import { schemaKinds } from '../config/schema-diagnostics.ts';
import * as yamlFaults from '../config/yaml-faults.ts';
import type { DiagnosticKind } from '../diagnostics/diagnostic.ts';
import { findingKinds } from '../plan/findings.ts';
import { renderingKinds } from '../plan/rendering-kinds.ts';
import { targetKinds } from '../targets/findings.ts';

/** Everything that aigw can find, in the order of the codes. */
export const allKinds: readonly DiagnosticKind<never>[] = (
  [
    ...Object.values(fileFaults),
    ...Object.values(yamlFaults),
    textOverLimit,
    ...schemaKinds,
    ...repoKinds,
    ...findingKinds,
    ...checks.flatMap(({ kinds }) => kinds),
    ...targetKinds,
    ...renderingKinds,
  ] as readonly DiagnosticKind<never>[]
).toSorted((a, b) => (a.code < b.code ? -1 : 1));
