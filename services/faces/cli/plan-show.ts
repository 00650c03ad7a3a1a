import type { Plan } from '../../../contracts/plan.ts';
import { createPlanServers } from '../../core/readiness/plan-servers.ts';
import { stopTexts } from '../../core/view/stop-text.ts';
import { counted, tagsText } from '../../core/view/words.ts';
import { readCompleted, readProof } from '../evidence/read-proof.ts';
import type { PlanProof } from '../report/programme-model.ts';
import { coverageText, proofText } from '../report/programme-text.ts';
import { rpoText, rtoText, type Statement } from '../report/sentences.ts';
import { toldProof } from '../report/told-proof.ts';
import { connect, connectCheck, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { exitCodes } from './help.ts';
import { namedPlan } from './named-plan.ts';

export interface PlanShowOptions extends ConnectionOptions {
  readonly json?: boolean;
}

const said = ({ value, note }: Statement): string => `${value} (${note})`;

const proofRows = (told: PlanProof, now: number): readonly (readonly [name: string, text: string])[] => {
  const { proof, servers, isOverdue } = told;
  const left = servers.filter(({ isProven }) => !isProven).map(({ name }) => name);
  return [
    ['last proven', `${said(proofText(told, now))}${isOverdue ? ', OVERDUE' : ''}`],
    ...(proof === undefined
      ? []
      : ([
          ['proven by', proof.executionId],
          ['recovery time', said(rtoText(proof))],
          ['recovery point', said(rpoText(proof))],
        ] as const)),
    ['servers proven', said(coverageText(told))],
    ...(left.length === 0 ? [] : ([['not proven', left.join(', ')]] as const)),
  ];
};

const minutes = (value: number | undefined): string => (value === undefined ? 'none' : `${value} min`);

const serversText = ({ servers }: Plan['waves'][number]): string => {
  if (Array.isArray(servers)) return counted(servers.length, 'server');
  const tags = Object.entries(servers.tags).map(([key, value]) => `${key}=${value}`);
  return `${tags.join(' ')}, at least ${servers.minimum}`;
};

const factRows = (plan: Plan): readonly (readonly [name: string, text: string])[] => [
  ...(plan.description === undefined ? [] : ([['description', plan.description]] as const)),
  ...(plan.tags === undefined ? [] : ([['tags', tagsText(plan.tags)]] as const)),
  ['objectives', `recovery time ${minutes(plan.rtoMinutes)}, recovery point ${minutes(plan.rpoMinutes)}`],
  ...stopTexts(plan).map((text) => ['stops when', text] as const),
];

/** Shows what a stored plan is, what it is stopped by, and what is proven of it. */
export const planShow = async (
  planId: string,
  options: PlanShowOptions,
  console: Console,
): Promise<number> => {
  const { store } = connect(options);
  const stored = await namedPlan(store, planId, undefined, options);
  if (typeof stored === 'string') {
    console.warn(stored);
    return exitCodes.invalid;
  }
  const { recovery, home } = await connectCheck(options);
  const now = await nowThere(options);
  const ports = { store, serversOf: createPlanServers(recovery, home) };
  const told = await readProof(ports, stored, await readCompleted(store), now);
  if (options.json === true) {
    console.print(JSON.stringify({ ...stored, proof: toldProof(told) }));
    return exitCodes.done;
  }
  const waves = stored.plan.waves.map((wave) => [
    wave.waveId,
    wave.dependsOn.join(', ') || '-',
    serversText(wave),
    wave.target ?? '-',
  ]);
  console.print(
    [
      `${planId} v${stored.version} ${stored.hash}`,
      ...[...factRows(stored.plan), ...proofRows(told, now)].map(
        ([name, text]) => `${name.padEnd(16)} ${text}`,
      ),
      '',
      ...tableText([['wave', 'after', 'servers', 'target'], ...waves]),
    ].join('\n'),
  );
  return exitCodes.done;
};
