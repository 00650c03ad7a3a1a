/**
 * A tag of an instance whose key begins so stands for a file on its disks: whoever sets it writes the file. It goes
 * where the data go, and no other tag does.
 */
export const filePrefix = 'simulated-aws:disk/';

type Texts = Readonly<Record<string, string>>;

const parted = (tags: Texts, isFile: boolean): Texts =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => key.startsWith(filePrefix) === isFile));

export const filesIn = (tags: Texts): Texts => parted(tags, true);

export const withoutFiles = (tags: Texts): Texts => parted(tags, false);

/** What was written to the disks of an instance at a time, epoch ms. */
export interface Writing {
  readonly at: number;
  readonly files: Texts;
}

/** What stands on disks that began with some files at a time, epoch ms, and were written to since then until another. */
export const filesAfter = (
  { begin, files }: { readonly begin: number; readonly files: Texts },
  writings: readonly Writing[],
  until: number,
): Texts =>
  writings
    .filter(({ at }) => at >= begin && at <= until)
    .reduce((all, writing) => ({ ...all, ...writing.files }), files);
