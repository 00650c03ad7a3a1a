import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFolder, buildBundles, writeBundles } from './bundles.ts';
import { createGroundswellApp } from './groundswell-app.ts';

writeBundles(await buildBundles());
createGroundswellApp({
  codeOf: (service) => Code.fromAsset(bundleFolder(service)),
  account: process.env['CDK_DEFAULT_ACCOUNT'],
  region: process.env['CDK_DEFAULT_REGION'],
});
