import { dataText } from '../../core/view/point-text.ts';
import { calendarsText, runWord } from '../../core/view/words.ts';
import { html } from 'hono/html';
import { visibleIn, visibleLines } from '../../../contracts/visible-text.ts';
import type { ExecutionReport, ReportCleanUp, ReportPhase, ReportWave } from './report-model.ts';
import { deedHead, deedRows, homewardHead, homewardRowsText } from './homeward-tables.ts';
import type { HomewardSummary } from '../../core/view/homeward-summary.ts';
import type { NoteView } from '../../core/view/execution-view.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';
import { card, chip, code, sectionHtml, tableHtml, type Html } from './markup.ts';
import { pageHtml } from './page.ts';
import { launchActionLine, pointText } from '../../core/view/server-text.ts';
import {
  greenText,
  ranText,
  rpoText,
  moveHead,
  moveRows,
  givenUpText,
  rtoText,
  summaryText,
  verdictLine,
  waveTimesText,
} from './sentences.ts';
import { phaseClass, timelineHtml } from './timeline.ts';

const headHtml = (report: ExecutionReport): Html => {
  const why = report.reason === '' ? '' : `: ${report.reason}`;
  return html`<h1>${runWord(report)} of ${report.planId} ${chip(report.status)}</h1>
<p class="soft">${timeText(report.startedAt)} UTC, requested by ${report.requestedBy || 'an unknown requester'}${why}</p>
<p class="lead">${summaryText(report)}</p>`;
};

const cardsHtml = (report: ExecutionReport): Html => {
  const rto = rtoText(report);
  const rpo = rpoText(report);
  const green = greenText(report.times);
  const verdict = verdictLine(report);
  return html`<div class="cards">${[
    card(
      report.isOver ? 'Duration' : 'So far',
      durationText(report.endedAt - report.startedAt),
      'from start to end',
    ),
    card('Recovery time', rto.value, rto.note, rto.tone),
    card('Time to green', green.value, green.note, green.tone),
    card('Recovery point', rpo.value, rpo.note, rpo.tone),
    card(
      'Servers',
      `${report.launched} of ${report.serverCount}`,
      report.direction === undefined ? 'recovered' : 'launched at home',
    ),
    card('Proof', verdict.value, verdict.note, verdict.tone),
  ]}</div>`;
};

const factsHtml = (report: ExecutionReport): Html => {
  const facts: readonly (readonly [string, string | Html])[] = [
    ['Execution', code(report.executionId)],
    ['Plan', `${report.planId}, version ${report.planVersion}`],
    ['Hash of the plan', code(report.planHash)],
    ['Hash of what ran', code(report.frozenHash)],
    ['Overridden checks', report.overrides.length === 0 ? 'none' : report.overrides.join(', ')],
    ...(report.pointInTime === undefined
      ? []
      : [['Data chosen for all servers', dataText(report.pointInTime)] as const]),
    ...(report.allowReplacing === undefined
      ? []
      : [['Machines given up', givenUpText(report.allowReplacing, report)] as const]),
    ...(report.calendars === undefined
      ? []
      : [['Change Calendars', calendarsText(report.mode, report.calendars)] as const]),
    ...(report.inCharge === undefined ? [] : [['In charge', report.inCharge] as const]),
    ['Ended', report.isOver ? `${timeText(report.endedAt)} UTC` : 'not yet'],
  ];
  return html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
};

/** A share as a bar beside its figure. */
const shareHtml = (phase: ReportPhase, share: number): Html =>
  html`<span class="share"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="${phaseClass(phase)}" width="${Math.min(100, share)}" height="8"/></svg>${share} %</span>`;

const phasesHtml = ({ phases, startedAt, endedAt }: ExecutionReport): Html =>
  html`${tableHtml(
    'Time by phase',
    ['phase', 'time', 'share'],
    phases.map(({ phase, ms }) => [
      phase,
      durationText(ms),
      shareHtml(phase, Math.round((100 * ms) / Math.max(1, endedAt - startedAt))),
    ]),
  )}<p class="small soft">The time during which at least one wave was in the phase. Waves overlap, so the shares may add up to more than 100 %. Orchestration is the time during which nothing else was running.</p>`;

const serversHtml = ({ waveId, servers }: ReportWave): Html | undefined =>
  servers.length === 0
    ? undefined
    : tableHtml(
        `Servers of wave ${waveId}`,
        ['server', 'result', 'instance', 'data of', 'snapshot', 'conversion', 'launch', 'job'],
        servers.map(({ name, sourceServerId, launchResult, failure, warnings = [], ...server }) => [
          html`${name}<br>${code(sourceServerId)}`,
          html`${chip(launchResult)}${[
            ...(failure === undefined ? [] : [failure]),
            ...[...warnings, ...(server.launchActions ?? []).map(launchActionLine)],
          ].map((line) => html`<br>${line}`)}`,
          code(server.instanceId ?? ''),
          pointText(server.recoveryPoint),
          ...[server.phases.snapshotMs, server.phases.conversionMs, server.phases.launchMs].map((ms) =>
            ms === undefined ? '' : durationText(ms),
          ),
          code(server.jobId ?? ''),
        ]),
      );

const actionsHtml = ({ waveId, actions }: ReportWave): Html | undefined =>
  actions.length === 0
    ? undefined
    : tableHtml(
        `Actions of wave ${waveId}`,
        ['action', 'when', 'result', 'time', 'note'],
        actions.map(({ actionId, kind, stage, outcome, tries, durationMs, note }) => [
          `${actionId} (${kind})`,
          stage,
          html`${chip(outcome)}${tries > 1 ? ` after ${tries} tries` : ''}`,
          durationText(durationMs),
          note,
        ]),
      );

const movesHtml = (wave: ReportWave): Html | undefined => {
  const rows = moveRows(wave);
  return rows.length === 0 ? undefined : tableHtml(`Traffic of wave ${wave.waveId}`, moveHead, rows);
};

const waveHtml = (wave: ReportWave): Html => {
  const after = wave.dependsOn.length === 0 ? '' : `, after ${wave.dependsOn.join(', ')}`;
  const facts =
    wave.attempts === 0
      ? 'never started'
      : `${[durationText(wave.durationMs), waveTimesText(wave)].filter((text) => text !== '').join(', ')}${after}; success: ${wave.policy}; ${wave.attempts === 1 ? '1 attempt' : `${wave.attempts} attempts`}; ${wave.place}`;
  const notes =
    wave.notes.length === 0
      ? undefined
      : html`<ul class="plain">${wave.notes.map((note) => html`<li>${note}</li>`)}</ul>`;
  return html`<h3>${wave.waveId} ${chip(wave.outcome)}</h3><p class="soft small">${facts}</p>${notes}${actionsHtml(wave)}${movesHtml(wave)}${serversHtml(wave)}`;
};

const decisionsHtml = ({ decisions }: ExecutionReport): Html =>
  decisions.length === 0
    ? html`<p>No decisions were needed.</p>`
    : tableHtml(
        'Decisions',
        ['at (UTC)', 'who', 'what', 'why'],
        decisions.map(({ at, by, what, reason }) => [timeText(Date.parse(at)), ...[by, what, reason]]),
      );

const notesHtml = (notes: readonly NoteView[]): Html =>
  tableHtml(
    'Notes',
    ['at (UTC)', 'who', 'handed over to', 'note'],
    notes.map(({ at, by, to = '', text }) => [timeText(at), by, to, text]),
  );

const homewardHtml = (homeward: HomewardSummary): Html =>
  html`<p>${homeward.loss}</p>${[
    tableHtml('What people did before each phase', deedHead, deedRows(homeward)),
    tableHtml('How long each server took', homewardHead, homewardRowsText(homeward)),
  ]}`;

const problemsHtml = ({ problems, faults }: ExecutionReport): Html =>
  problems.length === 0 && faults.length === 0
    ? html`<p>Nothing.</p>`
    : tableHtml(
        'What went wrong',
        ['at (UTC)', 'where', 'what'],
        problems.map(({ at, where, what }) => [timeText(Date.parse(at)), where, what]),
      );

const cleanUpHtml = ({ text, instances, instanceHours, spared }: ReportCleanUp): Html => {
  const left =
    spared.length > 0 &&
    tableHtml(
      'Instances that were left alone',
      ['instance', 'source server', 'why'],
      spared.map(({ instanceId, sourceServerId, reason }) => [
        code(instanceId),
        code(sourceServerId),
        reason,
      ]),
    );
  return html`<p>${text} ${instanceHours} instance-hours of what is terminated.</p>${tableHtml(
    'Instances of the drill',
    ['server', 'instance', 'state', 'ran', 'note'],
    instances.map((instance) => [
      html`${instance.name}<br>${code(instance.sourceServerId)}`,
      code(instance.instanceId),
      chip(instance.state),
      ranText(instance),
      instance.note,
    ]),
  )}${left}`;
};

/** An event's id without the execution's, which the whole report is about. */
const shortId = (executionId: string, id: string): string =>
  id.startsWith(executionId) ? id.slice(executionId.length).replace(/^\//, '') : id;

const proofHtml = ({ verdict, executionId }: ExecutionReport): Html => {
  if (verdict === undefined) return html`<p>The events were not verified.</p>`;
  const { discrepancies, effects, events, streams, doubled } = verdict;
  const found =
    discrepancies.length === 0
      ? html`<p>No gaps, no forks, no altered events; every step is legal; the events reproduce the stored state.</p>`
      : tableHtml(
          'Discrepancies',
          ['what', 'where', 'why'],
          discrepancies.map(({ kind, stream, version, message }) => [
            html`<span class="bad">${kind}</span>`,
            code(version === undefined ? stream : `${stream}@${version}`),
            message,
          ]),
        );
  const causes = tableHtml(
    'Effects',
    ['at (UTC)', 'effect', 'requested by', 'decided by', 'caused by'],
    effects
      .toSorted((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ at, what, actor, decision, cause }) => [
        timeText(Date.parse(at)),
        what,
        actor,
        code(shortId(executionId, decision)),
        code(shortId(executionId, cause)),
      ]),
  );
  return html`<p>${events} events in ${streams} hash-linked streams, ${doubled} delivered more than once.</p>${found}${effects.length > 0 && causes}`;
};

/** The report as one file: no script, nothing loaded, readable on a desk, on a phone and on paper. */
export const reportHtml = (given: ExecutionReport): string => {
  const report = visibleIn(given, visibleLines);
  const hasWaves = report.waves.length > 0;
  return pageHtml(
    `${report.planId} ${report.executionId}`,
    html`${headHtml(report)}
${cardsHtml(report)}
${factsHtml(report)}
${sectionHtml('What went wrong', problemsHtml(report))}
${hasWaves && sectionHtml('Timeline', timelineHtml(report))}
${sectionHtml('Where the time went', phasesHtml(report))}
${sectionHtml('Decisions', decisionsHtml(report))}
${report.notes !== undefined && sectionHtml('Notes', notesHtml(report.notes))}
${report.homeward !== undefined && sectionHtml('The way home', homewardHtml(report.homeward))}
${hasWaves && sectionHtml('Waves', html`${report.waves.map(waveHtml)}`)}
${report.cleanUp !== undefined && sectionHtml('Instances of the drill', cleanUpHtml(report.cleanUp))}
${sectionHtml('Proof', proofHtml(report))}`,
  );
};
