// Secrets that tell by themselves what they are. Shapes are facts from the documentation of those who issue them.
import { entropyOf, looksRandom, looksRandomWithoutDigits, standsForSecret } from './secret-values.ts';

/** A secret in a text, by UTF-16 offsets. */
export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  /** What it is, with its article: `a key of OpenAI`. */
  readonly what: string;
}

interface Shape {
  readonly what: string;
  /** How it begins; any of these. */
  readonly heads: readonly string[];
  /** What follows the head. */
  readonly body: RegExp;
  /** The body has so plain a form that it must look random too. */
  readonly plain?: true;
}

const letters = (least: number, most = 400) => new RegExp(`[A-Za-z0-9]{${least},${most}}(?![A-Za-z0-9])`, 'y');
const words = (least: number) => new RegExp(`[A-Za-z0-9_-]{${least},400}`, 'y');
const hex = (least: number) => new RegExp(`[0-9a-f]{${least},200}(?![0-9a-z])`, 'y');

const shapes: readonly Shape[] = [
  { what: 'a key of OpenAI', heads: ['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'], body: words(20) },
  { what: 'a key of Anthropic', heads: ['sk-ant-'], body: words(20) },
  { what: 'a key of OpenRouter', heads: ['sk-or-'], body: words(20) },
  { what: 'a secret key of Langfuse', heads: ['sk-lf-'], body: words(20) },
  { what: 'an API key (OpenAI, DeepSeek, LiteLLM and others)', heads: ['sk-'], body: words(20), plain: true },
  { what: 'a key of Google', heads: ['AIza'], body: /[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/y },
  { what: 'a token of Google', heads: ['ya29.', 'GOCSPX-', 'AQ.Ab'], body: words(20) },
  { what: 'a key of xAI', heads: ['xai-'], body: letters(40) },
  { what: 'a key of Perplexity', heads: ['pplx-'], body: letters(32) },
  { what: 'a key of NVIDIA', heads: ['nvapi-'], body: words(40) },
  { what: 'a token of Replicate', heads: ['r8_'], body: letters(30) },
  { what: 'a key of Groq', heads: ['gsk_'], body: letters(30) },
  { what: 'a token of Hugging Face', heads: ['hf_', 'api_org_'], body: letters(30) },
  { what: 'a key of Cerebras', heads: ['csk-'], body: letters(30) },
  { what: 'a key of Fireworks', heads: ['fw_'], body: letters(20, 60), plain: true },
  { what: 'a key of Together', heads: ['tgp_v1_'], body: words(30) },
  { what: 'a key of Tavily', heads: ['tvly-'], body: words(20) },
  { what: 'a key of Pinecone', heads: ['pcsk_'], body: words(30) },
  { what: 'a key of LangSmith', heads: ['lsv2_pt_', 'lsv2_sk_', 'ls__'], body: /[0-9a-f]{32}(?:_[0-9a-f]{8,12})?/y },
  { what: 'a token of Databricks', heads: ['dapi'], body: hex(32) },
  { what: 'a token of Kong', heads: ['kpat_', 'spat_'], body: words(30) },
  { what: 'an access key of AWS', heads: ['AKIA', 'ASIA', 'ABIA', 'ACCA'], body: /[A-Z0-9]{16}(?![A-Za-z0-9])/y },
  { what: 'a key of Amazon Bedrock', heads: ['ABSK', 'bedrock-api-key-'], body: /[A-Za-z0-9+/=]{60,400}/y },
  { what: 'a token of GitHub', heads: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'], body: words(30) },
  {
    what: 'a token of GitLab',
    heads: [
      'glpat-',
      'gldt-',
      'glrt-',
      'glrtr-',
      'glptt-',
      'glcbt-',
      'gloas-',
      'glsoat-',
      'glagent-',
      'glft-',
      'GR1348941',
    ],
    body: /[A-Za-z0-9_.-]{20,400}/y,
  },
  {
    what: 'a token of Slack',
    heads: ['xoxb-', 'xoxp-', 'xoxa-', 'xoxe-', 'xoxr-', 'xoxs-', 'xapp-'],
    body: /[A-Za-z0-9-]{16,400}/y,
  },
  {
    what: 'a webhook of Slack',
    heads: ['hooks.slack.com/services/'],
    body: /T[A-Z0-9]{6,}\/B[A-Z0-9]{6,}\/[A-Za-z0-9]{16,}/y,
  },
  {
    what: 'a webhook of Discord',
    heads: ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    body: /\d{10,}\/[\w-]{40,}/y,
  },
  { what: 'a key of Stripe', heads: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'], body: letters(16) },
  { what: 'a webhook secret of Stripe', heads: ['whsec_'], body: /[A-Za-z0-9+/=]{24,100}/y },
  { what: 'a token of npm', heads: ['npm_'], body: letters(36, 36) },
  { what: 'a token of PyPI', heads: ['pypi-AgE'], body: words(40) },
  { what: 'a token of Docker Hub', heads: ['dckr_pat_', 'dckr_oat_'], body: words(20) },
  { what: 'a key of SendGrid', heads: ['SG.'], body: /[\w-]{16,}\.[\w-]{30,}/y },
  { what: 'a token of Grafana', heads: ['glsa_', 'glc_'], body: /[A-Za-z0-9_=+/]{30,400}/y },
  { what: 'a token of Vault', heads: ['hvs.', 'hvb.', 'hvr.'], body: words(20) },
  { what: 'a token of DigitalOcean', heads: ['dop_v1_', 'doo_v1_'], body: hex(60) },
  { what: 'a key of New Relic', heads: ['NRAK-'], body: letters(20) },
  { what: 'a token of Sentry', heads: ['sntrys_', 'sntryu_'], body: /[A-Za-z0-9_+/=-]{30,400}/y },
  { what: 'a token of Atlassian', heads: ['ATATT3'], body: /[\w=-]{50,400}/y },
  { what: 'a key of Linear', heads: ['lin_api_'], body: letters(30) },
  { what: 'a token of Notion', heads: ['ntn_'], body: letters(30) },
  { what: 'a secret key of age', heads: ['AGE-SECRET-KEY-1'], body: /[0-9A-Z]{50,70}/y },
  { what: 'a signed token (JWT)', heads: ['eyJ'], body: /[\w-]{8,1000}\.eyJ[\w-]{8,8000}\.[\w-]{8,2000}/y },
  {
    what: 'a key of Azure',
    heads: ['AccountKey=', 'SharedAccessKey='],
    body: /[A-Za-z0-9+/]{40,100}={0,2}/y,
  },
  { what: 'a private key', heads: ['-----BEGIN '], body: /(?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/y },
];

/** Secrets that are known by something in their midst; the pattern is of the whole. */
const marked = [
  { what: 'a key of OpenAI', mark: 'T3BlbkFJ', whole: /^sk-[\w-]{20,}$/ },
  { what: 'a key of Azure OpenAI', mark: 'JQQJ9', whole: /^[A-Za-z0-9]{40,60}JQQJ9[9D][A-Za-z0-9]{20,40}$/ },
  { what: 'a client secret of Azure', mark: 'Q~', whole: /^[\w~.-]{3}\dQ~[\w~.-]{31,34}$/ },
];

const byHead = new Map<string, Shape[]>();
for (const shape of shapes) for (const head of shape.heads) byHead.set(head, [...(byHead.get(head) ?? []), shape]);

/** The heads, longest first, and the marks: one look over a text finds every place worth a closer one. */
const beginning = new RegExp(
  [...byHead.keys(), ...marked.map(({ mark }) => mark)]
    .toSorted((a, b) => b.length - a.length)
    .map((head) => head.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|'),
  'g',
);

/** The secrets of a text that tell by themselves what they are, in order. */
export function shapedSecretsIn(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  let behind = 0;
  for (const { 0: head, index } of text.matchAll(beginning)) {
    if (index < behind) continue;
    const secret = atHead(text, head, index) ?? aroundMark(text, head, index);
    if (secret === undefined) continue;
    found.push(secret);
    behind = secret.end;
  }
  return found;
}

function atHead(text: string, head: string, start: number): FoundSecret | undefined {
  if (start > 0 && /[A-Za-z0-9]/.test(head[0] ?? '') && /[A-Za-z0-9]/.test(text[start - 1] ?? '')) return undefined;
  for (const { what, body, plain } of byHead.get(head) ?? []) {
    body.lastIndex = start + head.length;
    const [rest] = body.exec(text) ?? [];
    if (rest !== undefined && isReal(head, rest, plain)) return { start, end: start + head.length + rest.length, what };
  }
  return undefined;
}

function isReal(head: string, rest: string, plain: true | undefined): boolean {
  if (head.startsWith('-----')) return true;
  if (standsForSecret(rest)) return false;
  if (plain === true) return looksRandom(rest) || looksRandomWithoutDigits(rest);
  return entropyOf(rest) >= 2.7;
}

function aroundMark(text: string, mark: string, at: number): FoundSecret | undefined {
  const shape = marked.find((one) => one.mark === mark);
  if (shape === undefined) return undefined;
  let start = at;
  while (start > 0 && at - start < 200 && /[\w~.-]/.test(text[start - 1] ?? '')) start--;
  let end = at + mark.length;
  while (end < text.length && end - at < 200 && /[\w~.-]/.test(text[end] ?? '')) end++;
  const whole = text.slice(start, end);
  return shape.whole.test(whole) && !standsForSecret(whole) ? { start, end, what: shape.what } : undefined;
}
