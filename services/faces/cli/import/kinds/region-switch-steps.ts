import type { ImportContext } from '../context.ts';
import type { ActionDraft, StepDraft, WaveDraft } from '../draft.ts';
import { leaveOut } from '../import-map.ts';
import { chosenOf, descriptionOf, timeoutOf } from '../shared-parts.ts';
import type { Source } from '../source.ts';

type Recovery = Omit<WaveDraft, 'dependsOn' | 'target' | 'before' | 'after'>;

/** One step of a workflow, or a parallel block: what it recovers, or what it does. */
export interface Block {
  readonly from: string;
  readonly recovers: readonly Recovery[];
  readonly actions: readonly StepDraft[];
  /** Accounts of the functions that it would call. */
  readonly accounts: readonly string[];
}

interface Step {
  readonly source: Source;
  readonly name: string;
  readonly type: string;
  readonly configuration: Source | undefined;
}

const stepOf = (source: Source): Step => {
  const outer = source.field('executionBlockConfiguration', 'ExecutionBlockConfiguration');
  return {
    source,
    name: source.text('name', 'Name') ?? source.path,
    type: source.text('executionBlockType', 'ExecutionBlockType') ?? '',
    // The one member of the union, whose name follows from the type.
    configuration: outer?.members()[0]?.[1],
  };
};

const stepsIn = (source: Source | undefined): readonly Step[] =>
  (source?.list('steps', 'Steps') ?? []).map(stepOf);

const flattened = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step) => (step.type === 'Parallel' ? flattened(stepsIn(step.configuration)) : [step]));

const timeLimit = ({ configuration }: Step, { ledger }: ImportContext): number | undefined => {
  const minutes = configuration?.number('timeoutMinutes', 'TimeoutMinutes');
  return minutes === undefined
    ? undefined
    : timeoutOf(minutes * 60, configuration?.at('timeoutMinutes') ?? '', ledger);
};

const accountsOf = ({ configuration, type }: Step): readonly string[] =>
  type === 'CustomActionLambda'
    ? (configuration?.list('lambdas', 'Lambdas') ?? []).flatMap((lambda) => {
        const account = lambda.text('arn', 'Arn')?.split(':')[4];
        return account === undefined ? [] : [account];
      })
    : [];

const isApproval = ({ type }: Step): boolean => type === 'ManualApproval';

const approval = (step: Step, context: ImportContext): ActionDraft => {
  const { source, name, configuration } = step;
  const timeoutMinutes = timeLimit(step, context);
  const role = configuration?.field('approvalRole', 'ApprovalRole');
  const prompt = descriptionOf(source, context.ledger, 'description', 'Description');
  role?.take();
  if (role !== undefined)
    context.ledger.decide(role.path, 'who may approve: name them as approvers, or any operator may');
  return {
    from: source.path,
    name,
    action: {
      kind: 'approval',
      ...(prompt !== undefined && { prompt }),
      ...(timeoutMinutes !== undefined && { timeoutMinutes }),
    },
  };
};

/** What one step is, as the map says; a manual approval needs no map. */
const oneBlock = (step: Step, context: ImportContext): Block => {
  const { ledger, map } = context;
  const { source, name, type, configuration } = step;
  const empty = { from: source.path, recovers: [], actions: [], accounts: [] };
  const meant = map.step(name);
  if (meant === undefined && isApproval(step)) return { ...empty, actions: [approval(step, context)] };
  if (meant === undefined) {
    ledger.fault(
      source.path,
      `what the step ${name} (${type}) is for Groundswell, only a person knows`,
      `steps: { ${JSON.stringify(name)}: … } in the file of --map, with servers, a document, or ${leaveOut}`,
    );
    source.take();
    return empty;
  }
  const accounts = accountsOf(step);
  const timeoutMinutes = timeLimit(step, context);
  const limit = timeoutMinutes === undefined ? {} : { timeoutMinutes };
  const description = descriptionOf(source, ledger, 'description', 'Description');
  configuration?.take();
  if (meant === leaveOut)
    return (ledger.lacks(source.path, `${name}: left out, as --map says`), { ...empty, accounts });
  if ('document' in meant) {
    const { document } = meant;
    ledger.changed(source.path, `${name} becomes the SSM document ${document}, as --map says`);
    return {
      ...empty,
      accounts,
      actions: [{ from: source.path, name, action: { kind: 'automation', document, ...limit } }],
    };
  }
  ledger.changed(source.path, `${name} becomes a wave, as --map says`);
  const recovery = {
    key: source.path,
    name,
    description,
    from: source.path,
    servers: chosenOf(meant, source.path),
    ...limit,
  };
  return { ...empty, accounts, recovers: [recovery] };
};

const isOne = (step: StepDraft): step is ActionDraft => !Array.isArray(step);

const parallelBlock = (step: Step, context: ImportContext): Block => {
  const { source } = step;
  const parts = stepsIn(step.configuration).map((each) => blockOf(each, context));
  const recovers = parts.flatMap((part) => part.recovers);
  const together = parts.flatMap(({ actions }) => actions).filter(isOne);
  if (recovers.length > 0 && together.length > 0)
    context.ledger.fault(
      source.path,
      'recovers servers and runs documents side by side',
      'one of the two in a parallel block',
    );
  return {
    from: source.path,
    recovers,
    actions: together.length > 1 ? [together] : together,
    accounts: parts.flatMap(({ accounts }) => accounts),
  };
};

const blockOf = (step: Step, context: ImportContext): Block =>
  step.type === 'Parallel' ? parallelBlock(step, context) : oneBlock(step, context);

/** The steps that call functions: one of them may recover servers. */
export const functionStepNames = (workflow: Source): readonly string[] =>
  flattened(stepsIn(workflow)).flatMap(({ name, type }) => (type === 'CustomActionLambda' ? [name] : []));

/** The steps of a workflow, read only if the map says that one of them recovers servers. */
export const blocksOf = (
  workflow: Source,
  context: ImportContext,
): { readonly blocks: readonly Block[]; readonly isRecovery: boolean } => {
  const steps = stepsIn(workflow);
  const isRecovery = flattened(steps).some(({ name }) => {
    const meant = context.map.step(name);
    return meant !== undefined && meant !== leaveOut && !('document' in meant);
  });
  return { blocks: isRecovery ? steps.map((step) => blockOf(step, context)) : [], isRecovery };
};
