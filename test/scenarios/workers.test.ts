import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import {
  DescribeArchiveCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskPattern, type TaskRequested } from '../../contracts/task-events.ts';
import { answerTask, readTask } from '../../contracts/tasks.ts';
import { type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

const page = readFileSync('contracts/README.md', 'utf8');
const recipe = (language: string): string => {
  const section = page.slice(page.indexOf('## Work on tasks'), page.indexOf('## Subscribe from elsewhere'));
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(section)?.[1];
  return found ?? expect.fail(`the page has no worker in ${language}`);
};

const hasPython = (): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Runs a worker's program with the event on its standard input. */
const feed = (
  command: string,
  args: readonly string[],
  event: string,
  env: NodeJS.ProcessEnv,
): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.once('error', fail);
    child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`${command} ended with ${code}`))));
    child.stdin.end(event);
  });

let operated: OperatedRuntime;
let folder: string;
let events: EventBridgeClient;
let sqs: SQSClient;
let queueUrl: string | undefined;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workers-'));
  operated = await operateRuntime({ speed: 200 });
  const { endpoint, region } = operated.runtime;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  events = new EventBridgeClient({ endpoint, region, credentials });
  sqs = new SQSClient({ endpoint, region, credentials });
  environment = {
    GROUNDSWELL_API: `${endpoint}/api`,
    ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: region },
    ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  };
  queueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'tasks' }))).QueueUrl;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  const rule = { Name: 'tasks', EventBusName: 'groundswell' };
  const pattern = taskPattern(['TaskRequested', 'TaskCancelled']);
  await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify(pattern) }));
  await events.send(
    new PutTargetsCommand({
      Rule: rule.Name,
      EventBusName: rule.EventBusName,
      Targets: [{ Id: 'queue', Arn: Attributes?.['QueueArn'] }],
    }),
  );
}, patienceMs);
afterAll(async () => {
  await operated.close();
  rmSync(folder, { recursive: true });
});

const nextTask = async (): Promise<{
  readonly body: string;
  readonly type: string;
  readonly task: TaskRequested;
}> => {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 10 }),
    );
    const [message] = Messages;
    if (message === undefined) continue;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
    const body = message.Body ?? '';
    const event = JSON.parse(body) as { 'detail-type': string; detail: { data: TaskRequested } };
    return { body, type: event['detail-type'], task: event.detail.data };
  }
};

/** How each of the page's workers is run, by the name of its task. */
const workers: Readonly<Record<string, (event: string) => Promise<void>>> = {
  async typescript(event) {
    writeFileSync(join(folder, 'worker.ts'), recipe('ts'));
    await build({
      ...{ entryPoints: [join(folder, 'worker.ts')], outfile: join(folder, 'worker.mjs'), bundle: true },
      ...{ platform: 'node', format: 'esm', logLevel: 'silent', nodePaths: [resolve('node_modules')] },
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      alias: { '@groundswell/contracts': resolve('contracts/index.ts') },
    });
    writeFileSync(
      join(folder, 'invoke.mjs'),
      "import { handler } from './worker.mjs';\nawait handler(JSON.parse(process.argv[2]));\n",
    );
    await promisify(execFile)('node', [join(folder, 'invoke.mjs'), event], {
      env: { ...process.env, ...environment },
    });
  },
  shell: (event) => feed('sh', ['-euc', recipe('shell')], event, environment),
  python: (event) => feed('python3', ['-c', recipe('python')], event, environment),
};

const taskOf = (actionId: string, more: object = {}) => ({
  ...{ kind: 'callback' as const, actionId, task: actionId, timeoutMinutes: 1_440 },
  ...more,
});
const serverOf = (n: number) => ({
  sourceServerId: ['s-feb569732d596d1ec', 's-e6360a1d3c35d12d8'][n] ?? expect.fail('there are two'),
});

describe('workers written from the page', { timeout: patienceMs }, () => {
  const names = Object.keys(workers).filter((name) => name !== 'python' || hasPython());

  it('carry out the tasks of a drill, and what they give stands in its events', async () => {
    const drill = operated.drill({
      planId: 'worked-on',
      waves: [{ waveId: 'app', servers: [serverOf(0)], after: [names.map((name) => taskOf(name))] }],
    });
    for (let left = names.length; left > 0; left--) {
      const { body, task } = await nextTask();
      await workers[task.task]?.(body);
    }
    const id = await drill;
    await operated.said(id, 'ExecutionCompleted');
    const ended = operated
      .all(id, 'ActionCompleted')
      .map(({ data }) => [data.actionId, data.outputs ?? data.reason]);
    const server = ['database-1'];
    const expected = { typescript: { warmed: server }, shell: 'deployed', python: { restored: server } };
    expect(Object.fromEntries(ended)).toEqual(
      Object.fromEntries(Object.entries(expected).filter(([name]) => names.includes(name))),
    );
  });

  it('are not believed when their token is another one’s, and the archive holds no token', async () => {
    const id = await operated.drill({
      planId: 'forged',
      waves: [{ waveId: 'app', servers: [serverOf(1)], before: [taskOf('guarded')] }],
    });
    const { body } = await nextTask();
    const task = readTask(JSON.parse(body));
    const say = (entry: ReturnType<typeof answerTask>) =>
      events.send(new PutEventsCommand({ Entries: [entry] }));
    await say(answerTask({ ...task, token: 'x'.repeat(43) }, { outcome: 'succeeded', by: 'intruder' }));
    const refused = await operated.said(id, 'TaskReportRefused');
    expect(refused).toMatchObject({
      actionId: 'guarded',
      worker: 'intruder',
      why: 'its token is none of this task',
    });
    await say(answerTask(task, { outcome: 'succeeded' }));
    await operated.said(id, 'ExecutionCompleted');
    await say(answerTask(task, { outcome: 'failed' }));
    const { EventPattern } = await events.send(new DescribeArchiveCommand({ ArchiveName: 'groundswell' }));
    const kept = { EventPattern, Event: body };
    expect((await events.send(new TestEventPatternCommand(kept))).Result).toBe(false);
    expect(JSON.stringify(operated.heard(id))).not.toContain(task.token);
  });

  it('whose report cannot be read, or is of no task, have it parked with the reason and without the token', async () => {
    const token = 'y'.repeat(43);
    const taskId = '00000000-0000-5000-8000-000000000000';
    const reports = [
      answerTask({ taskId, token }, { outcome: 'finished' as 'succeeded' }),
      answerTask({ taskId, token }, { outcome: 'succeeded' }),
    ];
    await events.send(new PutEventsCommand({ Entries: reports }));
    const parkingUrl = queueUrl?.replace(/tasks$/, 'groundswell-parked');
    const parked: string[] = [];
    while (!['finished', 'no task'].every((sign) => parked.join().includes(sign))) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: parkingUrl, WaitTimeSeconds: 10 }),
      );
      parked.push(...Messages.flatMap(({ Body }) => Body ?? []));
    }
    expect(parked.join()).toContain('outcome: is \\"finished\\" (valid: ');
    expect(parked.join()).toContain(`no task ${taskId} was ever requested`);
    expect(parked.join()).toContain('(withheld)');
    expect(parked.join()).not.toContain(token);
  });

  it('hear that nobody waits any more when their execution is cancelled', async () => {
    const id = await operated.drill({
      planId: 'cancelled',
      waves: [{ waveId: 'app', servers: [serverOf(0)], before: [taskOf('endless')] }],
    });
    const { task } = await nextTask();
    const sure = ['--confirm', 'cancelled', '--reason', 'enough'];
    await operated.groundswell('cancel', id, '--by', 'ops', ...sure);
    const { type, task: told } = await nextTask();
    expect([type, told.taskId]).toEqual(['TaskCancelled', task.taskId]);
    await operated.said(id, 'ExecutionCancelled');
  });
});
