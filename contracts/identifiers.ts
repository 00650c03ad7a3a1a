import * as z from 'zod';

/** A name that people choose for a plan, a wave, an action or a target: it appears in ids, tags and URLs. */
export const slugSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
    'lower-case letters, digits and inner hyphens, 1 to 64 characters',
  );

/** A request id, chosen by whoever asks; the same id never starts a second execution. */
export const requestIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'letters, digits and . _ : -, 1 to 128 characters');

export const executionIdSchema = z.string().regex(/^exec-[0-9a-f]{20}$/, 'exec- and 20 hexadecimal digits');

/** DRS: Job.jobID. */
export const drsJobIdSchema = z
  .string()
  .regex(/^drsjob-[0-9a-zA-Z]{17}$/, 'drsjob- and 17 letters or digits');

/** DRS: SourceServer.sourceServerID. */
export const sourceServerIdSchema = z.string().regex(/^s-[0-9a-zA-Z]{17}$/, 's- and 17 letters or digits');

/** EC2: Instance.InstanceId. */
export const instanceIdSchema = z
  .string()
  .regex(/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/, 'i- and 17 hexadecimal digits');

/** DRS: RecoverySnapshot.snapshotID. */
export const recoverySnapshotIdSchema = z
  .string()
  .regex(/^pit-[0-9a-zA-Z]{17}$/, 'pit- and 17 letters or digits');

export const accountIdSchema = z.string().regex(/^\d{12}$/, '12 digits');
export const regionSchema = z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'an AWS Region such as eu-west-1');
export const roleArnSchema = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'an IAM role ARN');

/** The same instant in UTC, for one that was written with an offset. */
const inUtc = (input: unknown): string => {
  const time =
    typeof input === 'string' && /T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(input) ? Date.parse(input) : Number.NaN;
  return Number.isNaN(time) ? '2026-03-29T01:30:00Z' : new Date(time).toISOString().replace('.000Z', 'Z');
};

/** Seconds matter nowhere in a plan; instants are ISO 8601 in UTC. */
export const instantSchema = z.iso.datetime({
  error: ({ input }) => `an instant in UTC, such as ${inUtc(input)}`,
});

/** Who decides or asks. */
export const actorSchema = z.string().min(1).max(256).describe('Who: an ARN, a user name, or a system.');
export const reasonSchema = z.string().max(1_000);

/** DRILL launches copies for a test, as far apart from production as their launch templates say; RECOVERY is the real thing. */
export const modeSchema = z.enum(['DRILL', 'RECOVERY']);
export type Mode = z.infer<typeof modeSchema>;
