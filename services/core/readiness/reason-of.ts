/** Why a call failed, for people: the fault's name with what the service says of it, and not the whole answer. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const said = /"message":\s*"([^"]+)"/i.exec(error.message)?.[1] ?? error.message;
  return `${error.name}: ${said}`.slice(0, 500);
};
