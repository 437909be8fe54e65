// MLmodel files as MLflow 3.17.0 writes them (its ModelSignature.to_dict and Model.to_yaml), in pairs: what runs, and what would take its place.

type Says = readonly object[] | string | null;

interface Signed {
  readonly inputs?: Says;
  readonly outputs?: Says;
  readonly params?: Says;
}

/** The file of a model; each part of its signature a JSON text, or what is written in its place. */
function mlmodel({ inputs = null, outputs = null, params = null }: Signed): string {
  const part = (says: Says) => (says === null ? 'null' : typeof says === 'string' ? says : `'${JSON.stringify(says)}'`);
  return `flavors: {}
mlflow_version: 3.17.0
model_uuid: e31ac6bc32284c37b58fd66869ef90ce
signature:
  inputs: ${part(inputs)}
  outputs: ${part(outputs)}
  params: ${part(params)}
utc_time_created: '2026-11-27 22:05:46.506300'
`;
}

const column = (name: string, type: string, required = true) => ({ type, name, required });
const tensor = (dtype: string, ...shape: readonly number[]) => ({ type: 'tensor', 'tensor-spec': { dtype, shape } });
const param = (type: string, byDefault: unknown, shape: readonly number[] | null = null) => ({
  name: 'temperature',
  default: byDefault,
  shape,
  type,
});
const chat = (...further: readonly [name: string, required: boolean][]) => ({
  type: 'array',
  items: {
    type: 'object',
    properties: {
      content: { type: 'string', required: true },
      role: { type: 'string', required: true },
      ...Object.fromEntries(further.map(([name, required]) => [name, { type: 'string', required }])),
    },
  },
  name: 'messages',
  required: true,
});

const question = column('question', 'string');
const outputs = [column('answer', 'string')];
const takes = (...inputs: readonly object[]) => mlmodel({ inputs, outputs });
const gives = (...given: readonly object[]) => mlmodel({ inputs: [question], outputs: given });
const knows = (...params: readonly object[]) => mlmodel({ inputs: [question], outputs, params });
const plain = takes(question);
const deep = `'[${'{"type": "array", "items": '.repeat(500)}{"type": "long"}${'}'.repeat(500)}]'`;

/** Verdicts of backward, full and strict: y for passed. */
type Passed = 'yyy' | 'yyn' | 'ynn' | 'nnn';

export const SIGNATURE_PAIRS: readonly (readonly [
  what: string,
  champion: string,
  candidate: string,
  passed: Passed,
  message: string,
])[] = [
  ['the same', plain, plain, 'yyy', ''],
  [
    'the same, written otherwise',
    plain,
    mlmodel({ inputs: '\'[{"name":"question","required":true,  "type":"string"}]\'', outputs }),
    'yyy',
    '',
  ],
  ['a further optional column', plain, takes(question, column('n', 'long', false)), 'yyn', 'another one'],
  ['a further required column', plain, takes(question, column('n', 'long')), 'nnn', 'input n is new and required'],
  ['a column less', takes(question, column('n', 'long')), plain, 'ynn', 'on the way back, input n is new and required'],
  [
    'a column of another type',
    plain,
    takes(column('question', 'long')),
    'nnn',
    'input question is long and was string',
  ],
  ['a column of a wider type', takes(column('n', 'integer')), takes(column('n', 'long')), 'ynn', 'on the way back'],
  ['a column of a narrower type', takes(column('n', 'long')), takes(column('n', 'integer')), 'nnn', 'is integer'],
  ['a column made required', takes(column('n', 'long', false)), takes(column('n', 'long')), 'nnn', 'was optional'],
  ['a freer tensor', takes(tensor('float32', 1, 8)), takes(tensor('float32', -1, 8)), 'ynn', 'on the way back'],
  ['a stricter tensor', takes(tensor('float32', -1, 8)), takes(tensor('float32', 1, 8)), 'nnn', 'input #1'],
  ['a tensor of other numbers', takes(tensor('float32', -1, 8)), takes(tensor('float64', -1, 8)), 'nnn', 'float64'],
  ['messages with a further optional part', takes(chat()), takes(chat(['name', false])), 'yyn', 'another one'],
  ['messages with a further required part', takes(chat()), takes(chat(['name', true])), 'nnn', 'input messages'],
  ['a further parameter', plain, knows(param('double', 0.5)), 'ynn', 'on the way back, parameter temperature is gone'],
  ['a parameter less', knows(param('double', 0.5)), plain, 'nnn', 'parameter temperature is gone'],
  ['a parameter without its default', knows(param('double', 0.5)), knows(param('double', null)), 'yyn', 'another one'],
  [
    'a parameter of another type',
    knows(param('double', 0.5)),
    knows(param('long', 1)),
    'nnn',
    'is long and was double',
  ],
  ['a parameter that is a list now', knows(param('double', 0)), knows(param('double', [0], [-1])), 'nnn', '"shape"'],
  ['an output less', plain, gives(), 'nnn', 'output answer is gone'],
  ['a further output', plain, gives(...outputs, column('why', 'string')), 'ynn', 'on the way back, output why is gone'],
  ['an output that may be missing', plain, gives(column('answer', 'string', false)), 'nnn', 'is optional and was'],
  ['no signature', plain, 'flavors: {}\n', 'nnn', 'the version has no signature'],
  ['no signature before', 'flavors: {}\n', plain, 'nnn', 'the champion has no signature'],
  ['parameters alone', plain, mlmodel({ params: [param('double', 0.5)] }), 'nnn', 'a signature without inputs'],
  ['a file that is no YAML', plain, 'flavors: {\n', 'nnn', 'the version has an MLmodel file that is no YAML'],
  ['a file with a key twice', plain, `${plain}signature: null\n`, 'nnn', 'no YAML'],
  ['a part that is no JSON', plain, mlmodel({ inputs: "'[{'" }), 'nnn', 'inputs are no JSON list of fields'],
  ['a part that is no text', plain, mlmodel({ inputs: '[]' }), 'nnn', 'not made of JSON texts'],
  ['a column named twice', plain, takes(question, column('question', 'long')), 'nnn', 'inputs name question twice'],
  [
    // The last counts, for MLflow's reader too.
    'a column with two types',
    plain,
    mlmodel({ inputs: '\'[{"type": "string", "type": "long", "name": "question"}]\'', outputs }),
    'nnn',
    'input question is long and was string',
  ],
  ['a type without end', plain, mlmodel({ inputs: deep }), 'nnn', 'inputs are nested deeper than 100 levels'],
  ['a file of 5 MB', plain, `${plain}# ${'x'.repeat(5_000_000)}\n`, 'nnn', 'MLmodel file of more than 4 MiB'],
];
