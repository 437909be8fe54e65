import { describe, expect, test } from 'vitest';
import { examplePrompt, exampleRepo } from '../config/example-repo.ts';
import { assembleRepo } from '../config/repo.ts';
import { phrasedSecretsIn } from '../lib/secret-phrases.ts';
import { shapedSecretsIn } from '../lib/secret-shapes.ts';
import { isSecretUnder } from '../lib/secret-values.ts';
import { check } from './literal-secret.ts';
import { trial } from './trial.ts';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const hexDigits = `${digits}abcdef`;
const base62 = `${lower}${lower.toUpperCase()}${digits}`;
const url64 = `${base62}_-`;
let state = 20261121;

/** A text as a generator makes it, the same in every run. Nothing here stands written out as a secret. */
function random(length: number, alphabet = base62): string {
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)];
  }).join('');
}

const hex = (length: number) => random(length, hexDigits);
const uuid = () => [8, 4, 4, 4, 12].map(hex).join('-');
const base64 = (text: string) => Buffer.from(text).toString('base64').replaceAll('=', '');
const jwt = () =>
  [base64('{"alg":"RS256","typ":"JWT"}'), base64(`{"sub":"${random(9)}","exp":1900000000}`), random(86, url64)].join(
    '.',
  );
/** Joined at run time, so that no scanner takes this file for a leak. */
const of = (...parts: readonly string[]) => parts.join('');

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: references as people write them
const secrets: readonly string[] = [
  `api_key: ${of('sk-', 'proj-', random(74, url64))}`,
  `value: ${of('sk-', random(20), 'T3Blbk', 'FJ', random(20))}`,
  `x: ${of('sk-', 'svcacct-', random(60, url64))}`,
  `note: "use ${of('sk-', 'ant-', 'api03-', random(93, url64))} for now"`,
  `anthropic: ${of('sk-', 'ant-', 'admin01-', random(90, url64))}`,
  `gemini: ${of('AI', 'za', random(35, url64))}`,
  `y: "${of('AQ', '.Ab', random(48, url64))}"`,
  `openrouter: ${of('sk-', 'or-v1-', hex(64))}`,
  `grok: ${of('xa', 'i-', random(80))}`,
  `perplexity: ${of('pp', 'lx-', random(48))}`,
  `nim: ${of('nv', 'api-', random(64, url64))}`,
  `replicate: ${of('r', '8_', random(37))}`,
  `groq: ${of('gs', 'k_', random(52))}`,
  `hub: ${of('h', 'f_', random(34))}`,
  `deepseek: ${of('s', 'k-', hex(32))}`,
  `virtual: ${of('s', 'k-', random(22, url64))}`,
  `moonshot: ${of('s', 'k-', random(48))}`,
  `cerebras: ${of('cs', 'k-', random(48, `${lower}${digits}`))}`,
  `fireworks: ${of('f', 'w_', random(24))}`,
  `together: ${of('tg', 'p_v1_', random(43, url64))}`,
  `tracing: ${of('sk', '-lf-', uuid())}`,
  `langsmith: ${of('lsv', '2_pt_', hex(32), '_', hex(10))}`,
  `tavily: ${of('tv', 'ly-dev-', random(32))}`,
  `databricks: ${of('da', 'pi', hex(32))}`,
  `kong: ${of('kp', 'at_', random(48))}`,
  `id: ${of('AK', 'IA', random(16, `${lower.toUpperCase()}234567`))}`,
  `session: ${of('AS', 'IA', random(16, `${lower.toUpperCase()}234567`))}`,
  `aws_secret_access_key: ${random(40, `${base62}+/`)}`,
  `bedrock: ${of('AB', 'SK', random(120, `${base62}+/`))}`,
  `github: ${of('gh', 'p_', random(36))}`,
  `actions: ${of('gh', 's_', random(36))}`,
  `fine: ${of('github', '_pat_', random(22), '_', random(59))}`,
  `gitlab: ${of('gl', 'pat-', random(20, url64))}`,
  `runner: ${of('gl', 'rt-', random(20, url64))}`,
  `slack: ${of('xo', 'xb-', random(12, digits), '-', random(12, digits), '-', random(24))}`,
  `hook: https://hooks.slack.com/services/${of('T', random(8, `${lower.toUpperCase()}${digits}`))}/${of('B', random(8, `${lower.toUpperCase()}${digits}`))}/${random(24)}`,
  `discord: https://discord.com/api/webhooks/${random(18, digits)}/${random(68, url64)}`,
  `stripe: ${of('sk', '_live_', random(24))}`,
  `billing: ${of('rk', '_test_', random(24))}`,
  `npm: ${of('np', 'm_', random(36))}`,
  `docker: ${of('dckr', '_pat_', random(27, url64))}`,
  `mail: ${of('S', 'G.', random(22, url64), '.', random(43, url64))}`,
  `grafana: ${of('gl', 'sa_', random(32), '_', hex(8))}`,
  `vault: ${of('hv', 's.', random(90, url64))}`,
  `do: ${of('dop', '_v1_', hex(64))}`,
  `azure: ${of(random(52), 'JQQ', 'J99', random(27))}`,
  `entra: ${of(random(3), '8', 'Q~', random(34, `${base62}_-.~`))}`,
  `AZURE_OPENAI_API_KEY: ${hex(32)}`,
  `api-key: ${hex(32)}`,
  `azure_openai_key: ${hex(32)}`,
  `storage: DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${random(86, `${base62}+/`)}==`,
  `mistral_api_key: ${random(32)}`,
  `COHERE_API_KEY: ${random(40)}`,
  `togetherApiKey: ${hex(64)}`,
  `WANDB_API_KEY: ${hex(40)}`,
  `elasticApiKey: ${base64(`${random(20)}:${random(22)}`)}`,
  `client_secret: ${random(40, url64)}`,
  `clientSecret: ${uuid()}`,
  `token: ${hex(40)}`,
  `access_token: ${random(32)}`,
  `authToken: ${random(24, `${lower}${digits}`)}`,
  `SESSION_SECRET: ${hex(48)}`,
  `jwt_signing_key: ${random(43, `${base62}+/`)}=`,
  `encryption-key: ${random(44, `${base62}+/`)}`,
  `LITELLM_SALT_KEY: ${of('s', 'k-', random(20))}`,
  `LITELLM_MASTER_KEY: ${of('s', 'k-', '1234')}`,
  `master_key: ${of('s', 'k-', 'litellm-master-7')}`,
  `webhook_secret: ${of('wh', 'sec_', random(32))}`,
  `password: ${of('Tr0ub4', 'dor&3')}`,
  `db_password: ${of('hunter', '2winter')}`,
  `redisPassword: ${of('S3cr', '3tR3dis!')}`,
  `POSTGRES_PASSWORD: ${of('Summer', '2026!')}`,
  `passwd: ${of('winter', '2025')}`,
  `smtp-pass: ${random(16)}`,
  `passphrase: ${random(24)}`,
  `authorization: Bearer ${random(40)}`,
  `Authorization: "Basic ${base64(of('svc-gateway:', 'Gr33nTea', '42'))}"`,
  `header: "Bearer ${jwt()}"`,
  `jwt: ${jwt()}`,
  `url: postgres://app:${of('p4ss', 'W0rd9')}@db.internal:5432/app`,
  `redis: rediss://:${random(20)}@cache.internal:6380/0`,
  `amqp: amqps://worker:${of('mq', 'Pass77')}@mq.internal`,
  `endpoint: https://api.internal/v1?api_key=${random(32)}`,
  `callback: "https://hooks.internal/x?token=${hex(40)}&v=2"`,
  `args: [--api-key, ${random(32)}]`,
  `command: [server, "--password=${of('Blue', 'Horse', '9!')}"]`,
  `dsn: "host=db user=app password=${of('Xk9', 'mQ2vL7')} dbname=app"`,
  `env: [{name: OPENAI_KEY, value: ${random(40)}}]`,
  `pem: "-----BEGIN ${of('RSA PRIVATE', ' KEY')}-----"`,
  `a: b # rotated soon: ${of('gs', 'k_', random(52))}`,
  `bot: ${of(random(10, '123456789'), ':AA', random(33, url64))}`,
];

const harmless: readonly string[] = [
  'api_key: ${OPENAI_API_KEY}',
  'api_key: $OPENAI_API_KEY',
  'api_key: os.environ/OPENAI_API_KEY',
  'api_key: env://OPENAI_API_KEY',
  'api_key: "{{ .Values.apiKey }}"',
  'api_key: <your-api-key>',
  'api_key: your-api-key-here',
  `api_key: ${of('sk-', 'xxxxxxxxxxxxxxxxxxxxxxxx')}`,
  `api_key: ${of('sk-', 'your-openai-key')}`,
  `api_key: ${of('sk-', '...')}`,
  `example: ${of('AKIA', 'IOSFODNN7', 'EXAMPLE')}`,
  `example_secret: ${of('wJalrXUtnFEMI/K7MDENG/', 'bPxRfiCYEXAMPLEKEY')}`,
  `placeholder: ${of('sk-', 'ant-', 'api03-', 'your-key-goes-here-0000')}`,
  'password: changeme',
  'password: change-me',
  'password: "${REDIS_PASSWORD}"',
  'password: vault:secret/data/redis#password',
  'password: ref+vault://secret/redis#/password',
  'password: arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-a1b2c3',
  'password: projects/12345/secrets/db-password/versions/3',
  'password: op://vault/redis/password',
  'password: /run/secrets/redis-password',
  'password: ENC[AES256_GCM,data:CwE4O1s=,iv:2k=,aad:o=,tag:w==]',
  'password: "@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/db/0123456789abcdef)"',
  'password: required',
  'password: redis-password',
  'passwordPolicy: min-12-chars',
  'password_file: /etc/aigw/Passw0rd.txt',
  'secretName: openai-credentials-2',
  'secret: openai',
  'secret: llm-gateway-tls-2026',
  'secretKeyRef: {name: openai-v2, key: apiKey}',
  'credential: {secret: openai, key: apiKey}',
  'key: {secret: front-gateway-key, key: api-key-2}',
  'vault: {vault: kv/team-a/openai2, key: apiKey}',
  'external: {external: company-secrets, key: prod/llm/openai-key-2}',
  'tokenizer: cl100k_base',
  'max_tokens: "4096"',
  'maxTokens: 16384',
  'token_limit: 200000',
  'token_endpoint: https://login.example/realms/x/protocol/openid-connect/token',
  'token_type: urn:ietf:params:oauth:token-type:jwt',
  'tokens_per_minute: 60000tpm',
  'eos_token: "<|endoftext|>"',
  'first_token_timeout: 15s',
  'stop_token: "###END###1"',
  'api_key_header: X-Api-Key2',
  'api_key_name: prod-key-2026',
  'key_id: 3f6f1b1e2a7c4d6f8e9b0a1c2d3e4f50',
  `key: ${'9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'}`,
  'partition_key: customer_id_v2_2024',
  'cache_key: prompt-7f3a9b2c1d4e5f60718293a4b5c6d7e8',
  'public_key: MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0',
  'publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0kz8q1Yv0xw3n8m5p7r9t1v3x5z7B9D1F3H5J7L9N1 ops',
  `public: ${of('pk-', 'lf-', '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9')}`,
  'digest: sha256:0f5c2d9a6b7e8f1c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829304',
  'image: registry.example/models/vllm@sha256:0f5c2d9a6b7e8f1c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829304',
  'integrity: sha512-3oiLS6zJ8wcL2VbVdkYv5Q0JrQdRb1x6kHnOqyKzWQf1c2QxNBeXWlCw9m0bVd8yqZ4aT7pJrFsGhUeIoPkLmA==',
  'commit: 88cf99f1d0fbd0744b3642b2759c49651bad1b06',
  'version: 2026.11.21-build.4711',
  'id: 550e8400-e29b-41d4-a716-446655440000',
  'tenant_id: 72f988bf-86f1-41af-91ab-2d7cd011db47',
  'client_id: 0oa1b2c3d4e5f6g7h8i9',
  'guardrailIdentifier: x7k2injection9p',
  'model: eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'model: gpt-4o-mini-2024-07-18',
  'deployment: gpt-35-turbo-16k-0613-swedencentral-2',
  'arn: arn:aws:bedrock:eu-central-1:111122223333:application-inference-profile/a1b2c3d4e5f6',
  'host: a1b2c3d4e5f6g7h8.eu-central-1.es.amazonaws.com',
  'bucket: ml-artifacts-7f3a9b2c1d4e5f60',
  'trace: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  'class: sk-loading-indicator-large-blue',
  'package: sk-learn-model-server-2-stable-release',
  'auth: none',
  'auth: oauth2',
  'authorization: "Bearer ${TOKEN}"',
  'authorization: Bearer <token>',
  'authorization: Bearer your-token',
  'note: "Bearer tokens are required for every internal route"',
  'note: "The password must be at least 12 characters long"',
  'note: "secret: see the runbook of the platform team"',
  'note: "set API_KEY=$API_KEY before you start"',
  'note: "token=required; key=optional"',
  'url: https://user@host.example/path',
  'url: https://${USER}:${PASSWORD}@db.internal/app',
  'url: postgres://user:password@localhost:5432/app',
  'url: redis://:changeme@redis:6379',
  'url: https://grafana.internal/d/a1B2c3D4e/llm?orgId=1&from=now-6h',
  'url: https://api.internal/v1?key={key}&token=<token>',
  'url: https://issuer.internal/keys?api_version=2025-04-01-preview',
  'args: [--api-key, $(OPENAI_API_KEY)]',
  'args: [--password-file, /run/secrets/Pg2Pass]',
  'args: ["--max-model-len=16384", "--served-model-name=product-expert-7b"]',
  'regex: "[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"',
  `pattern: "${of('sk-', '[A-Za-z0-9]{48}')}"`,
  `mask: "${of('ghp_', '************************************')}"`,
  `doc: "keys begin with ${of('sk-', 'ant-')} or ${of('AI', 'za')}"`,
  'cert: "-----BEGIN CERTIFICATE-----"',
  'cert: "-----BEGIN PUBLIC KEY-----"',
  'color: "#a1b2c3d4"',
  'annotation: checksum/config-8f14e45fceea167a5a36dedd4bea2543',
  'query: sum(rate(payments_total{app="scoring-2"}[10m])) by (route, backend)',
  'cookie: shop-visitor-2026',
  'salt: "16"',
  'hash: $2b$12$abcdefghijklmnopqrstuv',
  'secretsStore: company-secrets-2026',
  'masterKeyEnv: LITELLM_MASTER_KEY_2',
  'pat: "[0-9]{13,19}"',
];

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: references as people write them

/** A repo with lines in a free map. */
function repoOf(...lines: readonly string[]): string {
  const entries = lines.map((line, index) => `      case${index}:\n        ${line}`).join('\n');
  return exampleRepo(['  consumers: [app]', `  consumers: [app]\n  targets:\n    litellm:\n${entries}`]);
}

/** The lines that are told; each stands in a repo of its own. */
async function toldOf(lines: readonly string[]): Promise<ReadonlySet<string>> {
  const told = new Set<string>();
  for (const line of lines) if ((await trial(check, repoOf(line))).length > 0) told.add(line);
  return told;
}

describe('literal secrets', () => {
  test('are told with a recall and a precision of at least 0.95 on labelled lines', async () => {
    expect(secrets.length).toBeGreaterThanOrEqual(80);
    expect(harmless.length).toBeGreaterThanOrEqual(80);
    const hits = await toldOf(secrets);
    const alarms = await toldOf(harmless);
    const missed = secrets.filter((line) => !hits.has(line));
    expect(hits.size / secrets.length, `missed:\n${missed.join('\n')}`).toBeGreaterThanOrEqual(0.95);
    const precision = hits.size / (hits.size + alarms.size);
    expect(precision, `false alarms:\n${[...alarms].join('\n')}`).toBeGreaterThanOrEqual(0.95);
  });

  test('are marked where they stand, once, and never repeated in words', async () => {
    const key = of('gs', 'k_', random(52));
    const password = of('S3cr', '3tR3dis!');
    const lines = [`api_key: ${key}`, `url: "redis://app:${password}@cache.internal"`, `a: "x ${key}" # ${key}`];
    const found = await trial(check, repoOf(...lines));
    expect(found.map(({ at }) => at)).toEqual([key, key, key, `"redis://app:${password}@cache.internal"`]);
    for (const { message } of found) for (const secret of [key, password]) expect(message).not.toContain(secret);
  });

  test('hide their place in every report', async () => {
    const key = of('gs', 'k_', random(52));
    const repo = assembleRepo([
      { path: 'aigw.yaml', text: repoOf(`api_key: ${key}`, `password: ${of('Blue', 'Horse', '9!')}`) },
    ]);
    const config = repo.resolve('dev', new Map());
    if (config === undefined) throw new Error('the repo has an environment dev');
    const found = await check.run({ config, today: '2026-06-15', countTokens: async () => 0 });
    expect(found.map(({ sensitive }) => sensitive)).toEqual([true, true]);
  });

  test('are found in prompts and the files that they name', async () => {
    const token = of('h', 'f_', random(34));
    const written = examplePrompt(`version: "1"\nmessages: [{role: system, text: "Use ${token} and be kind."}]`);
    expect(await trial(check, written)).toMatchObject([{ at: token }]);
    const aigw = examplePrompt('version: "1"\nmessages: [{role: system, file: p.txt}]');
    const password = of('S3cr', '3tR3dis!');
    const found = await trial(check, { 'aigw.yaml': aigw, 'p.txt': `Log in with ${token}.\npassword: ${password}\n` });
    expect(found.map(({ at }) => at)).toEqual([token, password]);
  });

  test('are found in overlays of every environment', async () => {
    const secret = of('Blue', 'Horse', '9!');
    const overlay = `---\napiVersion: aigw.dev/v1alpha1\nkind: Provider\nmetadata: {name: openai, environment: prod}\nspec: {headers: {x-password: "${secret}"}}\n`;
    expect(await trial(check, exampleRepo() + overlay)).toMatchObject([{ at: `"${secret}"` }]);
  });

  test('are looked for in time that grows with the text alone', () => {
    const parts = [
      'a_key: ',
      'token=',
      'sk-',
      'eyJ',
      'a-key-',
      'x://',
      'Bearer ',
      '--a ',
      'my-',
      '"',
      'ab12',
      '-----BEGIN ',
    ];
    // Time of this process alone: others on the machine do not count.
    const begin = process.cpuUsage();
    for (const part of parts) {
      const text = part.repeat(Math.ceil(200_000 / part.length));
      shapedSecretsIn(text);
      phrasedSecretsIn(text);
      isSecretUnder('secret', text);
    }
    const { user, system } = process.cpuUsage(begin);
    // Microseconds. What grew with the square of the text would take minutes.
    expect(user + system).toBeLessThan(6_000_000);
  });
});
