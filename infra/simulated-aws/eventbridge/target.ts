import * as z from 'zod';
import { arnText, resourceName } from './constraint.ts';
import { invalidParameter, validation } from './errors.ts';
import { httpParametersSchema } from './http-parameters.ts';
import { isInput, isInputPath, type TargetInput, undefinedPlaceholder } from './input-transformer.ts';
import { kindOfTarget, placeOfArn } from './target-arn.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';

/** A target as PutTargets takes it; parameters for kinds of targets that the host resolves stay as they came. */
export const targetSchema = z.looseObject({
  Id: resourceName(),
  Arn: arnText,
  RoleArn: arnText.optional(),
  Input: z.string().max(8_192).optional(),
  InputPath: z.string().max(256).optional(),
  InputTransformer: z
    .object({
      InputPathsMap: z.record(z.string(), z.string().max(256)).optional(),
      InputTemplate: z.string().min(1).max(8_192),
    })
    .optional(),
  HttpParameters: httpParametersSchema.optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().min(1).max(128) }).optional(),
  DeadLetterConfig: z.object({ Arn: arnText.optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: z.int().min(0).max(185).optional(),
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
    })
    .optional(),
});

export type Target = z.output<typeof targetSchema>;

const inputPathsMax = 100;
const arnForm = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/;

export const inputOf = ({ Input, InputPath, InputTransformer }: Target): TargetInput => ({
  ...(Input === undefined ? {} : { input: Input }),
  ...(InputPath === undefined ? {} : { inputPath: InputPath }),
  ...(InputTransformer === undefined
    ? {}
    : {
        inputTransformer: {
          paths: InputTransformer.InputPathsMap ?? {},
          template: InputTransformer.InputTemplate,
        },
      }),
});

export const retryPolicyOf = ({ RetryPolicy }: Target): RetryPolicy => ({
  retriesMax: RetryPolicy?.MaximumRetryAttempts ?? defaultRetryPolicy.retriesMax,
  ageMaxMs:
    RetryPolicy?.MaximumEventAgeInSeconds === undefined
      ? defaultRetryPolicy.ageMaxMs
      : RetryPolicy.MaximumEventAgeInSeconds * 1_000,
});

interface Here {
  readonly account: string;
  readonly region: string;
}

/**
 * Buses may be anywhere, queues, topics and functions in any account of the Region; whatever is elsewhere is reached in
 * a role. EventBridge user guide: "Sending events to an AWS service in another account in EventBridge".
 */
const checkReach = ({ Arn, RoleArn }: Target, { account, region }: Here): void => {
  const [kind, there] = [kindOfTarget(Arn), placeOfArn(Arn)];
  if (!['bus', 'lambda', 'sqs', 'sns'].includes(kind)) return;
  const isOtherRegion = there.region !== region;
  if (kind !== 'bus' && isOtherRegion)
    throw invalidParameter(Arn, `The target is not in the Region of its rule, ${region}.`);
  if ((isOtherRegion || there.account !== account) && RoleArn === undefined)
    throw validation(`RoleArn is required for target ${Arn}.`);
};

/** Throws what AWS answers to a target that contradicts itself. */
export const checkTarget = (target: Target, here: Here): void => {
  const { input, inputPath, inputTransformer } = inputOf(target);
  if (!arnForm.test(target.Arn)) throw invalidParameter(target.Arn, 'Provided Arn is not in correct format.');
  checkReach(target, here);
  if ([input, inputPath, inputTransformer].filter((given) => given !== undefined).length > 1)
    throw validation(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  if (/^arn:[^:]+:sqs:.*\.fifo$/.test(target.Arn) && target.SqsParameters === undefined)
    throw validation(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`);
  if (input !== undefined && !isInput(input))
    throw validation(`Input for target ${target.Id} is not valid JSON.`);
  const paths = Object.values(inputTransformer?.paths ?? {});
  if (paths.length > inputPathsMax)
    throw validation(`InputPathsMap for target ${target.Id} has more than ${inputPathsMax} entries.`);
  const badPath = [...paths, ...(inputPath === undefined ? [] : [inputPath])].find(
    (path) => !isInputPath(path),
  );
  if (badPath !== undefined) throw validation(`InputPath for target ${target.Id} is not valid: ${badPath}`);
  const undefinedName = inputTransformer === undefined ? undefined : undefinedPlaceholder(inputTransformer);
  if (undefinedName !== undefined)
    throw validation(`InputTemplate for target ${target.Id} contains invalid placeholder ${undefinedName}.`);
};
