import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { ServiceName } from '../../../contracts/services.ts';
import type { FaceName } from '../../topology.ts';

/** The code of a function as the package brings it: built when the package was. */
export const builtCode = (name: ServiceName | FaceName): Code =>
  Code.fromAsset(fileURLToPath(new URL(`../../../assets/${name}`, import.meta.url)));
