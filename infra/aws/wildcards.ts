import type { Stack } from 'aws-cdk-lib';
import type { ServiceName } from '../../contracts/services.ts';
import { apiService, calendarServices, scheduleGroup, scheduleService } from '../topology.ts';
import { automationArn, documentArn, functionArns, type RecoverySettings } from './drs-permissions.ts';
import { type Acknowledged, shown } from './acknowledge.ts';

const noResources = 'AwsSolutions-IAM5[Resource::*]';

const tracing = "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources";

const shownPlace = ({ partition, region, account }: Stack) => ({
  partition: shown(partition, 'Partition'),
  region: shown(region, 'Region'),
  account: shown(account, 'AccountId'),
});

const ofSchedules = (stack: Stack): readonly Acknowledged[] => {
  const { partition, region, account } = shownPlace(stack);
  return [
    [noResources, `${tracing}, nor does CloudWatch's DescribeAlarms where composite alarms are meant.`],
    [
      `AwsSolutions-IAM5[Resource::arn:${partition}:scheduler:${region}:${account}:schedule/${scheduleGroup}/*]`,
      'Schedules are stored after the deployment; the group is the deployment’s own.',
    ],
    ofCalendars(stack),
  ];
};

const ofCalendars = (stack: Stack): Acknowledged => {
  const { partition, region } = shownPlace(stack);
  return [
    `AwsSolutions-IAM5[Resource::arn:${partition}:ssm:${region}:*:document/*]`,
    'Plans and schedules name their calendars, which other accounts may share; only their state may be asked.',
  ];
};

/** What brings servers home, and clears away what is left. */
const ofHomeward = (
  inAccount: (of: string) => string,
): Readonly<Partial<Record<ServiceName, readonly Acknowledged[]>>> => ({
  'reverse-replication': [
    [noResources, `${tracing}, nor do DRS's and EC2's describing operations.`],
    [
      `${inAccount('drs')}recovery-instance/*]`,
      'What a recovery launched, and what a failback launches, is known only when DRS has launched it.',
    ],
  ],
  'retire-servers': [
    [
      noResources,
      `${tracing}, nor do DRS's and EC2's describing operations, its own and those that DRS makes on its behalf.`,
    ],
    [`${inAccount('drs')}source-server/*]`, 'A reversed server is known only when DRS has made it.'],
    [
      `${inAccount('drs')}recovery-instance/*]`,
      'What a recovery launched, and what a failback launches, is known only when DRS has launched it.',
    ],
    ...['instance', 'volume'].map(
      (kind) =>
        [
          `${inAccount('ec2')}${kind}/*]`,
          'DRS ends the instances of a recovery with their volumes; allowed only by way of DRS.',
        ] as const,
    ),
  ],
});

/** Each wildcard in what a service may do, and why nothing narrower would do. */
export const wildcardsOf = (service: ServiceName, stack: Stack): readonly Acknowledged[] => {
  const { partition, region, account } = shownPlace(stack);
  const inAccount = (of: string): string =>
    `AwsSolutions-IAM5[Resource::arn:${partition}:${of}:${region}:${account}:`;
  const readsServers: readonly Acknowledged[] = [
    [noResources, `${tracing}, nor do DRS's describing operations and Service Quotas.`],
  ];
  const own: Readonly<Partial<Record<ServiceName, readonly Acknowledged[]>>> = {
    'accept-execution': readsServers,
    [apiService]: readsServers,
    'watch-jobs': [[noResources, `${tracing}, nor do DRS's describing operations.`]],
    'launch-wave': [
      [
        noResources,
        `${tracing}, nor do DRS's describing operations, nor those of EC2 that DRS makes on its behalf: they are allowed only by way of DRS.`,
      ],
      [`${inAccount('drs')}source-server/*]`, 'Plans choose the servers, by id or by tag.'],
      [`${inAccount('drs')}job/*]`, "A job's id is known only when it has been started, with its tags."],
      [
        `${inAccount('drs')}recovery-instance/*]`,
        'DRS makes them, and tags them, in the name of the caller.',
      ],
      [
        `AwsSolutions-IAM5[Resource::arn:${partition}:ec2:${region}:*:*/*]`,
        'DRS makes the instances, volumes and snapshots that it launches, of images that may be shared; allowed only by way of DRS.',
      ],
    ],
    'clean-up-drill': [
      [
        noResources,
        `${tracing}, nor do DRS's and EC2's describing operations, its own and those that DRS makes on its behalf.`,
      ],
      [
        `${inAccount('drs')}recovery-instance/*]`,
        "A drill's instances are known only when it has launched them.",
      ],
      ...['instance', 'volume'].map(
        (kind) =>
          [
            `${inAccount('ec2')}${kind}/*]`,
            'DRS ends the instances of a drill with their volumes; allowed only by way of DRS.',
          ] as const,
      ),
    ],
    ...ofHomeward(inAccount),
    [scheduleService]: ofSchedules(stack),
    'run-actions': [
      [
        `AwsSolutions-IAM5[Resource::arn:${partition}:route53:::change/*]`,
        "A change's id is known only when Route 53 has accepted it; nothing is done with it but to ask how far it is.",
      ],
      [noResources, `${tracing}, nor do EC2's DescribeInstances and SSM's DescribeAutomationExecutions.`],
      [
        `${inAccount('ssm')}automation-execution/*]`,
        "An automation's id is known only when it has been started.",
      ],
    ],
    notify: [
      [noResources, `${tracing}.`],
      [
        `${inAccount('ssm').replace(/:$/, '')}:parameter/groundswell/*]`,
        'The rules name the secrets of their channels, which are kept under this path.',
      ],
    ],
  };
  return own[service] ?? [[noResources, `${tracing}.`]];
};

/** The functions that may do something with what stands on an allow-list: read it, or start it. */
const namesDocuments: ReadonlySet<ServiceName> = new Set(['accept-execution', apiService, 'run-actions']);

/** Wildcards that the allow-lists themselves have: any version of a document or a function, and names with an open end. */
export const allowListWildcards = (
  { documents, functions }: Pick<RecoverySettings, 'documents' | 'functions'>,
  stack: Stack,
): readonly Acknowledged[] => {
  const place = shownPlace(stack);
  const ofFunctions = functions.flatMap((name): readonly Acknowledged[] =>
    functionArns(place, name)
      .filter((arn) => arn.includes('*'))
      .map((arn) => [
        `AwsSolutions-IAM5[Resource::${arn}]`,
        `The allow-list has ${name}; a plan may name its version or alias, and executions have names of their own.`,
      ]),
  );
  const ofDocuments = documents.flatMap((name): readonly Acknowledged[] => {
    const arn = documentArn(place, name);
    const reason = `The allow-list has ${name}; a plan may name its version.`;
    return [
      [`AwsSolutions-IAM5[Resource::${automationArn(arn)}]`, reason],
      ...(name.endsWith('*') ? ([[`AwsSolutions-IAM5[Resource::${arn}]`, reason]] as const) : []),
    ];
  });
  return [...ofDocuments, ...ofFunctions];
};

/** All wildcards that a function of the hub has. */
export const wildcardsOfFunction = (
  service: ServiceName,
  settings: Parameters<typeof allowListWildcards>[0],
  stack: Stack,
): readonly Acknowledged[] => [
  ...wildcardsOf(service, stack),
  ...(calendarServices.has(service) ? [ofCalendars(stack)] : []),
  ...(namesDocuments.has(service) ? allowListWildcards(settings, stack) : []),
];
