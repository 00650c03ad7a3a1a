import type * as z from 'zod';
import {
  acceptedSchema,
  decisionAcceptedSchema,
  eventPageSchema,
  executionPageSchema,
  executionSnapshotSchema,
  noticePageSchema,
  planPageSchema,
  planVersionSchema,
  planVersionsSchema,
  readinessSchema,
} from '../../contracts/api.ts';
import { executionReportSchema } from '../../contracts/report.ts';

const others: Readonly<Record<string, z.ZodType>> = {
  requestExecution: acceptedSchema,
  listExecutions: executionPageSchema,
  getExecution: executionSnapshotSchema,
  getEvents: eventPageSchema,
  getReport: executionReportSchema,
  listPlans: planPageSchema,
  putPlan: planVersionSchema,
  getPlan: planVersionSchema,
  listPlanVersions: planVersionsSchema,
  checkPlan: readinessSchema,
  listNotices: noticePageSchema,
};

/** What an operation answers when all goes well: every decision the same. Only the API's document needs them. */
export const answerSchemaOf = (operationId: string): z.ZodType =>
  others[operationId] ?? decisionAcceptedSchema;
