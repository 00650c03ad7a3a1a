import { type Random, uuidFrom } from '../identifiers.ts';
import { createEc2Service } from '../protocols/query-protocol.ts';
import type { LocalService } from '../wire.ts';
import { createInstances, type Instances, type InstancesDeps } from './instances.ts';
import { type LaunchSettings, settingsOf } from './launch-template.ts';
import { networkOf } from './network.ts';
import { createTeller, type StateChangeDeps } from './state-change.ts';
import { ec2Operations } from './operations.ts';

export interface LocalEc2Options extends Omit<InstancesDeps, 'onState' | 'clock'> {
  readonly account: string;
  readonly random: Random;
  readonly clock: InstancesDeps['clock'] & StateChangeDeps['clock'];
  /** Takes an event for the default bus of this account and Region. Default: nobody hears of anything. */
  readonly emit?: StateChangeDeps['emit'];
}

export interface LocalEc2 extends Pick<Instances, 'changeOf' | 'existing' | 'isProtected' | 'filesAt'> {
  /** What a launch takes from a launch template; nothing for one that is as DRS made it. */
  readonly settingsOfTemplate: (id: string) => LaunchSettings | undefined;
  /** The zone of a subnet; nothing for one that is not here. */
  readonly zoneOfSubnet: (id: string) => string | undefined;
  /** Tells of a state that an instance has come to by what DRS did. */
  readonly tell: (instanceId: string, state: string) => void;
  readonly service: LocalService;
}

/** EC2 as far as a recovery looks at it: the instances of one account and Region. */
export const createLocalEc2 = (options: LocalEc2Options): LocalEc2 => {
  const tell = createTeller({ ...options, emit: options.emit ?? (() => undefined) });
  const instances = createInstances({ ...options, onState: tell });
  const network = networkOf(options, options.scenario);
  const { changeOf, existing, isProtected, filesAt } = instances;
  return {
    service: createEc2Service({
      signingName: 'ec2',
      namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
      requestId: () => uuidFrom(options.random),
      operations: ec2Operations({ ...options, network }, instances),
    }),
    settingsOfTemplate(id) {
      const data = instances.templates.madeDefault(id);
      return data && settingsOf(data);
    },
    zoneOfSubnet: (id) => network.subnets.find((subnet) => subnet.id === id)?.availabilityZone,
    tell,
    changeOf,
    existing,
    isProtected,
    filesAt,
  };
};
