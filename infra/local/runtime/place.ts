import type { LocalClock } from '../clock.ts';
import { createLocalDrs, type LaunchedInstance, type LocalDrs } from '../drs/local-drs.ts';
import type { DrsRecord } from '../drs/state.ts';
import type { Ec2Instance } from '../ec2/instance.ts';
import { createLocalEc2 } from '../ec2/local-ec2.ts';
import type { Random } from '../identifiers.ts';
import { createLocalServiceQuotas } from '../servicequotas/local-servicequotas.ts';
import { createLocalSsm, type LocalSsm } from '../ssm/local-ssm.ts';
import type { SsmRecord } from '../ssm/store.ts';
import type { LocalService } from '../wire.ts';
import type { Journals } from './journals.ts';
import type { Scenario } from './scenario.ts';

/** An event of an AWS service, as it enters a bus. */
export interface ForeignEvent {
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface PlaceOptions {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  readonly random: Random;
  readonly journals: Journals;
  readonly scenario: Pick<Scenario, 'drs' | 'ssm'>;
  readonly emit: (event: ForeignEvent) => void;
  readonly peer: (account: string, region: string) => Pick<LocalDrs, 'receive'>;
}

/** What servers live in: the services of one account and Region that a recovery calls. */
export interface Place {
  readonly drs: LocalDrs;
  readonly ssm: LocalSsm;
  readonly services: readonly LocalService[];
  close(): void;
}

const stateOf: Readonly<Record<LaunchedInstance['state'], Ec2Instance['state']>> = {
  RUNNING: 'running',
  STOPPED: 'stopped',
  'SHUTTING-DOWN': 'shutting-down',
  TERMINATED: 'terminated',
};

const ec2InstanceOf = (instance: LaunchedInstance): Ec2Instance => ({
  instanceId: instance.instanceID,
  privateIpAddress: instance.privateIp,
  availabilityZone: instance.availabilityZone,
  state: stateOf[instance.state],
  sourceServerId: instance.sourceServerID,
  instanceType: instance.instanceType,
  tags: instance.tags,
});

/** Quota codes of DRS ("AWS Elastic Disaster Recovery endpoints and quotas"). */
const quotaValues = ({ quotas }: Scenario['drs']): Readonly<Record<string, number>> => ({
  'L-D88FAC3A': quotas.jobsInProgress,
  'L-B827C881': quotas.serversPerJob,
  'L-05AFA8C6': quotas.serversInJobs,
});

export const createPlace = (options: PlaceOptions): Place => {
  const { account, region, clock, random, journals, scenario, emit, peer } = options;
  const base = { clock, random, account, region, emit };
  const folder = `${account}-${region}`;
  const drsJournal = journals.open<DrsRecord>(`${folder}/drs`);
  const drs = createLocalDrs({ ...base, journal: drsJournal, scenario: scenario.drs, peer });
  const ssmJournal = journals.open<SsmRecord>(`${folder}/ssm`);
  const ssm = createLocalSsm({ ...base, journal: ssmJournal, scenario: scenario.ssm });
  const ec2 = createLocalEc2({ account, random, instances: () => drs.instances().map(ec2InstanceOf) });
  const quotas = createLocalServiceQuotas({ account, region, values: quotaValues(scenario.drs) });
  return {
    drs,
    ssm,
    services: [drs.service, ssm.service, ec2.service, quotas.service],
    close() {
      drs.close();
      ssm.close();
    },
  };
};
