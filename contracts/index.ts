/** What other teams install: every event with its type and validator, and a typed subscriber for a Lambda. */
export { allPattern, catalogue, contractOf, type EventName, livePattern } from './catalogue.ts';
export { cleanUpEvents, type CleanUpFact } from './clean-up-events.ts';
export { decisionEvents, type DecisionFact, requestContractOf } from './decision-events.ts';
export {
  type EventContract,
  eventSource,
  type Fact,
  type FactOf,
  type Metadata,
  metadataSchema,
  type Recorded,
} from './envelope.ts';
export {
  executionEvents,
  type ExecutionFact,
  type ExecutionRequest,
  executionRequestSchema,
  type Fault,
} from './execution-events.ts';
export { faultsOf } from './faults.ts';
export { type EventBridgeEnvelope, eventBridgeEnvelopeSchema } from './foreign-events.ts';
export { type Notice, noticeSchema, type Severity } from './notice.ts';
export { type Plan, planSchema } from './plan.ts';
export {
  type EventNamed,
  type FactName,
  subscribe,
  type SubscribeOptions,
  type Subscription,
  UnreadableEventError,
} from './subscribe.ts';
export {
  type TaskCancelled,
  taskEvents,
  taskPattern,
  type TaskReport,
  type TaskRequested,
  taskSource,
} from './task-events.ts';
export { answerTask, type PutEventsEntry, readTask, type TaskAnswer } from './tasks.ts';
export { waveEvents, type WaveFact } from './wave-events.ts';
