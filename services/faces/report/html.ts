import { visibleIn, visibleLines } from '../../../contracts/visible-text.ts';
import type { ExecutionReport, ReportPhase, ReportWave } from './report-model.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';
import { escapeHtml, sectionHtml, tableHtml } from './markup.ts';
import { pageHtml } from './page.ts';
import { launchActionLine } from '../../core/view/launch-actions.ts';
import { pointText } from './server-text.ts';
import { rpoText, givenUpText, rtoText, summaryText, verdictLine } from './sentences.ts';
import { phaseClass, timelineHtml } from './timeline.ts';

const toneOf = (outcome: string): string => {
  if (/^(COMPLETED|LAUNCHED|succeeded)$/.test(outcome)) return 'good';
  return /FAILED|failed|REJECTED/.test(outcome) ? 'bad' : 'warn';
};
const chip = (outcome: string): string =>
  `<span class="chip ${toneOf(outcome)}">${escapeHtml(outcome)}</span>`;
const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
const card = (label: string, value: string, note: string, tone = ''): string =>
  `<div class="card"><span>${label}</span><b class="${tone}">${value}</b><span>${note}</span></div>`;

const headHtml = (report: ExecutionReport): string => {
  const kind = report.mode === 'DRILL' ? 'Drill' : 'Recovery';
  const why = report.reason === '' ? '' : `: ${escapeHtml(report.reason)}`;
  return `<h1>${kind} of ${escapeHtml(report.planId)} ${chip(report.status)}</h1>
<p class="soft">${timeText(report.startedAt)} UTC, asked for by ${escapeHtml(report.requestedBy || 'nobody on record')}${why}</p>
<p class="lead">${escapeHtml(summaryText(report))}</p>`;
};

const cardsHtml = (report: ExecutionReport): string => {
  const rto = rtoText(report);
  const rpo = rpoText(report);
  const verdict = verdictLine(report);
  return `<div class="cards">${[
    card(
      report.isOver ? 'Duration' : 'So far',
      durationText(report.endedAt - report.startedAt),
      'from start to end',
    ),
    card('Recovery time', rto.value, rto.note, rto.tone),
    card('Recovery point', rpo.value, rpo.note, rpo.tone),
    card('Servers', `${report.launched} of ${report.serverCount}`, 'recovered'),
    card('Proof', verdict.value, verdict.note, verdict.tone),
  ].join('')}</div>`;
};

const factsHtml = (report: ExecutionReport): string => {
  const facts: readonly (readonly [string, string])[] = [
    ['Execution', code(report.executionId)],
    ['Plan', `${escapeHtml(report.planId)}, version ${report.planVersion}`],
    ['Hash of the plan', code(report.planHash)],
    ['Hash of what ran', code(report.frozenHash)],
    ['Overridden checks', report.overrides.length === 0 ? 'none' : escapeHtml(report.overrides.join(', '))],
    ...(report.allowReplacing === undefined
      ? []
      : [['Machines given up', escapeHtml(givenUpText(report.allowReplacing, report))] as const]),
    ['Ended', report.isOver ? `${timeText(report.endedAt)} UTC` : 'not yet'],
  ];
  return `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`;
};

/** A share as a bar beside its figure. */
const shareHtml = (phase: ReportPhase, share: number): string =>
  `<span class="share"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="${phaseClass(phase)}" width="${Math.min(100, share)}" height="8"/></svg>${share} %</span>`;

const phasesHtml = ({ phases, startedAt, endedAt }: ExecutionReport): string =>
  `${tableHtml(
    'Time by phase',
    ['phase', 'time', 'share'],
    phases.map(({ phase, ms }) => [
      phase,
      durationText(ms),
      shareHtml(phase, Math.round((100 * ms) / Math.max(1, endedAt - startedAt))),
    ]),
  )}<p class="small soft">The time in which at least one wave was in a phase. Waves overlap, so the shares may add up to more than 100 %. Orchestration is the time in which nothing else was under way.</p>`;

const serversHtml = ({ waveId, servers }: ReportWave): string =>
  servers.length === 0
    ? ''
    : tableHtml(
        `Servers of wave ${waveId}`,
        ['server', 'result', 'instance', 'data of', 'snapshot', 'conversion', 'launch', 'job'],
        servers.map(({ name, sourceServerId, launchResult, failure, warnings = [], ...server }) => [
          `${escapeHtml(name)}<br>${code(sourceServerId)}`,
          [
            chip(launchResult),
            ...[...(failure === undefined ? [] : [failure]), ...warnings].map(escapeHtml),
            ...(server.launchActions ?? []).map(launchActionLine).map(escapeHtml),
          ].join('<br>'),
          code(server.instanceId ?? ''),
          escapeHtml(pointText(server.recoveryPoint)),
          ...[server.phases.snapshotMs, server.phases.conversionMs, server.phases.launchMs].map((ms) =>
            ms === undefined ? '' : durationText(ms),
          ),
          code(server.jobId ?? ''),
        ]),
      );

const actionsHtml = ({ waveId, actions }: ReportWave): string =>
  actions.length === 0
    ? ''
    : tableHtml(
        `Actions of wave ${waveId}`,
        ['action', 'when', 'result', 'time', 'note'],
        actions.map(({ actionId, kind, stage, outcome, tries, durationMs, note }) => [
          `${escapeHtml(actionId)} (${kind})`,
          stage,
          `${chip(outcome)}${tries > 1 ? ` after ${tries} tries` : ''}`,
          durationText(durationMs),
          escapeHtml(note),
        ]),
      );

const waveHtml = (wave: ReportWave): string => {
  const after = wave.dependsOn.length === 0 ? '' : `, after ${wave.dependsOn.join(', ')}`;
  const facts =
    wave.attempts === 0
      ? 'never started'
      : `${durationText(wave.durationMs)}${after}; success: ${wave.policy}; ${wave.attempts === 1 ? '1 attempt' : `${wave.attempts} attempts`}; ${wave.place}`;
  const notes =
    wave.notes.length === 0
      ? ''
      : `<ul class="plain">${wave.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`;
  return `<h3>${escapeHtml(wave.waveId)} ${chip(wave.outcome)}</h3><p class="soft small">${escapeHtml(facts)}</p>${notes}${actionsHtml(wave)}${serversHtml(wave)}`;
};

const decisionsHtml = ({ decisions }: ExecutionReport): string =>
  decisions.length === 0
    ? '<p>Nobody had to decide anything.</p>'
    : tableHtml(
        'Decisions',
        ['at (UTC)', 'who', 'what', 'why'],
        decisions.map(({ at, by, what, reason }) => [
          timeText(Date.parse(at)),
          ...[by, what, reason].map(escapeHtml),
        ]),
      );

const problemsHtml = ({ problems, faults }: ExecutionReport): string =>
  problems.length === 0 && faults.length === 0
    ? '<p>Nothing.</p>'
    : tableHtml(
        'What went wrong',
        ['at (UTC)', 'where', 'what'],
        problems.map(({ at, where, what }) => [
          timeText(Date.parse(at)),
          escapeHtml(where),
          escapeHtml(what),
        ]),
      );

/** An event's id without the execution's, which the whole report is about. */
const shortId = (executionId: string, id: string): string =>
  id.startsWith(executionId) ? id.slice(executionId.length).replace(/^\//, '') : id;

const proofHtml = ({ verdict, executionId }: ExecutionReport): string => {
  if (verdict === undefined) return '<p>The events were not verified.</p>';
  const { discrepancies, effects, events, streams, doubled } = verdict;
  const found =
    discrepancies.length === 0
      ? '<p>No gap, no fork, no changed event; every step is one that the product makes; the events lead to the stored state.</p>'
      : tableHtml(
          'Discrepancies',
          ['what', 'where', 'why'],
          discrepancies.map(({ kind, stream, version, message }) => [
            `<span class="bad">${kind}</span>`,
            code(version === undefined ? stream : `${stream}@${version}`),
            escapeHtml(message),
          ]),
        );
  const causes = tableHtml(
    'Effects',
    ['at (UTC)', 'effect', 'asked for by', 'decided by', 'caused by'],
    effects
      .toSorted((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ at, what, actor, decision, cause }) => [
        timeText(Date.parse(at)),
        escapeHtml(what),
        escapeHtml(actor),
        code(shortId(executionId, decision)),
        code(shortId(executionId, cause)),
      ]),
  );
  return `<p>${events} events in ${streams} hash-linked streams, ${doubled} delivered more than once.</p>${found}${effects.length === 0 ? '' : causes}`;
};

/** The report as one file: no script, nothing loaded, readable on a desk, on a phone and on paper. */
export const reportHtml = (given: ExecutionReport): string => {
  const report = visibleIn(given, visibleLines);
  return pageHtml(
    `${report.planId} ${report.executionId}`,
    [
      headHtml(report),
      cardsHtml(report),
      factsHtml(report),
      sectionHtml('What went wrong', problemsHtml(report)),
      sectionHtml('Timeline', timelineHtml(report)),
      sectionHtml('Where the time went', phasesHtml(report)),
      sectionHtml('Decisions', decisionsHtml(report)),
      sectionHtml('Waves', report.waves.map(waveHtml).join('')),
      sectionHtml('Proof', proofHtml(report)),
    ].join('\n'),
  );
};
