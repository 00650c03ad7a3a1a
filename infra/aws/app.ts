import { Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { buildConsole } from '../console-files.ts';
import { bundleFolder, buildBundles, buildFace, writeBundles, writeFace } from './bundles.ts';
import { createGroundswellApp } from './groundswell-app.ts';
import { GroundswellChecks } from './own-rules.ts';

writeBundles(await buildBundles());
const step = 'region-switch-step';
const stepFolder = writeFace(step, await buildFace(step));
const { app } = createGroundswellApp({
  codeOf: (service) => Code.fromAsset(bundleFolder(service)),
  stepCode: () => Code.fromAsset(stepFolder),
  consoleFiles: await buildConsole(),
  account: process.env['CDK_DEFAULT_ACCOUNT'],
  region: process.env['CDK_DEFAULT_REGION'],
});
const packs = [AwsSolutionsChecks, ServerlessChecks, NIST80053R5Checks, GroundswellChecks];
Validations.of(app).addPlugins(...packs.map((Pack) => new Pack(app)));
