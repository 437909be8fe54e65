import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SourceText } from '../src/diagnostics/source.ts';
import { documentOf, documentsPerFile, productTexts } from './corpus-product.ts';

/** The repo of a large company: 10,000 documents in 1,000 files, three environments, nothing wrong with any of them. */
export function companyTexts(): readonly SourceText[] {
  const products = Array.from({ length: 99 }, (_, index) => ({ name: `product-${index}`, team: `team-${index % 90}` }));
  return [rootText(), ...teamTexts(), ...products.flatMap(productTexts)];
}

function rootText(): SourceText {
  const environments = ['dev', 'staging', 'prod'];
  const documents = [
    documentOf('Repository', 'name: company', '  environments: [dev, staging, prod] # in the order of promotion\n'),
    ...environments.map((name) => documentOf('Environment', `name: ${name}`, environmentSpec(name))),
    ...Array.from({ length: 6 }, (_, index) => documentOf('Provider', `name: vendor-${index}`, providerSpec(index))),
  ];
  return { path: 'aigw.yaml', text: documents.join('---\n') };
}

function environmentSpec(name: string): string {
  return `  namespace: ai-${name}
  cluster: {name: ${name}-1, server: https://${name}-1.k8s.example.com:6443}
  cloud: {provider: aws, region: eu-central-1}
  secrets: {store: company-secrets}
  network: {ingressFrom: [ingress], monitoringFrom: [monitoring]}
`;
}

function providerSpec(index: number): string {
  return `  api: openai\n  url: https://api.vendor-${index}.example.com/v1\n  credential: {secret: vendor-${index}, key: apiKey}\n`;
}

function teamTexts(): readonly SourceText[] {
  return Array.from({ length: 9 }, (_, file) => {
    const teams = Array.from({ length: documentsPerFile }, (__, index) => file * documentsPerFile + index);
    const documents = teams.map((team) =>
      documentOf('Team', `name: team-${team}`, `  contact: "#team-${team}"\n  costCentre: cc-${1000 + team}\n`),
    );
    return { path: `teams/${file}.yaml`, text: documents.join('---\n') };
  });
}

/** Writes a repo into a new folder for temporary files, and answers its path. */
export function layRepo(texts: readonly SourceText[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'aigw-bench-'));
  for (const { path, text } of texts) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
