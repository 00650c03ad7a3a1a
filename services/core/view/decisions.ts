import type { DueDecision } from '../../../contracts/api.ts';
import { dueOf, type Due } from './due.ts';
import type { ExecutionView, SpanView, WaveView } from './execution-view.ts';
import { byName } from './order.ts';
import { withNames } from './words.ts';

type Choice = DueDecision['choices'][number];

const instant = (at: number): string => new Date(at).toISOString();

/** With a reason where the record should hold one. */
const choice = (word: string, place: readonly string[], more = ''): Choice => ({
  choice: word,
  command: ['groundswell', word, ...place, ...(more === '' ? [] : [more])].join(' '),
});

const why = '--reason "…"';

/** Since when the wait lasts that is meant, where its beginning is known. */
const sinceOf = (
  spans: readonly SpanView[],
  isMeant: (span: SpanView) => boolean,
  otherwise: number | undefined,
): number => spans.findLast((span) => span.to === undefined && isMeant(span))?.from ?? otherwise ?? 0;

const isHeld = ({ kind }: SpanView): boolean => kind === 'HELD';

type Of<Kind extends Due['kind']> = Extract<Due, { kind: Kind }>;
type Asked = Omit<DueDecision, 'executionId' | 'planId' | 'status' | 'mode'>;

const approvalAsked = ({ executionId }: ExecutionView, { wave, action }: Of<'approval'>): Asked => {
  const { waveId, spans, startedAt } = wave;
  const { actionId, prompt, approvers, endsBy, silence } = action;
  const place = [executionId, waveId, actionId];
  return {
    ...{ kind: 'approval', waveId, actionId },
    asked: prompt === '' ? `Approve ${actionId} of wave ${waveId}?` : prompt,
    since: instant(sinceOf(spans, ({ label }) => label === actionId, action.startedAt ?? startedAt)),
    ...(endsBy !== undefined && { until: instant(endsBy) }),
    silence: silenceText(silence),
    who: approvers.length === 0 ? 'any approver' : approvers.join(', '),
    choices: [choice('approve', place), choice('decline', place, why)],
  };
};

const silences = {
  approves: 'Silence approves it.',
  declines: 'Silence declines it, and the action fails.',
} as const;

/** What happens to an approval that nobody answers in time. */
export const silenceText = (silence: keyof typeof silences | undefined): string =>
  silence === undefined ? 'The plan says what silence means.' : silences[silence];

/** What can be decided on a wave that failed. */
const waveChoices = (executionId: string, { waveId, servers }: WaveView): readonly Choice[] => {
  const place = [executionId, waveId];
  const isKept = servers.some(({ keepsInstance }) => keepsInstance === true);
  return [
    choice('retry', place),
    ...(isKept ? [choice('retry', place, '--relaunch')] : []),
    choice('skip', place, why),
    choice('continue', place, why),
  ];
};

/** As many failed servers as a question names. */
const namedMax = 3;

/** Why a wave failed: as it said itself, or, where only its records are read, by its servers. */
const whyFailed = ({ notes, servers }: WaveView): string => {
  if (notes.length > 0) return `: ${withNames(notes.join('; '), servers)}`;
  const failed = byName(servers.filter(({ phase }) => phase === 'FAILED'));
  const named = failed.slice(0, namedMax).map(({ name, failure = 'launch failed' }) => `${name}: ${failure}`);
  const more = failed.length > namedMax ? [`and ${failed.length - namedMax} more`] : [];
  return failed.length === 0 ? '' : `: ${[...named, ...more].join('; ')}`;
};

const heldAsked = ({ executionId, planId, status }: ExecutionView, { wave }: Of<'held'>): Asked => {
  const { waveId, spans, startedAt } = wave;
  const cancel = choice('cancel', [executionId], `--confirm ${planId} ${why}`);
  return {
    ...{ kind: 'wave-failed', waveId },
    asked: `Wave ${waveId} failed${whyFailed(wave)}. What next?`,
    since: instant(sinceOf(spans, isHeld, startedAt)),
    silence: 'It waits, and the waves that depend on it do not start.',
    who: 'any operator',
    choices: status === 'CANCELLING' ? [] : [...waveChoices(executionId, wave), cancel],
  };
};

const secondPersonAsked = (view: ExecutionView, { need }: Of<'need'>): Asked => {
  const { executionId, planId, requestedBy, awaitedApproval } = view;
  const hash = awaitedApproval === undefined ? '' : `--plan-hash ${awaitedApproval.planHash}`;
  return {
    kind: 'second-person',
    asked: `Approve the real recovery of ${planId} that ${requestedBy} requests?`,
    since: instant(need.since),
    ...(awaitedApproval !== undefined && { until: instant(awaitedApproval.expiresAt) }),
    silence: 'Silence refuses it.',
    who: `any approver but ${requestedBy}`,
    choices: [choice('approve', [executionId], hash), choice('decline', [executionId], why)],
  };
};

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const isOverdue = (about: string): boolean => about === 'overdue' || about.endsWith('timed-out');

const drillWords: Readonly<Record<string, string>> = {
  'clean-up': why,
  extend: '--minutes 60',
  keep: why,
};

/** What can be decided of the instances of a drill. */
const drillChoices = (executionId: string, choices: readonly string[]): readonly Choice[] =>
  choices.flatMap((word) => {
    const more = drillWords[word];
    return more === undefined ? [] : [choice(word, [executionId], more)];
  });

const silenceOf = (about: string): string => {
  if (about.startsWith('clean-up')) return 'The instances of the drill run on, and cost.';
  return isOverdue(about) ? 'It goes on; nothing is aborted.' : 'It waits.';
};

const needAsked = (view: ExecutionView, due: Of<'need'>): Asked => {
  const { about, why: text, waveId, choices, since } = due.need;
  if (about === 'approval') return secondPersonAsked(view, due);
  const { executionId, planId, status } = view;
  const onWave = choices.filter((word) => ['retry', 'skip', 'continue'].includes(word));
  return {
    kind: isOverdue(about) ? 'overdue' : 'other',
    ...(waveId !== undefined && { waveId }),
    asked: sentence(text),
    since: instant(since),
    silence: silenceOf(about),
    who: 'any operator',
    choices: [
      ...drillChoices(executionId, choices),
      ...(waveId === undefined ? [] : onWave.map((word) => choice(word, [executionId, waveId]))),
      ...(choices.includes('cancel') && status !== 'CANCELLING'
        ? [choice('cancel', [executionId], `--confirm ${planId} ${why}`)]
        : []),
    ],
  };
};

const pauseAsked = ({ executionId, planId, note, spans, startedAt }: ExecutionView): Asked => ({
  kind: 'paused',
  asked: `Paused${note === undefined ? '' : ` ${note}`}. Resume it?`,
  since: instant(sinceOf(spans, isHeld, startedAt)),
  silence: 'It stays paused: running waves end, and no other starts.',
  who: 'any operator',
  choices: [choice('resume', [executionId]), choice('cancel', [executionId], `--confirm ${planId} ${why}`)],
});

const askedOf = (view: ExecutionView, due: Due): Asked => {
  switch (due.kind) {
    case 'approval':
      return approvalAsked(view, due);
    case 'held':
      return heldAsked(view, due);
    case 'need':
      return needAsked(view, due);
    case 'paused':
      return pauseAsked(view);
  }
};

/** What an execution waits for people to decide: by when, what silence means, and with which command; most urgent first. */
export const decisionsOf = (view: ExecutionView): readonly DueDecision[] => {
  const { executionId, planId, status, mode } = view;
  return dueOf(view).map((due) => ({ executionId, planId, status, mode, ...askedOf(view, due) }));
};
