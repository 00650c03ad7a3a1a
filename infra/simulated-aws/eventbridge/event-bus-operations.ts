import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { defaultBus } from './arn.ts';
import { busNameOrArn, pageMembers, tagList } from './constraint.ts';
import { type Core, requireBus, toSeconds } from './core.ts';
import { type BusSettings, type EventBus, policyText, settings } from './event-bus.ts';
import { alreadyExists, limitExceeded, validation } from './errors.ts';
import { listedRulesOf } from './managed-rule.ts';
import { operation } from './operation.ts';
import { pageOf } from './page.ts';
import { type Tags, tagsFrom } from './tags.ts';

const busesMax = 100;

const newBus = (name: string, settings: BusSettings, tags: Tags, nowMs: number): EventBus => ({
  name,
  settings,
  policy: [],
  tags,
  createdAt: nowMs,
  changedAt: nowMs,
});

/** Every account has a default bus, on which AWS's own events and schedules arrive. */
export const ensureDefaultBus = (core: Core): void => {
  if (core.tables.bus.get(defaultBus) === undefined)
    core.tables.bus.set(defaultBus, newBus(defaultBus, {}, {}, core.clock.now()));
};

const summaryOf = (core: Core, bus: EventBus) => ({
  Name: bus.name,
  Arn: core.arns.bus(bus.name),
  Description: bus.settings.Description,
  Policy: policyText(bus.policy),
  CreationTime: toSeconds(bus.createdAt),
  LastModifiedTime: toSeconds(bus.changedAt),
});

const settingsOf = ({
  settings: { DeadLetterConfig, Description, KmsKeyIdentifier, LogConfig },
}: EventBus) => ({
  Description,
  KmsKeyIdentifier,
  DeadLetterConfig,
  LogConfig,
});

const busName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[/.\-_A-Za-z0-9]+$/);

export const eventBusOperations = (core: Core): Operations => ({
  CreateEventBus: operation(
    z.object({ Name: busName, Tags: tagList.optional(), ...settings }),
    ({ Name, Tags, ...given }) => {
      if (core.tables.bus.get(Name) !== undefined) throw alreadyExists(`Event bus ${Name}`);
      if (core.tables.bus.size >= busesMax) throw limitExceeded();
      const bus = newBus(Name, given, tagsFrom(Tags), core.clock.now());
      core.tables.bus.set(Name, bus);
      return { EventBusArn: core.arns.bus(Name), ...settingsOf(bus) };
    },
  ),
  UpdateEventBus: operation(z.object({ Name: busName.optional(), ...settings }), ({ Name, ...given }) => {
    const old = requireBus(core, Name);
    const bus = { ...old, settings: { ...old.settings, ...given }, changedAt: core.clock.now() };
    core.tables.bus.set(bus.name, bus);
    return { Arn: core.arns.bus(bus.name), Name: bus.name, ...settingsOf(bus) };
  }),
  DescribeEventBus: operation(z.object({ Name: busNameOrArn }), ({ Name }) => {
    const bus = requireBus(core, Name);
    return { ...summaryOf(core, bus), ...settingsOf(bus) };
  }),
  ListEventBuses: operation(z.object({ NamePrefix: z.string().optional(), ...pageMembers }), (input) => {
    const prefixed = [...core.tables.bus.values()].filter((bus) =>
      bus.name.startsWith(input.NamePrefix ?? ''),
    );
    const { items, ...next } = pageOf(prefixed, (bus) => bus.name, input);
    return { EventBuses: items.map((bus) => summaryOf(core, bus)), ...next };
  }),
  DeleteEventBus: operation(z.object({ Name: busName }), ({ Name }) => {
    if (Name === defaultBus) throw validation('Cannot delete event bus default.');
    // A bus that is not there is as good as deleted.
    if (core.tables.bus.get(Name) === undefined) return;
    if (listedRulesOf(core, Name).length > 0)
      throw validation("Event bus can't be deleted since it has rules.");
    core.tables.bus.delete(Name);
  }),
});
