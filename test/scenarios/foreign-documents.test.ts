import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ActionSteps } from '../../contracts/action.ts';
import { planSchema, type Plan } from '../../contracts/plan.ts';
import { placedActions } from '../../services/core/domain/plan-actions.ts';
import { anAutomation, serverId } from '../support/frozen-wave.ts';
import { createDeployment } from '../support/memory-deployment.ts';
import { wideModel } from '../support/wide-plans.ts';

const allowList = ['Shop-Check', 'Ops-*'];
const allowed = ['Shop-Check', 'Ops-Start', 'Ops-'];

/** What is on no allow-list, near misses first: other case, other account, more at either end. */
const foreign = fc.oneof(
  fc.constantFrom('shop-check', 'Shop-Check2', 'XShop-Check', 'Shop-Chec', 'ops-Start', 'My-Ops-Start'),
  fc.constantFrom('AWS-RunShellScript', 'arn:aws:ssm:eu-west-1:999999999999:document/Shop-Check'),
  fc
    .stringMatching(/^[a-zA-Z0-9_\-.:/]{3,40}$/)
    .filter((name) => name !== 'Shop-Check' && !name.startsWith('Ops-')),
);

const stages = ['before', 'after', 'onFailureActions', 'onCancelActions'] as const;
const placeCount = 2 * stages.length + 2;

/** A plan of two waves with a runbook at each place that can have one; side by side with another at some. */
const planWith = (documents: readonly string[], isBesideAnother: boolean): Plan => {
  const steps = (place: number): ActionSteps => {
    const action = anAutomation(`a${place}`, { document: documents[place]! });
    return [isBesideAnother ? [anAutomation(`b${place}`, { document: 'Ops-Start' }), action] : action];
  };
  const wave = (index: number) => ({
    waveId: `w${index}`,
    servers: [{ sourceServerId: serverId(index + 1) }],
    ...Object.fromEntries(stages.map((stage, at) => [stage, steps(index * stages.length + at)])),
  });
  const [onFailureActions, onCancelActions] = [steps(placeCount - 2), steps(placeCount - 1)];
  return planSchema.parse({ planId: 'p', waves: [wave(0), wave(1)], onFailureActions, onCancelActions });
};

const run = async (plan: Plan) => {
  const deployment = createDeployment({
    model: wideModel(2),
    allowedDocuments: allowList,
    automations: () => ({
      endsAfterMs: 1_000,
      end: { status: 'succeeded', ssmStatus: 'Success', outputs: {} },
    }),
  });
  const execution = await deployment.run(await deployment.request(plan), 4 * 3_600_000);
  const started = deployment.automation.startedAutomations().map(({ document }) => document);
  return { status: execution.status, started, events: deployment.events, recovery: deployment.recovery };
};

const drawnDocuments = fc.array(fc.constantFrom(...allowed), {
  minLength: placeCount,
  maxLength: placeCount,
});

it('a plan with a foreign runbook at any place starts nothing, and every such place is reported', async () => {
  const places = fc.uniqueArray(fc.nat(placeCount - 1), { minLength: 1, maxLength: 3 });
  const property = fc.asyncProperty(
    ...([drawnDocuments, places, foreign, fc.boolean()] as const),
    async (documents, at, document, isBesideAnother) => {
      const plan = planWith(
        documents.map((each, place) => (at.includes(place) ? document : each)),
        isBesideAnother,
      );
      const { status, started, events, recovery } = await run(plan);
      expect([status, started]).toEqual(['REJECTED', []]);
      expect(recovery.startedJobs({ account: '111122223333', region: 'eu-west-1' })).toEqual([]);
      // The request is on record before anything is asked.
      const [accepted, rejected, ...others] = events;
      expect([accepted?.type, rejected?.type, others]).toEqual([
        'ExecutionAccepted',
        'ExecutionRejected',
        [],
      ]);
      const { faults } = rejected!.data as { readonly faults: readonly { readonly path: string }[] };
      const expected = placedActions(plan).filter(
        ({ action }) => action.kind === 'automation' && action.document === document,
      );
      expect(faults.map(({ path }) => path)).toEqual(expected.map((action) => `${action.at}.document`));
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

it('a plan whose runbooks are all on the allow-list starts them', async () => {
  const property = fc.asyncProperty(drawnDocuments, fc.boolean(), async (documents, isBesideAnother) => {
    const plan = planWith(documents, isBesideAnother);
    const { status, started } = await run(plan);
    expect(status).toBe('COMPLETED');
    const ofStages = placedActions(plan).filter(({ stage }) => stage === 'before' || stage === 'after');
    const names = ofStages.flatMap(({ action }) => (action.kind === 'automation' ? [action.document] : []));
    expect(started.toSorted()).toEqual(names.toSorted());
  });
  await fc.assert(property, { numRuns: 10 });
});
