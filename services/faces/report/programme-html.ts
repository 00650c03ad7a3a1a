import { html } from 'hono/html';
import { visibleIn, visibleLines } from '../../../contracts/visible-text.ts';
import { timeText } from '../../core/view/time-text.ts';
import { counted } from '../../core/view/words.ts';
import { card, chip, code, sectionHtml, tableHtml, type Html } from './markup.ts';
import { pageHtml } from './page.ts';
import type { Programme } from './programme-model.ts';
import {
  achievedText,
  coverageText,
  dateText,
  programmeSummary,
  proofText,
  unproven,
  whyHeld,
} from './programme-text.ts';
import { verdictLine } from './sentences.ts';

const statement = ({ value, note, tone }: ReturnType<typeof proofText>): Html =>
  html`<span class="${tone}">${value}</span><br><span class="small soft">${note}</span>`;

const minutes = (value: number | undefined): string => (value === undefined ? 'none' : `${value} min`);

const none = (what: string): Html => html`<p>${what}</p>`;

/** The programme's plans with what each aims at, and what is proven of it. */
const plansHtml = ({ plans, to, writtenAt }: Programme): Html =>
  tableHtml(
    'Plans',
    ['plan', 'recovery time', 'recovery point', 'schedules', 'last proven', 'servers proven'],
    plans.map((plan) => [
      html`${plan.planId}<br><span class="small soft">version ${plan.version}</span>`,
      minutes(plan.rtoMinutes),
      minutes(plan.rpoMinutes),
      plan.schedules.join(', ') || 'none',
      statement(proofText(plan, Math.min(to, writtenAt))),
      statement(coverageText(plan)),
    ]),
  );

const runsHtml = ({ runs }: Programme): Html =>
  runs.length === 0
    ? none('None was held.')
    : tableHtml(
        'Drills and recoveries',
        ['started (UTC)', 'plan', 'outcome', 'held for', 'achieved', 'servers', 'record'],
        runs.map((run) => {
          const { report } = run;
          const verdict = verdictLine(report);
          return [
            html`${timeText(report.startedAt)}<br>${code(report.executionId)}`,
            `${report.planId}, version ${report.planVersion}`,
            html`${report.mode} ${chip(report.status)}`,
            whyHeld(run),
            achievedText(run),
            `${report.launched} of ${report.serverCount}`,
            html`<span class="${verdict.tone}">${verdict.value}</span><br><span class="small soft">${verdict.note}</span>`,
          ];
        }),
      );

const skippedHtml = ({ skipped }: Programme): Html =>
  skipped.length === 0
    ? none('Every scheduled drill was held.')
    : tableHtml(
        'Skipped drills',
        ['due (UTC)', 'schedule', 'plan', 'reason', 'why'],
        skipped.map(({ scheduledAt, scheduleId, planId, reason, message }) => [
          timeText(scheduledAt),
          ...[scheduleId, planId, reason, message],
        ]),
      );

const findingsHtml = ({ runs }: Programme): Html => {
  const rows = runs.flatMap(({ report: { planId, executionId, problems, faults, startedAt } }) => [
    ...problems.map(({ at, where, what }) => [
      timeText(Date.parse(at)),
      planId,
      code(executionId),
      where,
      what,
    ]),
    ...faults.map(({ path, message }) => [timeText(startedAt), planId, code(executionId), path, message]),
  ]);
  return rows.length === 0
    ? none('Nothing went wrong.')
    : tableHtml('Findings', ['at (UTC)', 'plan', 'execution', 'where', 'what'], rows);
};

const decisionsHtml = ({ runs }: Programme): Html => {
  const rows = runs.flatMap(({ report: { planId, executionId, decisions } }) =>
    decisions.map(({ at, by, what, reason }) => [
      timeText(Date.parse(at)),
      planId,
      code(executionId),
      ...[by, what, reason],
    ]),
  );
  return rows.length === 0
    ? none('No decisions were needed.')
    : tableHtml('Decisions', ['at (UTC)', 'plan', 'execution', 'who', 'what', 'why'], rows);
};

const cleanUpsHtml = ({ runs }: Programme): Html => {
  const rows = runs.flatMap(({ report: { planId, executionId, cleanUp } }) => {
    if (cleanUp === undefined) return [];
    const { instances, instanceHours, spared, text } = cleanUp;
    const running = instances.filter(({ state }) => state !== 'terminated').length;
    return [[planId, code(executionId), text, `${instanceHours}`, `${running}`, `${spared.length}`]];
  });
  return rows.length === 0
    ? none('No drill launched an instance.')
    : tableHtml(
        'Clean-ups',
        [
          'plan',
          'execution',
          'what became of the instances',
          'instance-hours',
          'not terminated',
          'left alone',
        ],
        rows,
      );
};

const coverageHtml = ({ plans }: Programme): Html => {
  const rows = plans.flatMap(({ planId, servers }) =>
    servers
      .filter(({ isProven }) => !isProven)
      .map(({ sourceServerId, name, lastLaunched }) => [
        planId,
        html`${name}<br>${code(sourceServerId)}`,
        lastLaunched === undefined
          ? html`<span class="bad">never launched</span>`
          : html`${dateText(lastLaunched.at)}<br>${code(lastLaunched.executionId)}`,
      ]),
  );
  return rows.length === 0
    ? none('The last proof of each plan launched every server that the plan recovers now.')
    : tableHtml('Servers without proof', ['plan', 'server', 'last launched'], rows);
};

const recordsHtml = (programme: Programme, sha256: string): Html => {
  const { runs, unrecorded } = programme;
  const lost =
    unrecorded.length > 0 &&
    html`<p class="bad">The audit has recorded nothing of ${unrecorded.join(', ')}.</p>`;
  const table =
    runs.length > 0 &&
    tableHtml(
      'Records',
      ['execution', 'events', 'effects', 'record', 'hash of the plan', 'hash of what ran'],
      runs.map(({ report }) => [
        code(report.executionId),
        `${report.verdict?.events ?? 0}`,
        `${report.verdict?.effects.length ?? 0}`,
        verdictLine(report).value,
        code(report.planHash),
        code(report.frozenHash),
      ]),
    );
  return html`${lost}${table}<p class="small soft">Each record is verified against the hashes that link its events and against the stored state. SHA-256 of the same evidence as JSON: ${code(sha256)}</p>`;
};

const cardsHtml = (programme: Programme): Html => {
  const { plans, runs, skipped } = programme;
  const drills = runs.filter(({ report }) => report.mode === 'DRILL');
  const succeeded = drills.filter(({ report }) => report.status === 'COMPLETED').length;
  const overdue = plans.filter(({ isOverdue }) => isOverdue).length;
  const proven = plans.filter(({ proof }) => proof !== undefined).length;
  const doubtful = unproven(programme).length;
  return html`<div class="cards">${[
    card('Drills held', String(drills.length), `${succeeded} recovered everything`),
    card('Skipped', String(skipped.length), 'scheduled drills', skipped.length === 0 ? '' : 'warn'),
    card(
      'Plans proven',
      `${proven} of ${plans.length}`,
      overdue === 0 ? 'none is overdue' : `${overdue} overdue`,
      overdue === 0 ? '' : 'bad',
    ),
    card(
      'Records',
      doubtful === 0 ? 'verified' : 'not verified',
      doubtful === 0 ? counted(runs.length, 'execution') : counted(doubtful, 'execution'),
      doubtful === 0 ? 'good' : 'bad',
    ),
  ]}</div>`;
};

/** The evidence of a programme as one file, like the report of an execution; with the hash of its JSON. */
export const programmeHtml = (given: Programme, sha256: string): string => {
  const programme = visibleIn(given, visibleLines);
  const period = `${dateText(programme.from)} to ${dateText(programme.to)}`;
  return pageHtml(
    `Evidence of recovery, ${period}`,
    html`<h1>Evidence of recovery</h1>
<p class="soft">${period}, written ${timeText(programme.writtenAt)} UTC</p>
<p class="lead">${programmeSummary(programme)}</p>
${cardsHtml(programme)}
${sectionHtml('Objectives, and what is proven', plansHtml(programme))}
${sectionHtml('Drills and recoveries', runsHtml(programme))}
${sectionHtml('Skipped drills', skippedHtml(programme))}
${sectionHtml('Findings', findingsHtml(programme))}
${sectionHtml('Decisions', decisionsHtml(programme))}
${sectionHtml('Instances of drills', cleanUpsHtml(programme))}
${sectionHtml('Servers without proof', coverageHtml(programme))}
${sectionHtml('Records', recordsHtml(programme, sha256))}`,
  );
};
