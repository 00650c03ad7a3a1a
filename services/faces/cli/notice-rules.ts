import { randomUUID } from 'node:crypto';
import type { Notice } from '../../../contracts/notice.ts';
import type { Channel, NotifyRules } from '../../../contracts/notify-rules.ts';
import { judgeRules } from '../../core/domain/notify-rules.ts';
import type { Notifier, Secrets } from '../../core/ports/notifier.ts';
import { deliveryOf } from '../../core/streams/notice-delivery.ts';
import { counted } from '../../core/view/words.ts';
import { connectNotices, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { InputError } from './input-error.ts';
import { exitCodes } from './help.ts';
import { readText } from './text-file.ts';

export interface CheckRulesOptions extends ConnectionOptions {
  /** Send a test message to each channel. */
  readonly send?: boolean;
  readonly json?: boolean;
}

interface Tried {
  readonly channel: string;
  readonly kind: Channel['kind'];
  readonly isTaken: boolean;
  readonly answer: string;
}

/** It is about no execution and no plan, so that nobody can take it for something that happened. */
const testNotice = (channel: string, now: number): Notice => ({
  ...{ eventId: `test-${randomUUID()}`, event: 'TestMessage', planId: '' },
  ...{ at: new Date(now).toISOString(), severity: 'info', isOver: false, commands: [] },
  title: 'Test message of Groundswell',
  meaning: `It was sent to the channel ${channel}, and nothing has happened.`,
  next: 'Nothing is to be done.',
});

interface NoticePorts {
  readonly notifier: Notifier;
  readonly secrets: Secrets;
}

/** PagerDuty opens an alert for it, which would stay open: it is resolved at once. */
const deliverTest = async (
  { notifier, secrets }: NoticePorts,
  channel: Channel,
  notice: Notice,
): Promise<string> => {
  const answer = await notifier.deliver(await deliveryOf(secrets, channel, notice));
  if (channel.kind !== 'pagerduty') return answer;
  await notifier.deliver(await deliveryOf(secrets, channel, { ...notice, isOver: true }));
  return `${answer}, and the alert is resolved`;
};

const tryChannel = async (
  ports: NoticePorts,
  [name, channel]: readonly [string, Channel],
  now: number,
): Promise<Tried> => {
  const { kind } = channel;
  try {
    const answer = await deliverTest(ports, channel, testNotice(name, now));
    return { channel: name, kind, isTaken: true, answer };
  } catch (error) {
    const { name: what, message } = error instanceof Error ? error : new Error(String(error));
    const answer = what === 'NotDeliveredError' ? message : `${what}: ${message}`;
    return { channel: name, kind, isTaken: false, answer };
  }
};

const sendTests = async (
  { channels }: NotifyRules,
  options: CheckRulesOptions,
  console: Console,
): Promise<number> => {
  const ports = connectNotices(options);
  const now = await nowThere(options);
  const tried = await Promise.all(Object.entries(channels).map((channel) => tryChannel(ports, channel, now)));
  const rows = tried.map(({ channel, kind, isTaken, answer }) => [
    ...[channel, kind, isTaken ? 'taken' : 'not taken', answer],
  ]);
  console.print(
    options.json === true
      ? JSON.stringify(tried)
      : tableText([['channel', 'kind', 'message', 'answer'], ...rows]).join('\n'),
  );
  return tried.every(({ isTaken }) => isTaken) ? exitCodes.done : exitCodes.failed;
};

/**
 * Says what is wrong with a file of rules, as the notifier would read it; throws an InputError with all faults. Sends a
 * test message to each channel where that is asked for, and says what each receiver answered.
 */
export const checkRules = async (
  file: string,
  options: CheckRulesOptions,
  console: Console,
): Promise<number> => {
  const read = readText(file);
  const judged = 'fault' in read ? { faults: [read.fault] } : judgeRules(read.text);
  if ('faults' in judged) throw new InputError('Invalid rules', file, judged.faults);
  const { rules, channels } = judged.data;
  const names = counted(Object.keys(channels).length, 'channel');
  const isTable = options.send !== true || options.json !== true;
  if (isTable) console.print(`${file} is valid: ${counted(rules.length, 'rule')}, ${names}.`);
  return options.send === true ? sendTests(judged.data, options, console) : exitCodes.done;
};
