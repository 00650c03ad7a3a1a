/**
 * Where a document goes: to the file that was named, else to standard output; undefined stands for that. A PDF, and a
 * page for whoever sits at a terminal, become a file under the document's own name.
 */
export const outFile = (
  { out, format }: { readonly out?: string | undefined; readonly format: string },
  name: string,
  isTerminal: boolean,
): string | undefined =>
  out ?? (format === 'pdf' || (format === 'html' && isTerminal) ? `${name}.${format}` : undefined);
