import type { Writing } from './disk-files.ts';
import type { LaunchTemplateVersion, TemplateChange } from './launch-template.ts';

/** What people did to an instance. Instants in epoch ms. */
export interface InstanceChange {
  readonly state?: { readonly name: 'running' | 'stopped' | 'terminated'; readonly at: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly disableApiTermination?: boolean;
  readonly disableApiStop?: boolean;
}

/** What people did to a launch template. */
export type TemplateRecord =
  | {
      readonly kind: 'TemplateVersionAdded';
      readonly templateId: string;
      readonly version: LaunchTemplateVersion;
    }
  | { readonly kind: 'TemplateDefaultSet'; readonly templateId: string; readonly version: number };

/** What happened, in order. */
export type Ec2Record =
  | { readonly kind: 'Opened'; readonly at: number }
  | TemplateRecord
  | { readonly kind: 'Written'; readonly instanceId: string; readonly writing: Writing }
  | { readonly kind: 'Changed'; readonly instanceId: string; readonly change: InstanceChange };

export interface Ec2State {
  readonly openedAt: number;
  readonly changes: Readonly<Record<string, InstanceChange>>;
  readonly templates: Readonly<Record<string, TemplateChange>>;
  /** What was written to the disks of instances, oldest first. */
  readonly writings: Readonly<Record<string, readonly Writing[]>>;
}

export const initialEc2State: Ec2State = { openedAt: 0, changes: {}, templates: {}, writings: {} };

const withTemplate = (state: Ec2State, record: TemplateRecord): Ec2State => {
  const before = state.templates[record.templateId];
  const after =
    record.kind === 'TemplateDefaultSet'
      ? { ...before, defaultVersion: record.version }
      : { ...before, versions: [...(before?.versions ?? []), record.version] };
  return { ...state, templates: { ...state.templates, [record.templateId]: after } };
};

export const evolveEc2 = (state: Ec2State, record: Ec2Record): Ec2State => {
  if (record.kind === 'Opened') return { ...state, openedAt: record.at };
  if (record.kind === 'Written') {
    const { instanceId, writing } = record;
    const earlier = state.writings[instanceId] ?? [];
    return { ...state, writings: { ...state.writings, [instanceId]: [...earlier, writing] } };
  }
  if (record.kind !== 'Changed') return withTemplate(state, record);
  const { instanceId, change } = record;
  const before = state.changes[instanceId];
  const tags = { ...before?.tags, ...change.tags };
  return { ...state, changes: { ...state.changes, [instanceId]: { ...before, ...change, tags } } };
};
