import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../contracts/catalogue.ts';
import { asyncApiDocument } from '../../contracts/documents/asyncapi.ts';
import { eventSchema } from '../../contracts/documents/event-schema.ts';
import { executionRequested } from '../../contracts/execution-events.ts';
import { generatedDocuments, generatedFolder } from '../../infra/write-catalogue.ts';

const documents = generatedDocuments();
const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.1.0.json') as object;

describe('generated documents', () => {
  it('are what the catalogue says today; `npm run catalogue` writes them', () => {
    const written = readdirSync(generatedFolder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(json|md)$/.test(file),
    );
    expect(written.sort()).toEqual([...documents.keys()].sort());
    for (const [file, text] of documents) {
      expect(existsSync(join(generatedFolder, file))).toBe(true);
      expect(readFileSync(join(generatedFolder, file), 'utf8')).toBe(text);
    }
  });

  it('hold a schema and an entry on the page for every event', () => {
    const page = documents.get('README.md')!;
    for (const { name, meaning } of catalogue) {
      expect(documents.has(`events/${name}.json`)).toBe(true);
      expect(page).toContain(`### ${name}\n\n${meaning}\n`);
    }
  });
});

describe('the AsyncAPI document', () => {
  const valid = new Ajv({
    strict: false,
    meta: false,
    validateSchema: false,
    validateFormats: false,
  }).compile(specification);

  it('is valid under AsyncAPI 3.1', () => {
    expect([valid(asyncApiDocument('1.0.0')), valid.errors]).toEqual([true, null]);
  });

  it('would be refused with a fault in it', () => {
    const { operations, ...rest } = asyncApiDocument('1.0.0');
    expect(valid({ ...rest, operations: { say: { ...operations.say, action: 'shout' } } })).toBe(false);
  });

  it('leads from every reference to something', () => {
    const document = JSON.parse(JSON.stringify(asyncApiDocument('1.0.0'))) as unknown;
    const found = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    expect(found.length).toBeGreaterThan(60);
    for (const path of found) {
      const target = path
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
      expect([path, typeof target]).toEqual([path, 'object']);
    }
  });
});

it('a schema judges an event as its contract does', () => {
  const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(
    eventSchema(executionRequested),
  );
  expect(valid({ data: { planId: 'shop', mode: 'DRILL' } })).toBe(true);
  expect(valid({ data: { planId: 'shop', mode: 'HOLIDAY' } })).toBe(false);
  expect(valid({ data: { planId: 'Shop!', mode: 'DRILL' } })).toBe(false);
});
