import type { LocalClock } from '../clock.ts';
import type { Random } from '../identifiers.ts';
import type { Ec2Scenario } from './scenario.ts';

/** An event of EC2, as it enters the default bus. */
export interface Ec2Event {
  readonly 'detail-type': 'EC2 Instance State-change Notification';
  readonly source: 'aws.ec2';
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: { readonly 'instance-id': string; readonly state: string };
}

export interface StateChangeDeps {
  readonly account: string;
  readonly region: string;
  readonly clock: Pick<LocalClock, 'after'>;
  readonly random: Random;
  readonly scenario: Pick<Ec2Scenario, 'events'>;
  readonly emit: (event: Ec2Event) => void;
}

/** The state that an instance has passed through for a moment when it comes to another. */
export const passedThrough = {
  running: 'pending',
  stopped: 'stopping',
  terminated: 'shutting-down',
} as const;

/** Tells of an instance's state as well as best effort does. EC2 user guide: "Instance state change events". */
export const createTeller = (deps: StateChangeDeps) => {
  const { account, region, clock, random, scenario, emit } = deps;
  const { lossRate, duplicateRate, delaySecondsMax } = scenario.events;
  const happens = (rate: number): boolean => rate > 0 && random() < rate;
  return (instanceId: string, state: string): void => {
    if (happens(lossRate)) return;
    const send = (): void => {
      const delayMs = delaySecondsMax === 0 ? 0 : 1_000 * delaySecondsMax * random();
      clock.after(delayMs, () =>
        emit({
          'detail-type': 'EC2 Instance State-change Notification',
          source: 'aws.ec2',
          ...{ account, region },
          resources: [`arn:aws:ec2:${region}:${account}:instance/${instanceId}`],
          detail: { 'instance-id': instanceId, state },
        }),
      );
    };
    send();
    if (happens(duplicateRate)) send();
  };
};
