/** The tags of a resource by key. */
export type Tags = Readonly<Record<string, string>>;

export const tagsFrom = (
  list: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Tags => Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
