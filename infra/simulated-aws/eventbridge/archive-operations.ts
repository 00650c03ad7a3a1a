import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { resourceNameOf } from './arn.ts';
import type { Archive } from './archive.ts';
import type { ArchiveStore } from './archive-store.ts';
import { arnText, description, pageMembers, patternText, resourceName } from './constraint.ts';
import { type Core, requireBus, toSeconds } from './core.ts';
import { alreadyExists, notFound, validation } from './errors.ts';
import { operation } from './operation.ts';
import { pageOf } from './page.ts';
import { readPattern } from './pattern-input.ts';

const settings = {
  Description: description,
  EventPattern: patternText.optional(),
  RetentionDays: z.int().min(0).optional(),
};

const listArchives = z.object({
  NamePrefix: resourceName(48).optional(),
  EventSourceArn: arnText.optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'CREATING', 'UPDATING', 'CREATE_FAILED', 'UPDATE_FAILED']).optional(),
  ...pageMembers,
});

const settingsOf = (input: z.output<z.ZodObject<typeof settings>>): Partial<Archive> => {
  if (input.EventPattern) readPattern(input.EventPattern);
  return {
    ...(input.EventPattern ? { eventPattern: input.EventPattern } : {}),
    ...(input.RetentionDays === undefined ? {} : { retentionDays: input.RetentionDays }),
    ...(input.Description === undefined ? {} : { description: input.Description }),
  };
};

export const requireArchive = (core: Core, name: string): Archive => {
  const archive = core.tables.archive.get(name);
  if (archive === undefined) throw notFound(`Archive ${name} does not exist.`);
  return archive;
};

/** Archives are ready as soon as they are created; `changed` is called for each that is new, altered or gone. */
export const archiveOperations = (core: Core, store: ArchiveStore, changed: () => void): Operations => {
  const save = (archive: Archive) => {
    core.tables.archive.set(archive.name, archive);
    changed();
    return {
      ArchiveArn: core.arns.archive(archive.name),
      State: 'ENABLED',
      CreationTime: toSeconds(archive.createdAt),
    };
  };
  const summaryOf = (archive: Archive) => {
    store.expire(archive.name);
    const { eventCount, sizeBytes } = store.statsOf(archive.name);
    return {
      ArchiveName: archive.name,
      EventSourceArn: core.arns.bus(archive.bus),
      State: 'ENABLED',
      RetentionDays: archive.retentionDays,
      SizeBytes: sizeBytes,
      EventCount: eventCount,
      CreationTime: toSeconds(archive.createdAt),
    };
  };
  return {
    CreateArchive: operation(
      z.object({ ArchiveName: resourceName(48), EventSourceArn: arnText, ...settings }),
      (input) => {
        const bus = requireBus(core, resourceNameOf(input.EventSourceArn)).name;
        const name = input.ArchiveName;
        if (core.tables.archive.get(name) !== undefined) throw alreadyExists(`Archive ${name}`);
        return save({ name, bus, retentionDays: 0, createdAt: core.clock.now(), ...settingsOf(input) });
      },
    ),
    DescribeArchive: operation(z.object({ ArchiveName: resourceName(48) }), ({ ArchiveName }) => {
      const archive = requireArchive(core, ArchiveName);
      return {
        ArchiveArn: core.arns.archive(archive.name),
        Description: archive.description,
        EventPattern: archive.eventPattern,
        ...summaryOf(archive),
      };
    }),
    ListArchives: operation(listArchives, (input) => {
      const { NamePrefix = '', EventSourceArn, State = 'ENABLED' } = input;
      const bus =
        EventSourceArn === undefined ? undefined : requireBus(core, resourceNameOf(EventSourceArn)).name;
      const archives = [...core.tables.archive.values()].filter(
        (archive) =>
          archive.name.startsWith(NamePrefix) &&
          (bus === undefined || archive.bus === bus) &&
          State === 'ENABLED',
      );
      const { items, ...next } = pageOf(archives, (archive) => archive.name, input);
      return { Archives: items.map(summaryOf), ...next };
    }),
    UpdateArchive: operation(z.object({ ArchiveName: resourceName(48), ...settings }), (input) => {
      const { EventPattern, RetentionDays, Description } = input;
      if (EventPattern === undefined && RetentionDays === undefined && Description === undefined)
        throw validation('At least one of EventPattern, RetentionDays or Description must be provided.');
      return save({ ...requireArchive(core, input.ArchiveName), ...settingsOf(input) });
    }),
    DeleteArchive: operation(z.object({ ArchiveName: resourceName(48) }), ({ ArchiveName }) => {
      requireArchive(core, ArchiveName);
      store.drop(ArchiveName);
      core.tables.archive.delete(ArchiveName);
      changed();
      return {};
    }),
  };
};
