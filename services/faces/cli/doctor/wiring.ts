import {
  archiveName,
  deadLetterQueueName,
  eventQueueName,
  functionName,
  functions,
  type FunctionTopology,
  parkingQueueName,
  queueAlarmNames,
  rulesOf,
  stateTable,
} from '../../../../infra/topology.ts';
import type { AlarmFacts, Deployment } from '../../../core/ports/deployment.ts';
import { counted } from '../../../core/view/words.ts';
import { fault, type Finding, ok, warning } from './finding.ts';

const deployAgain = 'deploy again: npm run deploy';

export const archiveCheck = async ({ archiveState }: Deployment): Promise<readonly Finding[]> => {
  const state = await archiveState(archiveName);
  if (state === 'ENABLED' || state === 'CREATING' || state === 'UPDATING')
    return [ok('archive', `the archive ${archiveName} keeps every event (${state})`)];
  const what = state === undefined ? 'does not exist' : `is ${state}`;
  return [fault('archive', `the archive ${archiveName} ${what}: no execution can be audited`, deployAgain)];
};

/** The setting `protected` protects the stacks and the table together; the table tells whether it was set. */
export const protectionCheck = async ({
  isTableProtected,
}: Pick<Deployment, 'isTableProtected'>): Promise<readonly Finding[]> => {
  const { name } = stateTable;
  const isProtected = await isTableProtected(name);
  if (isProtected === undefined) return [fault('protection', `there is no table ${name}`, deployAgain)];
  if (isProtected) return [ok('protection', `the table ${name} is protected from deletion`)];
  return [
    warning(
      'protection',
      `neither the stacks nor the table ${name} are protected from deletion: one mistake ends every running execution`,
      'set "protected": true and deploy once more: npm run deploy',
    ),
  ];
};

/** Where the rules of a function lead: to the function itself, or to the queue from which it takes its events. */
const destinationOf = ({ service, queuedRunsMax }: FunctionTopology) =>
  queuedRunsMax === undefined
    ? { name: functionName(service), suffix: `:function:${functionName(service)}` }
    : { name: eventQueueName(service), suffix: `:${eventQueueName(service)}` };

/** Every rule is there, switched on, and leads to its function. The API has none. */
export const rulesCheck = async ({ rule }: Deployment): Promise<readonly Finding[]> => {
  const wanted = functions.flatMap((topology) =>
    rulesOf(topology).map(({ bus, name }) => ({
      ...{ bus, name, service: topology.service },
      to: destinationOf(topology),
    })),
  );
  const found = await Promise.all(
    wanted.map(async ({ bus, name, service, to }): Promise<readonly Finding[]> => {
      const facts = await rule(bus, name);
      if (facts === undefined)
        return [fault('rules', `there is no rule ${name} on the bus ${bus}`, deployAgain)];
      if (!facts.isEnabled)
        return [
          fault(
            'rules',
            `the rule ${name} is disabled: ${functionName(service)} receives nothing from it`,
            `aws events enable-rule --name ${name} --event-bus-name ${bus}`,
          ),
        ];
      return facts.targetArns.some((arn) => arn.endsWith(to.suffix))
        ? []
        : [fault('rules', `the rule ${name} does not lead to ${to.name}`, deployAgain)];
    }),
  );
  const faults = found.flat();
  return faults.length > 0 ? faults : [ok('rules', `${counted(wanted.length, 'rule')} are in place`)];
};

/** Messages that could not be handled are in a dead-letter queue, or parked. */
export const queuesCheck = async ({ queueDepth }: Deployment): Promise<readonly Finding[]> => {
  const names = [...functions.map(({ service }) => deadLetterQueueName(service)), parkingQueueName];
  const found = await Promise.all(
    names.map(async (name): Promise<readonly Finding[]> => {
      const depth = await queueDepth(name);
      if (depth === undefined) return [fault('queues', `there is no queue ${name}`, deployAgain)];
      if (depth === 0) return [];
      const read =
        name === parkingQueueName
          ? `read the reason: aws sqs receive-message --queue-url "$(aws sqs get-queue-url --queue-name ${name} --query QueueUrl --output text)"`
          : `the log group of the function says why; redrive-dead-letters takes them up within five minutes`;
      return [fault('queues', `${counted(depth, 'message')} in ${name} that could not be handled`, read)];
    }),
  );
  const faults = found.flat();
  return faults.length > 0
    ? faults
    : [ok('queues', `${counted(names.length - 1, 'dead-letter queue')} and the parking queue are empty`)];
};

const ringing = ({ name, reason }: AlarmFacts): Finding =>
  fault('alarms', `${name} is in ALARM: ${reason}`, `aws cloudwatch describe-alarms --alarm-names ${name}`);

export const alarmsCheck = async ({ alarms }: Deployment): Promise<readonly Finding[]> => {
  const found = await alarms('groundswell-');
  const missing = Object.values(queueAlarmNames).filter(
    (name) => !found.some((alarm) => alarm.name === name),
  );
  const findings = [
    ...missing.map((name) => fault('alarms', `there is no alarm ${name}`, deployAgain)),
    ...found.filter(({ state }) => state === 'ALARM').map(ringing),
    ...found
      .filter(({ isHeard }) => !isHeard)
      .map(({ name }) => fault('alarms', `${name} notifies nobody: its actions are disabled`, deployAgain)),
  ];
  return findings.length > 0 ? findings : [ok('alarms', `${counted(found.length, 'alarm')}, none in ALARM`)];
};

const topics = ['groundswell-alarms', 'groundswell-notifications'];

export const subscriptionsCheck = async ({ subscriptions }: Deployment): Promise<readonly Finding[]> => {
  const found = await Promise.all(
    topics.map(async (topic): Promise<readonly Finding[]> => {
      const known = await subscriptions(topic);
      if (known === undefined) return [fault('subscriptions', `there is no topic ${topic}`, deployAgain)];
      const pending = known.filter(({ isConfirmed }) => !isConfirmed);
      if (pending.length > 0)
        return pending.map(({ protocol, endpoint }) =>
          fault(
            'subscriptions',
            `${endpoint} (${protocol}) has not confirmed its subscription to ${topic}`,
            'follow the link in the message that SNS has sent there, or subscribe again',
          ),
        );
      if (known.length === 0)
        return [
          warning(
            'subscriptions',
            `${topic} has no subscribers`,
            topic === 'groundswell-alarms'
              ? 'set alarmEmail, or subscribe'
              : 'set notifications, or subscribe',
          ),
        ];
      return [ok('subscriptions', `${counted(known.length, 'subscriber')} of ${topic}, all confirmed`)];
    }),
  );
  return found.flat();
};
