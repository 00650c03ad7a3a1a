import { html } from 'hono/html';
import { visibleIn, visibleLines } from '../../../contracts/visible-text.ts';
import { timeText } from '../../core/view/time-text.ts';
import { counted } from '../../core/view/words.ts';
import { card, chip, code, sectionHtml, tableHtml, type Html } from './markup.ts';
import { pageHtml } from './page.ts';
import type { Programme, Scope } from './programme-model.ts';
import { ownerOf, roleHolders } from './programme-roles.ts';
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
    [
      ...['plan', 'recovery time objective', 'recovery point objective', 'schedules', 'last proven'],
      ...['achieved by the last proof', 'servers proven'],
    ],
    plans.map((plan) => [
      html`${plan.planId}<br><span class="small soft">version ${plan.version}</span>`,
      minutes(plan.rtoMinutes),
      minutes(plan.rpoMinutes),
      plan.schedules.join(', ') || 'none',
      statement(proofText(plan, Math.min(to, writtenAt))),
      plan.proof === undefined ? 'nothing' : achievedText({ report: plan.proof }),
      statement(coverageText(plan)),
    ]),
  );

/** What the reader may take this evidence for, and what it leaves out. */
const scopeHtml = ({ plans, from, to, scope }: Programme): Html => {
  const list = (names: readonly string[]): string => names.join(', ') || 'none';
  const servers = new Set(plans.flatMap((plan) => plan.servers.map(({ sourceServerId }) => sourceServerId)));
  const facts: readonly (readonly [string, string])[] = [
    ['Period', `${timeText(from)} to ${timeText(to)} UTC`],
    ['Plans', list(plans.map(({ planId, version }) => `${planId} (version ${version})`))],
    ['Source servers of these plans', String(servers.size)],
    ...(scope === undefined
      ? []
      : ([
          ['Deployed in', scope.home],
          ['Accounts and Regions', list(scope.places)],
          ['Plans left out', list(scope.plansLeftOut)],
          ['Servers that no plan recovers', String(scope.serversWithoutPlan.length)],
          ...(scope.unread.length === 0 ? [] : [['Not readable', scope.unread.join('; ')] as const]),
        ] as const)),
  ];
  return html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
};

/** By what the figures are judged, for a reader who does not know the product. */
const criteriaHtml = (): Html => html`<ul class="plain">
<li>A plan is proven by a drill that ended COMPLETED, in which every wave met its success policy with all of its servers, and whose record verifies.</li>
<li>The recovery time counts from the request until the execution ended, a second person’s approval included. It is met where that is within the plan’s objective.</li>
<li>The recovery point is the oldest data that a launched server came up with, before the start, by what AWS Elastic Disaster Recovery says of each. It is reported also where a plan has no objective; where DRS does not say it, it is not known.</li>
<li>A proof is overdue where it is older than the plan’s provenWithinDays.</li>
<li>A record verifies where its events are linked by their hashes without a gap, each step is legal, and the events reproduce the stored state.</li>
<li>A name is authenticated where a token that the HTTP API checked carried it. Any other name is as it was stated by whoever was allowed to publish on the bus.</li>
</ul>
<p class="small soft">Such evidence is asked for by, among others, DORA (Regulation (EU) 2022/2554, Articles 11 and 24 to 26: testing of ICT continuity and recovery plans), ISO 22301:2019 (clause 8.5: exercise programme) and the Trust Services Criteria of SOC 2 (A1.3: tests of recovery plan procedures). Whether it suffices is for the auditor to say.</p>`;

const rolesHtml = (programme: Programme): Html => {
  const holders = roleHolders(programme);
  return holders.length === 0
    ? none('Nobody requested, decided or noted anything.')
    : tableHtml(
        'Roles',
        ['role', 'name', 'times', 'authenticated'],
        holders.map(({ role, name, times, isAuthenticated }) => [
          ...[role, name, String(times)],
          isAuthenticated
            ? html`<span class="good">by a token</span>`
            : html`<span class="warn">no, as stated</span>`,
        ]),
      );
};

/** To be signed on paper or in the PDF: the product knows nobody who may sign. */
const signOffHtml = (sha256: string): Html =>
  html`<p>Signed for the evidence with the SHA-256 ${code(sha256)}.</p>${tableHtml(
    'Sign-off',
    ['in the role of', 'name', 'date', 'signature'],
    ['Owner of the recovery programme', 'Operations', 'Auditor'].map((role) => [
      role,
      ...['', '', ''].map(() => html`<span class="blank" aria-label="to be filled in"></span>`),
    ]),
  )}`;

const withoutPlanHtml = ({ serversWithoutPlan }: Scope): Html =>
  serversWithoutPlan.length === 0
    ? none('Every server that could be read is recovered by a plan.')
    : tableHtml(
        'Servers that no plan recovers',
        ['server', 'account and Region'],
        serversWithoutPlan.map(({ name, sourceServerId, place }) => [
          html`${name}<br>${code(sourceServerId)}`,
          place,
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
  const rows = runs.flatMap((run) => {
    const { planId, executionId, problems, faults, startedAt } = run.report;
    return [
      ...problems.map(({ at, where, what }) => [
        timeText(Date.parse(at)),
        planId,
        code(executionId),
        where,
        what,
        ownerOf(run),
      ]),
      ...faults.map(({ path, message }) => [
        ...[timeText(startedAt), planId, code(executionId), path, message, ownerOf(run)],
      ]),
    ];
  });
  return rows.length === 0
    ? none('Nothing went wrong.')
    : tableHtml('Findings', ['at (UTC)', 'plan', 'execution', 'where', 'what', 'owner'], rows);
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
${sectionHtml('Scope', scopeHtml(programme))}
${sectionHtml('Objectives, and what is proven', plansHtml(programme))}
${sectionHtml('Criteria', criteriaHtml())}
${sectionHtml('Drills and recoveries', runsHtml(programme))}
${sectionHtml('Skipped drills', skippedHtml(programme))}
${sectionHtml('Findings', findingsHtml(programme))}
${sectionHtml('Decisions', decisionsHtml(programme))}
${sectionHtml('Roles', rolesHtml(programme))}
${sectionHtml('Instances of drills', cleanUpsHtml(programme))}
${sectionHtml('Servers without proof', coverageHtml(programme))}
${programme.scope !== undefined && sectionHtml('Servers that no plan recovers', withoutPlanHtml(programme.scope))}
${sectionHtml('Records', recordsHtml(programme, sha256))}
${sectionHtml('Sign-off', signOffHtml(sha256))}`,
  );
};
