import type { EvidenceOverview, EvidenceRun } from '../../../contracts/evidence.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import { hashOf } from '../../core/kernel/canonical.ts';
import { inParallel } from '../../core/readiness/in-parallel.ts';
import { createPlanServers } from '../../core/readiness/plan-servers.ts';
import { getPlan, listPlanIds, listPlans } from '../../core/streams/plan-store.ts';
import { quarterMs, readProgramme } from '../evidence/read-programme.ts';
import { readScope } from '../evidence/scope.ts';
import { readCompleted, readProof, type ProofPorts } from '../evidence/read-proof.ts';
import { programmeCsv } from '../report/programme-csv.ts';
import { programmeHtml } from '../report/programme-html.ts';
import type { HeldRun, Programme } from '../report/programme-model.ts';
import { programmeSummary } from '../report/programme-text.ts';
import { achieved, toldProof } from '../report/told-proof.ts';
import { planNotFound, problem } from './problem.ts';
import { acceptedEvidence, asText, type EvidenceFormat, inForm } from './report-format.ts';
import type { Answer, ApiPorts } from './route.ts';

/** What a function reads and verifies within its time. */
const limits = { executionsMax: 250, eventsMax: 15_000 };

/** Lambda hands over 6 MB, in which an answer stands as a text within JSON. */
const answerBytesMax = 5_900_000;

/** Instants in ISO 8601; plans with commas between them. */
interface AskedPeriod {
  readonly plan?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const proofPorts = ({ store, recovery, home }: ApiPorts): ProofPorts => ({
  store,
  serversOf: createPlanServers(recovery, home),
});

const refused = (faults: readonly Fault[]): Answer => problem(422, 'There is no evidence of this.', faults);

const programmeFor = async (
  ports: ApiPorts,
  asked: AskedPeriod,
): Promise<Programme | { readonly faults: readonly Fault[] }> => {
  const now = ports.clock.now();
  const to = asked.to === undefined ? now : Date.parse(asked.to);
  const from = asked.from === undefined ? to - quarterMs : Date.parse(asked.from);
  const stored = await listPlans(ports.store);
  const wanted = asked.plan?.split(',');
  const names = stored.map(({ planId }) => planId);
  const faults = [
    ...(wanted ?? []).flatMap((planId): Fault[] =>
      names.includes(planId)
        ? []
        : [
            {
              path: 'query.plan',
              message: `there is no plan ${planId}`,
              expected: names.length === 0 ? 'a stored plan' : `some of ${names.slice(0, 20).join(', ')}`,
            },
          ],
    ),
    ...(from < to
      ? []
      : [
          {
            path: 'query.from',
            message: `${new Date(from).toISOString()} is not before the end`,
            expected: `an instant before ${new Date(to).toISOString()}`,
          },
        ]),
  ];
  if (faults.length > 0) return { faults };
  const plans = stored.filter(({ planId }) => wanted?.includes(planId) ?? true);
  const read = await readScope(ports.recovery, ports.home, stored, plans);
  // A server that no visible plan recovers may be one of a plan that is hidden.
  const scope = ports.isNarrowed === true ? { ...read, serversWithoutPlan: [] } : read;
  return readProgramme(proofPorts(ports), { plans, scope, from, to, now }, limits);
};

const within = (answer: Answer, content: string): Answer => {
  const bytes = Buffer.byteLength(JSON.stringify(content));
  if (bytes <= answerBytesMax) return answer;
  return refused([
    {
      path: 'query.from',
      message: `the answer would have ${bytes} bytes, and may have ${answerBytesMax}`,
      expected: 'a shorter period or fewer plans; `groundswell evidence` has no such bound',
    },
  ]);
};

/** The evidence of a programme in the wanted form, or in what `accept` likes best. */
export const answerEvidence = async (
  ports: ApiPorts,
  asked: AskedPeriod,
  wanted: EvidenceFormat | undefined,
  accept: string | undefined,
): Promise<Answer> =>
  inForm(
    wanted ?? acceptedEvidence(accept),
    'Evidence is text/html, text/csv or application/json; for a PDF, run `groundswell evidence`.',
    (format) => evidenceIn(format, ports, asked),
  );

const evidenceIn = async (format: EvidenceFormat, ports: ApiPorts, asked: AskedPeriod): Promise<Answer> => {
  const programme = await programmeFor(ports, asked);
  if ('faults' in programme) return refused(programme.faults);
  const sha256 = hashOf(programme);
  if (format === 'json') {
    const body = { ...programme, sha256 };
    return within({ status: 200, body }, JSON.stringify(body));
  }
  const content = format === 'html' ? programmeHtml(programme, sha256) : programmeCsv(programme);
  return within(asText(format === 'html' ? 'text/html' : 'text/csv', content), content);
};

const lineOf = ({ report, occurrence }: HeldRun): EvidenceRun => {
  const { executionId, planId, planVersion, mode, status, requestedBy } = report;
  const { startedAt, endedAt, isOver, problems, faults, decisions, verdict } = report;
  return {
    ...{ executionId, planId, planVersion, mode: mode as EvidenceRun['mode'], status, requestedBy },
    ...{ startedAt, endedAt, isOver, ...achieved(report) },
    ...(occurrence !== undefined && { occurrence }),
    findings: problems.length + faults.length,
    decisions: decisions.length,
    recordVerifies: verdict?.sound === true,
  };
};

/** The evidence of a programme in a line for each execution. */
export const answerOverview = async (ports: ApiPorts, asked: AskedPeriod): Promise<Answer> => {
  const programme = await programmeFor(ports, asked);
  if ('faults' in programme) return refused(programme.faults);
  const { from, to, writtenAt, unrecorded, skipped } = programme;
  const body = {
    ...{ from, to, writtenAt, summary: programmeSummary(programme) },
    plans: programme.plans.map(({ schedules, ...plan }) => ({ ...toldProof(plan), schedules })),
    runs: programme.runs.map(lineOf),
    ...{ skipped, unrecorded },
  } satisfies { readonly [Name in keyof EvidenceOverview]: unknown };
  return within({ status: 200, body }, JSON.stringify(body));
};

const proofsAtOnce = 4;

/** What is proven of a page of plans. */
export const answerProofs = async (
  ports: ApiPorts,
  after: string | undefined,
  limit: number,
): Promise<Answer> => {
  const left = (await listPlanIds(ports.store)).filter((id) => after === undefined || id > after).sort();
  const ids = left.slice(0, limit);
  const completed = await readCompleted(ports.store);
  const asked = proofPorts(ports);
  const proofs = await inParallel(ids, proofsAtOnce, async (planId) => {
    const stored = await getPlan(ports.store, planId);
    return stored && toldProof(await readProof(asked, stored, completed, ports.clock.now()));
  });
  return {
    status: 200,
    body: {
      proofs: proofs.flatMap((proof) => proof ?? []),
      ...(left.length > ids.length && { next: ids.at(-1) }),
    },
  };
};

/** What is proven of a plan. */
export const answerProof = async (ports: ApiPorts, planId: string): Promise<Answer> => {
  const stored = await getPlan(ports.store, planId);
  if (stored === undefined) return planNotFound(planId);
  const completed = await readCompleted(ports.store);
  return {
    status: 200,
    body: toldProof(await readProof(proofPorts(ports), stored, completed, ports.clock.now())),
  };
};
