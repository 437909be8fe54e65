import { type DiagnosticKind, defineDiagnostic } from '../diagnostics/diagnostic.ts';

const repository = `apiVersion: aigw.dev/v1alpha1
kind: Repository
metadata: {name: shop}
spec:
  environments: [dev]
`;

export const suppressionWithoutCode = defineDiagnostic<object>({
  code: 'AIGW1901',
  name: 'suppression-without-code',
  severity: 'error',
  summary: 'A suppression names no code.',
  message: () => 'This suppression does not say which findings it is for, so it suppresses none.',
  help: () => 'Write the codes behind aigw-ignore: # aigw-ignore AIGW2001 until 2027-01-31: the reason.',
  examples: {
    bad: `# aigw-ignore until 2099-12-31: the split is being moved\n${repository}`,
    good: `# aigw-ignore AIGW2001 until 2099-12-31: the split is being moved\n${repository}`,
  },
});

export const suppressionWithoutReason = defineDiagnostic<object>({
  code: 'AIGW1902',
  name: 'suppression-without-reason',
  severity: 'error',
  summary: 'A suppression gives no reason.',
  message: () => 'This suppression gives no reason, so it suppresses nothing.',
  help: () => 'Write the reason behind a colon at the end: "… until 2027-01-31: the reason".',
  examples: {
    bad: `# aigw-ignore AIGW2001 until 2099-12-31\n${repository}`,
    good: `# aigw-ignore AIGW2001 until 2099-12-31: the split is being moved\n${repository}`,
  },
});

export const suppressionWithoutDate = defineDiagnostic<object>({
  code: 'AIGW1903',
  name: 'suppression-without-date',
  severity: 'error',
  summary: 'A suppression does not say when it ends.',
  message: () => 'This suppression does not say when it ends, so it suppresses nothing.',
  help: () => 'Write the last day on which it holds in front of the reason: "until 2027-01-31: the reason".',
  examples: {
    bad: `# aigw-ignore AIGW2001: the split is being moved\n${repository}`,
    good: `# aigw-ignore AIGW2001 until 2099-12-31: the split is being moved\n${repository}`,
  },
});

export const suppressionDateInvalid = defineDiagnostic<{ readonly date: string }>({
  code: 'AIGW1904',
  name: 'suppression-date-invalid',
  severity: 'error',
  summary: 'The end of a suppression is not a day of the calendar.',
  message: ({ date }) => `"${date}" is not a day of the calendar, so this suppresses nothing.`,
  help: () => 'Write the day as year, month and day with two digits each: 2027-01-31.',
  examples: {
    bad: `# aigw-ignore AIGW2001 until 2099-02-30: the split is being moved\n${repository}`,
    good: `# aigw-ignore AIGW2001 until 2099-02-28: the split is being moved\n${repository}`,
  },
});

export const suppressionExpired = defineDiagnostic<{ readonly date: string }>({
  code: 'AIGW1905',
  name: 'suppression-expired',
  severity: 'warning',
  summary: 'A suppression has come to its end.',
  message: ({ date }) => `This suppression ended on ${date}, and what it suppressed is reported again.`,
  help: () => 'Put right what it hides and remove it, or give it a new day with a reason that still holds.',
  examples: {
    bad: `# aigw-ignore AIGW2001 until 2026-01-31: the split is being moved\n${repository}`,
    good: `# aigw-ignore AIGW2001 until 2099-12-31: the split is being moved\n${repository}`,
  },
});

export const suppressionCodeUnknown = defineDiagnostic<{ readonly word: string; readonly meant: string | undefined }>({
  code: 'AIGW1906',
  name: 'suppression-code-unknown',
  severity: 'error',
  summary: 'A suppression names a code that does not exist.',
  message: ({ word }) => `There is no finding "${word}", so nothing is suppressed by this word.`,
  help: ({ meant }) =>
    meant === undefined
      ? 'Take the code or the name from the finding; "aigw explain" lists all.'
      : `Write ${meant}, if that is what you meant; "aigw explain" lists all codes and names.`,
  examples: {
    bad: `# aigw-ignore AIGW9999 until 2099-12-31: the split is being moved\n${repository}`,
    good: `# aigw-ignore AIGW2001 until 2099-12-31: the split is being moved\n${repository}`,
  },
});

export const suppressionForbidden = defineDiagnostic<{ readonly code: string }>({
  code: 'AIGW1907',
  name: 'suppression-forbidden',
  severity: 'error',
  summary: 'A suppression names a finding that cannot be suppressed.',
  message: ({ code }) => `${code} cannot be suppressed: what it reports was not understood, or is about suppressions.`,
  help: () => 'Put right what the finding says, and remove the code from this comment.',
  examples: {
    bad: `# aigw-ignore AIGW1902 until 2099-12-31: reasons come later\n${repository}`,
    good: repository,
  },
});

export const suppressionUnused = defineDiagnostic<{ readonly code: string }>({
  code: 'AIGW1908',
  name: 'suppression-unused',
  severity: 'warning',
  summary: 'A suppression suppresses nothing.',
  message: ({ code }) => `There is no finding ${code} on this line or the one below, so there is nothing to suppress.`,
  help: () => 'Remove the code, or the comment, so that it cannot hide a later fault.',
  examples: {
    bad: `# aigw-ignore AIGW2001 until 2099-12-31: the split is being moved\n${repository}`,
    good: repository,
  },
});

/** What can be wrong with a suppression. */
export const suppressionKinds: readonly DiagnosticKind<never>[] = [
  suppressionWithoutCode,
  suppressionWithoutReason,
  suppressionWithoutDate,
  suppressionDateInvalid,
  suppressionExpired,
  suppressionCodeUnknown,
  suppressionForbidden,
  suppressionUnused,
];
