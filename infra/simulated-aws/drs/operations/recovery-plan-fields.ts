import * as z from 'zod';

const drsArn = z
  .string()
  .min(20)
  .max(2_048)
  .regex(/^arn:aws(-[a-z0-9]+)*:drs:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_/.-]+$/, 'Must be an ARN of DRS');

const name = z
  .string()
  .min(1)
  .max(256)
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9 _-]*$/,
    'Must be letters, digits, spaces, _ and -, the first of them a letter or digit',
  );

const serverArn = z
  .string()
  .regex(
    /^arn:(?:[0-9a-zA-Z_-]+:){3}[0-9]{12,}:source-server\/s-[0-9a-zA-Z]{17}$/,
    'Must be the ARN of a source server',
  );

/** DRS: RecoveryPlanStepConfiguration, of which exactly one member is given. */
const configuration = z.union([
  z.strictObject({
    serverStepConfiguration: z.strictObject({
      servers: z
        .array(
          z.strictObject({ serverArn, impactLevel: z.enum(['CRITICAL', 'OPTIONAL']).default('CRITICAL') }),
        )
        .min(1)
        .max(100),
    }),
  }),
  z.strictObject({ waitStepConfiguration: z.strictObject({ waitDurationMinutes: z.int().min(1).max(120) }) }),
]);

/** As the service model has them. */
export const planFields = {
  recoveryPlanArn: drsArn,
  recoveryPlanStepArn: drsArn,
  orderedStepArns: z.array(drsArn).min(1).max(20),
  name,
  description: z.string().max(1_024),
  clientToken: z.string().max(64),
  stepName: name,
  stepOrder: z.int().min(1).max(20),
  configuration,
};
