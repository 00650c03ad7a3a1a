import type { Deployment } from '../deployment.ts';
import { awsCheckPorts, type CheckPorts } from './check-ports.ts';
import { clientSettings, type Whereabouts } from './client-settings.ts';
import { createAwsDeployment } from './deployment.ts';

/** What an examination of a deployment asks: all that a check of a plan does, and what of the product is there. */
export interface ExaminationPorts extends CheckPorts {
  readonly deployment: Deployment;
}

export const awsExaminationPorts = async ({ endpoint, region }: Whereabouts): Promise<ExaminationPorts> => {
  const ports = await awsCheckPorts({ endpoint, region });
  const { home, partition } = ports;
  const settings = clientSettings({ endpoint, region: home.region });
  return { ...ports, deployment: createAwsDeployment({ settings, partition, ...home }) };
};
