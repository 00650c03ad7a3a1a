import type * as z from 'zod';
import {
  acceptedSchema,
  callerSchema,
  decisionAcceptedSchema,
  decisionPageSchema,
  drillPageSchema,
  eventPageSchema,
  executionPageSchema,
  executionSnapshotSchema,
  forecastSchema,
  openExecutionsSchema,
  noticePageSchema,
  planPageSchema,
  planVersionSchema,
  planVersionsSchema,
  readinessSchema,
  reportAcceptedSchema,
} from '../../../contracts/api.ts';
import {
  nextTimesSchema,
  schedulePageSchema,
  storedScheduleSchema,
} from '../../../contracts/schedules-api.ts';
import {
  evidenceOverviewSchema,
  planProofSchema,
  programmeSchema,
  proofPageSchema,
} from '../../../contracts/evidence.ts';
import { serverPageSchema } from '../../../contracts/servers-api.ts';
import { executionReportSchema } from '../../../contracts/report.ts';
import type { DecisionWord } from './answer-decisions.ts';

const others: Readonly<Record<string, z.ZodType>> = {
  requestExecution: acceptedSchema,
  listExecutions: executionPageSchema,
  getExecution: executionSnapshotSchema,
  getEvents: eventPageSchema,
  getForecast: forecastSchema,
  getCaller: callerSchema,
  listDecisions: decisionPageSchema,
  listOpenExecutions: openExecutionsSchema,
  getReport: executionReportSchema,
  getEvidence: programmeSchema,
  getEvidenceOverview: evidenceOverviewSchema,
  listProofs: proofPageSchema,
  getProof: planProofSchema,
  listPlans: planPageSchema,
  putPlan: planVersionSchema,
  getPlan: planVersionSchema,
  listPlanVersions: planVersionsSchema,
  checkPlan: readinessSchema,
  listDrills: drillPageSchema,
  listServers: serverPageSchema,
  listNotices: noticePageSchema,
  listSchedules: schedulePageSchema,
  putSchedule: storedScheduleSchema,
  pauseSchedule: storedScheduleSchema,
  resumeSchedule: storedScheduleSchema,
  deleteSchedule: storedScheduleSchema,
  nextOfSchedule: nextTimesSchema,
  reportTask: reportAcceptedSchema,
  ...{ addNote: decisionAcceptedSchema, handOver: decisionAcceptedSchema },
};

const decisions: Readonly<Record<DecisionWord, z.ZodType>> = {
  ...{ pause: decisionAcceptedSchema, resume: decisionAcceptedSchema, cancel: decisionAcceptedSchema },
  ...{ retry: decisionAcceptedSchema, skip: decisionAcceptedSchema, continue: decisionAcceptedSchema },
  ...{ cleanUp: decisionAcceptedSchema, extend: decisionAcceptedSchema, keep: decisionAcceptedSchema },
  ...{ approve: decisionAcceptedSchema, decline: decisionAcceptedSchema },
  ...{ approveExecution: decisionAcceptedSchema, declineExecution: decisionAcceptedSchema },
};

const answers: Readonly<Record<string, z.ZodType>> = { ...others, ...decisions };

/** What an operation answers when all goes well: every decision the same. Throws for one that has no description. */
export const answerSchemaOf = (operationId: string): z.ZodType => {
  const schema = answers[operationId];
  if (schema === undefined) throw new Error(`The answer of ${operationId} is not described.`);
  return schema;
};
