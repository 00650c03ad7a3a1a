import * as z from 'zod';
import { drsScenario } from './drs/scenario.ts';
import { sampleScenario } from './drs/sample-scenario.ts';
import { cloudWatchScenario } from './cloudwatch/scenario.ts';
import { scenarioFunctions } from './lambda/scenario.ts';
import { ec2Scenario } from './ec2/scenario.ts';
import { route53Scenario } from './route53/scenario.ts';
import { routingControlScenario } from './routing-control/scenario.ts';
import { ssmScenario } from './ssm/scenario.ts';
import { stsScenario } from './sts/scenario.ts';

const probability = z.number().min(0).max(1).default(0);

const busScenario = z
  .strictObject({
    duplicateProbability: probability.describe('That a target is given an event twice.'),
    dropHintProbability: probability.describe('That an event of an AWS service never arrives.'),
    reorderProbability: probability.describe('That later events overtake a delivery.'),
    reorderDelayMaxMs: z
      .number()
      .min(0)
      .default(5_000)
      .describe('How long such a delivery is held up at most.'),
  })
  .describe('How EventBridge misbehaves within its promises.');

const place = {
  drs: drsScenario.prefault({}),
  ssm: ssmScenario.prefault({}),
  ec2: ec2Scenario.prefault({}),
  cloudwatch: cloudWatchScenario.prefault({}),
};

/** What a scenario file says of the whole simulated AWS; everything has a default. */
export const scenarioSchema = z.strictObject({
  ...place,
  bus: busScenario.prefault({}),
  sts: stsScenario.prefault({}),
  route53: route53Scenario.prefault({}),
  routingControl: routingControlScenario.prefault({}),
  lambda: z
    .strictObject({
      accountConcurrency: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe('Functions that the account runs at once; a new account of AWS has 10. Default: 1,000.'),
      functions: scenarioFunctions,
    })
    .prefault({})
    .describe('What Lambda allows the account, and which functions of a user it has.'),
  targets: z
    .record(
      z
        .string()
        .regex(
          /^\d{12}\/[a-z]{2}(?:-[a-z]+)+-\d$/,
          'an account and Region such as 444455556666/eu-central-1',
        ),
      z.strictObject({
        ...place,
        lambda: z.strictObject({ functions: scenarioFunctions }).prefault({}),
      }),
    )
    .default({})
    .describe('Further accounts and Regions.'),
});
export type Scenario = z.output<typeof scenarioSchema>;

/** A shop in three tiers, and nothing that goes wrong. */
export const defaultScenario: Scenario = { ...scenarioSchema.parse({}), drs: sampleScenario };

/** What services are like in one account and Region; an account that the scenario does not name is empty. */
export const placeScenario = (
  scenario: Scenario,
  isHome: boolean,
  name: string,
): Pick<Scenario, 'drs' | 'ssm' | 'ec2' | 'cloudwatch'> & {
  readonly lambda: Pick<Scenario['lambda'], 'functions'>;
} => scenario.targets[name] ?? (isHome ? scenario : scenarioSchema.parse({}));
