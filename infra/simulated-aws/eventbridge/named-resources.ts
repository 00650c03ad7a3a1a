import { uuidFrom } from '../identifiers.ts';
import type { Core } from './core.ts';
import type { NamedResource } from './named-resource.ts';
import { pageOf, type PageRequest } from './page.ts';
import type { ServiceError } from '../protocols/service-error.ts';

interface Rows<R> {
  get(name: string): R | undefined;
  set(name: string, row: R): void;
  delete(name: string): void;
  values(): Iterable<R>;
}

/** How AWS words its refusals of this kind of resource. */
export interface Refusals {
  readonly taken: (name: string) => ServiceError;
  /** `purpose` is what was to be done with it, such as `describe`. */
  readonly missing: (name: string, purpose: string) => ServiceError;
}

/** Resources of one kind, by a name that is theirs alone in the account. */
export const createNamedResources = <R extends NamedResource>(
  core: Pick<Core, 'clock' | 'random'>,
  rows: Rows<R>,
  refusals: Refusals,
) => {
  const require = (name: string, purpose: string): R => {
    const row = rows.get(name);
    if (row === undefined) throw refusals.missing(name, purpose);
    return row;
  };
  const save = (row: R): R => {
    rows.set(row.name, row);
    return row;
  };
  return {
    require,
    /** Saves what `make` completes, unless the name is taken. */
    create(name: string, description: string | undefined, make: (base: NamedResource) => R): R {
      if (rows.get(name) !== undefined) throw refusals.taken(name);
      const now = core.clock.now();
      return save(
        make({
          ...{ name, id: uuidFrom(core.random), createdAt: now, changedAt: now },
          ...(description !== undefined && { description }),
        }),
      );
    },
    update(name: string, description: string | undefined, change: (old: R) => R): R {
      const changed = change(require(name, 'update'));
      return save({
        ...changed,
        ...(description !== undefined && { description }),
        changedAt: core.clock.now(),
      });
    },
    remove(name: string): R {
      const row = require(name, 'delete');
      rows.delete(name);
      return row;
    },
    /** One page of those whose name starts with the prefix. */
    page(input: PageRequest & { readonly NamePrefix?: string | undefined }, isWanted: (row: R) => boolean) {
      const { NamePrefix = '' } = input;
      const wanted = [...rows.values()].filter((row) => row.name.startsWith(NamePrefix) && isWanted(row));
      return pageOf(wanted, ({ name }) => name, input);
    },
  };
};
