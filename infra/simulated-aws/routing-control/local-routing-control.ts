import * as z from 'zod';
import { credentialScopeOf } from '../gateway/credential-scope.ts';
import type { Journal } from '../journal.ts';
import { createJsonService } from '../protocols/json-protocol.ts';
import { type Operation, operation } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService } from '../wire.ts';
import type { RoutingControlScenario } from './scenario.ts';

type State = RoutingControlScenario['controls'][number]['state'];

export interface RoutingControlRecord {
  readonly arn: string;
  readonly state: State;
}

export interface LocalRoutingControlOptions {
  readonly journal: Journal<RoutingControlRecord>;
  readonly scenario: RoutingControlScenario;
}

const arn = z.string().min(1).max(255);
const state = z.enum(['On', 'Off']);
const overrides = z.array(arn).max(15).default([]);
const entry = z.object({ RoutingControlArn: arn, RoutingControlState: state });

const panelOf = (controlArn: string): string => controlArn.replace(/\/routingcontrol\/.*$/, '');

/** The states of the routing controls, which safety rules keep. */
const createControls = ({ journal, scenario }: LocalRoutingControlOptions) => {
  const states = new Map(scenario.controls.map((control) => [control.arn, control.state]));
  for (const record of journal.records) states.set(record.arn, record.state);

  const named = (controlArn: string): RoutingControlScenario['controls'][number] => {
    const found = scenario.controls.find((control) => control.arn === controlArn);
    if (found === undefined)
      throw new ServiceError(
        'ResourceNotFoundException',
        `No routing control was found: ${controlArn}`,
        404,
        {
          resourceId: controlArn,
          resourceType: 'RoutingControl',
        },
      );
    return found;
  };
  const keepRules = (after: ReadonlyMap<string, State>, overridden: readonly string[]): void => {
    for (const rule of scenario.safetyRules) {
      const on = rule.controls.filter((control) => after.get(control) === 'On').length;
      if (on < rule.atLeastOn && !overridden.includes(rule.arn))
        throw new ServiceError(
          'ConflictException',
          `The safety rule ${rule.name} (${rule.arn}) forbids the change: at least ${rule.atLeastOn} of its routing controls must be On, and ${on} would be`,
          409,
          { resourceId: rule.arn, resourceType: 'SafetyRule' },
        );
    }
  };
  const update = (entries: readonly z.output<typeof entry>[], overridden: readonly string[]): void => {
    for (const each of entries) named(each.RoutingControlArn);
    const after = new Map(states);
    for (const each of entries) after.set(each.RoutingControlArn, each.RoutingControlState);
    keepRules(after, overridden);
    for (const each of entries) {
      journal.append({ arn: each.RoutingControlArn, state: each.RoutingControlState });
      states.set(each.RoutingControlArn, each.RoutingControlState);
    }
  };
  return { controls: scenario.controls, states, named, update };
};

const operationsOn = ({ controls, states, named, update }: ReturnType<typeof createControls>) => ({
  ListRoutingControls: operation(
    z.object({
      ControlPanelArn: arn.optional(),
      MaxResults: z.number().int().min(1).default(500),
      NextToken: z.string().optional(),
    }),
    ({ ControlPanelArn, MaxResults, NextToken }) => {
      const found = controls.filter(
        (control) => ControlPanelArn === undefined || panelOf(control.arn) === ControlPanelArn,
      );
      const { items, nextToken } = pageOf(found, MaxResults, NextToken);
      return {
        RoutingControls: items.map((control) => ({
          ControlPanelArn: panelOf(control.arn),
          RoutingControlArn: control.arn,
          RoutingControlName: control.name,
          RoutingControlState: states.get(control.arn),
        })),
        NextToken: nextToken,
      };
    },
  ),
  GetRoutingControlState: operation(z.object({ RoutingControlArn: arn }), ({ RoutingControlArn }) => ({
    RoutingControlArn,
    RoutingControlName: named(RoutingControlArn).name,
    RoutingControlState: states.get(RoutingControlArn),
  })),
  UpdateRoutingControlState: operation(
    entry.extend({ SafetyRulesToOverride: overrides }),
    ({ SafetyRulesToOverride, ...each }) => update([each], SafetyRulesToOverride),
  ),
  UpdateRoutingControlStates: operation(
    z.object({
      UpdateRoutingControlStateEntries: z.array(entry).min(1).max(10),
      SafetyRulesToOverride: overrides,
    }),
    (input) => update(input.UpdateRoutingControlStateEntries, input.SafetyRulesToOverride),
  ),
});

/**
 * Route 53 Recovery Cluster 2019-12-02: the states of routing controls, and the safety rules that they keep to. Every
 * Region's endpoint answers for the same cluster, but for those that the scenario has down.
 */
export const createLocalRoutingControl = (
  options: LocalRoutingControlOptions,
): { readonly service: LocalService } => {
  /** An endpoint that is down says so, whatever it is asked. */
  const atEndpoint =
    (run: Operation): Operation =>
    (input, request) => {
      const region = credentialScopeOf(request, '')?.region ?? '';
      if (options.scenario.endpointsDown.includes(region))
        throw new ServiceError(
          'EndpointTemporarilyUnavailableException',
          `The cluster endpoint in ${region} isn't available. Try another cluster endpoint.`,
          503,
        );
      return run(input, request);
    };

  return {
    service: createJsonService({
      signingName: 'route53-recovery-cluster',
      targetPrefix: 'ToggleCustomerAPI',
      version: '1.0',
      operations: Object.fromEntries(
        Object.entries(operationsOn(createControls(options))).map(([name, run]) => [name, atEndpoint(run)]),
      ),
    }),
  };
};
