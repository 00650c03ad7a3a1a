/** What people did to an instance. Instants in epoch ms. */
export interface InstanceChange {
  readonly state?: { readonly name: 'running' | 'stopped' | 'terminated'; readonly at: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly disableApiTermination?: boolean;
  readonly disableApiStop?: boolean;
}

/** What happened, in order. */
export type Ec2Record =
  | { readonly kind: 'Opened'; readonly at: number }
  | { readonly kind: 'Changed'; readonly instanceId: string; readonly change: InstanceChange };

export interface Ec2State {
  readonly openedAt: number;
  readonly changes: Readonly<Record<string, InstanceChange>>;
}

export const initialEc2State: Ec2State = { openedAt: 0, changes: {} };

export const evolveEc2 = (state: Ec2State, record: Ec2Record): Ec2State => {
  if (record.kind === 'Opened') return { ...state, openedAt: record.at };
  const { instanceId, change } = record;
  const before = state.changes[instanceId];
  const tags = { ...before?.tags, ...change.tags };
  return { ...state, changes: { ...state.changes, [instanceId]: { ...before, ...change, tags } } };
};
