import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { catalogue } from '../contracts/catalogue.ts';
import { asyncApiDocument } from '../contracts/documents/asyncapi.ts';
import { eventPage } from '../contracts/documents/event-page.ts';
import { eventSchema } from '../contracts/documents/event-schema.ts';
import { noticeSchema } from '../contracts/notice.ts';
import { taskEvents } from '../contracts/task-events.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
export const generatedFolder = join(root, 'contracts/generated');

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Every document that is generated from the catalogue, by its path in `contracts/generated`. */
export const generatedDocuments = (): ReadonlyMap<string, string> => {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  return new Map([
    ['asyncapi.json', json(asyncApiDocument(version))],
    ['README.md', eventPage()],
    ['notice.json', json({ ...z.toJSONSchema(noticeSchema), title: 'Notice' })],
    ...[...catalogue, ...taskEvents].map(
      (contract) => [`events/${contract.name}.json`, json(eventSchema(contract))] as const,
    ),
  ]);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(generatedFolder, { recursive: true, force: true });
  for (const [file, text] of generatedDocuments()) {
    mkdirSync(dirname(join(generatedFolder, file)), { recursive: true });
    writeFileSync(join(generatedFolder, file), text);
  }
}
