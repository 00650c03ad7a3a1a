import * as z from 'zod';
import {
  accountIdSchema,
  regionSchema,
  roleArnSchema,
  sourceServerIdSchema,
} from '../../../../contracts/identifiers.ts';
import { serversByTagSchema, targetSchema } from '../../../../contracts/plan.ts';

const chosenServers = z.union([
  z.strictObject({ servers: z.array(sourceServerIdSchema).min(1).max(1_000) }),
  serversByTagSchema,
]);
export type ChosenServers = z.infer<typeof chosenServers>;

const document = z.string().min(3).max(128);
export const leaveOut = 'leave-out';

/** What a foreign file cannot know and a person has to add; everything is optional. */
export const importMapSchema = z.strictObject({
  account: accountIdSchema
    .optional()
    .describe('Where the servers are recovered, for files that do not say it.'),
  region: regionSchema.optional().describe('The same of the Region.'),
  role: roleArnSchema.optional().describe('The role that Groundswell assumes there.'),
  externalId: targetSchema.shape.externalId.describe('Shown when the role is assumed.'),
  servers: z
    .record(z.string().min(1), sourceServerIdSchema)
    .default({})
    .describe('The DRS source server of each machine that the file knows by another name.'),
  groups: z
    .record(z.string().min(1), chosenServers)
    .default({})
    .describe('The servers of each protection group that the file names without its members.'),
  minimums: z
    .record(z.string().min(1), serversByTagSchema.shape.minimum)
    .default({})
    .describe('How many servers each wave that chooses by tag must find, by the name of the wave.'),
  documents: z
    .record(z.string().min(1), document)
    .default({})
    .describe(`The SSM document for each runbook, script or function, by its name; ${leaveOut} drops it.`),
  steps: z
    .record(z.string().min(1), z.union([chosenServers, z.strictObject({ document }), z.literal(leaveOut)]))
    .default({})
    .describe(`What each step of a Region switch plan is: servers, a document, or ${leaveOut}.`),
  units: z
    .strictObject({
      rto: z.enum(['seconds', 'minutes', 'hours']).optional(),
      rpo: z.enum(['seconds', 'minutes', 'hours']).optional(),
    })
    .default({})
    .describe('The unit of an RTO or RPO that is a bare number.'),
});
export type ImportMap = z.infer<typeof importMapSchema>;

/** Answers from the map, and remembers which of its entries were asked for. */
export interface MapReader {
  readonly map: ImportMap;
  readonly server: (name: string) => string | undefined;
  readonly group: (...names: readonly string[]) => ChosenServers | undefined;
  readonly minimum: (wave: string) => number | undefined;
  readonly document: (...names: readonly string[]) => string | undefined;
  readonly step: (name: string) => ImportMap['steps'][string] | undefined;
  /** `servers.old-name`: entries that nothing in the file has asked for. */
  readonly unused: () => readonly string[];
}

const named = ['servers', 'groups', 'minimums', 'documents', 'steps'] as const;

export const readMap = (map: ImportMap): MapReader => {
  const used = new Set<string>();
  const entry = <T>(
    section: (typeof named)[number],
    entries: Readonly<Record<string, T>>,
    names: readonly string[],
  ): T | undefined => {
    const name = names.find((each) => Object.hasOwn(entries, each));
    if (name === undefined) return undefined;
    used.add(`${section}.${name}`);
    return entries[name];
  };
  return {
    map,
    server: (name) => entry('servers', map.servers, [name]),
    group: (...names) => entry('groups', map.groups, names),
    minimum: (wave) => entry('minimums', map.minimums, [wave]),
    document: (...names) => entry('documents', map.documents, names),
    step: (name) => entry('steps', map.steps, [name]),
    unused: () =>
      named
        .flatMap((section) => Object.keys(map[section]).map((name) => `${section}.${name}`))
        .filter((path) => !used.has(path)),
  };
};
