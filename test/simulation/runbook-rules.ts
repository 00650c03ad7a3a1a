import type { Action } from '../../contracts/action.ts';
import type { Mode } from '../../contracts/identifiers.ts';
import type { Target } from '../../contracts/plan.ts';
import type { AutomationRequest } from '../../services/core/ports/automation-service.ts';
import type { RecoveryPath } from './coverage.ts';
import { addressOf, nameOf, zoneOf, type Estate } from './estate.ts';

type Automation = Extract<Action, { kind: 'automation' }>;

/** A server as a wave has really launched it, or as a clean-up is to end its instance. */
export interface LaunchedServer {
  readonly id: string;
  readonly instanceId: string;
}

export interface RunbookRulesDeps {
  readonly estate: Estate;
  readonly allowedDocuments: readonly string[];
  /** What an automation was started with. */
  readonly requestOf: (automationExecutionId: string) => AutomationRequest | undefined;
  readonly launchedBy: (executionId: string, waveId: string, where: Target) => readonly LaunchedServer[];
  readonly reach: (path: RecoveryPath) => void;
}

/** Where in an execution an action stands. */
export interface ActionPlace {
  readonly executionId: string;
  readonly waveId: string;
  readonly planId: string;
  readonly mode: Mode;
  readonly target: Target;
  /** Where the action acts. */
  readonly actsIn: Target;
}

const isAllowed = (document: string, allowed: readonly string[]): boolean =>
  allowed.some((entry) => new RegExp(`^${entry.replace('*', '.*')}$`).test(document));

const sorted = (values: readonly string[]): readonly string[] => [...values].sort();

/** S23 to S25: a runbook is the one that its plan names, and is told what the plan says. */
export const createRunbookRules = (
  deps: RunbookRulesDeps,
  fail: (invariant: string, what: string) => void,
) => {
  const { estate, allowedDocuments, reach } = deps;

  /** What a list stands for, by the contract of plans and not by the product's code. */
  const listMeant = (what: string, servers: readonly LaunchedServer[]): readonly string[] | undefined => {
    switch (what) {
      case '${servers.instanceIds}':
        return servers.map(({ instanceId }) => instanceId);
      case '${servers.privateAddresses}':
        return servers.map(({ instanceId }) => addressOf(instanceId));
      case '${servers.availabilityZones}':
        return servers.map(({ instanceId }) => zoneOf(instanceId));
      case '${servers.sourceServerIds}':
        return servers.map(({ id }) => id);
      case '${servers.names}':
        return servers.map(({ id }) => nameOf(id));
      case '${servers.tags.Role}':
        return servers.map(({ id }) => estate.find((each) => each.id === id)?.tags['Role'] ?? 'no role');
      default:
        return undefined;
    }
  };
  const textMeant = (text: string, place: ActionPlace): string =>
    text
      .replaceAll('${execution.id}', place.executionId)
      .replaceAll('${execution.mode}', place.mode)
      .replaceAll('${plan.id}', place.planId)
      .replaceAll('${wave.id}', place.waveId)
      .replaceAll('${target.account}', place.target.account)
      .replaceAll('${target.region}', place.target.region);
  const launchedFor = ({ executionId, waveId, actsIn }: ActionPlace) =>
    deps.launchedBy(executionId, waveId, actsIn);
  const isTold = (
    told: AutomationRequest['parameters'],
    { parameters }: Automation,
    place: ActionPlace,
    servers: readonly LaunchedServer[],
  ): boolean =>
    Object.keys(told).length === Object.keys(parameters).length &&
    Object.entries(parameters).every(([name, values]) => {
      const meant = sorted(values.flatMap((value) => listMeant(value, servers) ?? [textMeant(value, place)]));
      const given = sorted(told[name] ?? []);
      return meant.length === given.length && meant.every((value, index) => value === given[index]);
    });
  /** What was launched when an action was last claimed, by the action. */
  const claimedWith = new Map<string, readonly LaunchedServer[]>();
  const keyOf = ({ executionId, waveId }: ActionPlace, { actionId }: Action): string =>
    `${executionId}/${waveId}/${actionId}`;

  return {
    onClaimed(action: Action, place: ActionPlace): void {
      claimedWith.set(keyOf(place, action), launchedFor(place));
    },
    /** A job may change a result between the claim and the start: what was so at either of them may be told. */
    onStarted(automationExecutionId: string, action: Action, place: ActionPlace): void {
      const request = deps.requestOf(automationExecutionId);
      const name = `${action.actionId} of ${place.executionId}/${place.waveId}`;
      if (request === undefined || action.kind !== 'automation')
        return void fail('S24', `${name} is said to run as ${automationExecutionId}, which nobody started`);
      const { AutomationAssumeRole: role, ...told } = request.parameters;
      if (role?.[0] !== action.assumeRole) fail('S23', `${name} runs with another role than its plan says`);
      if (action.assumeRole !== undefined) reach('runbook given a role');
      if (request.document !== action.document || request.documentVersion !== action.documentVersion)
        fail('S24', `${name} runs ${request.document} ${request.documentVersion}, not what its plan says`);
      if (action.documentVersion !== undefined) reach('runbook of one version');
      const atClaim = claimedWith.get(keyOf(place, action)) ?? [];
      if (![launchedFor(place), atClaim].some((servers) => isTold(told, action, place, servers)))
        fail('S24', `${name} was told ${JSON.stringify(told)}`);
      if (JSON.stringify(action.parameters).includes('${servers.'))
        reach('runbook told of recovered servers');
      if (!isAllowed(request.document, allowedDocuments))
        fail('S25', `${name} runs ${request.document}, which is not allowed`);
      if (request.document.startsWith('Extra-')) reach('runbook that only some deployments allow');
    },
  };
};
