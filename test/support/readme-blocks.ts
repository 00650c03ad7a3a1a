/** A shell block of a page, with the line of the page on which it begins. */
export interface ShellBlock {
  readonly line: number;
  /** Its commands as they stand; one that goes over several lines is one command. */
  readonly commands: readonly string[];
}

/** A quotation that a line leaves open goes on in the next; what stands in a comment opens none. */
const isOpen = (command: string): boolean => {
  const code = command.replace(/'[^']*'/g, '').replace(/(^|\s)#.*$/gm, '');
  return code.includes("'") || code.endsWith('\\');
};

const commandsOf = (text: string): readonly string[] => {
  const commands: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    const command = open === '' ? line : `${open}\n${line}`;
    open = isOpen(command) ? command : '';
    if (open === '' && command.trim() !== '') commands.push(command);
  }
  return commands;
};

/** The blocks of a Markdown page that are marked `bash` or `sh`. */
export const shellBlocks = (page: string): readonly ShellBlock[] =>
  [...page.matchAll(/^```(?:bash|sh)\n(.*?)^```/gms)].map((block) => ({
    line: page.slice(0, block.index).split('\n').length,
    commands: commandsOf(block[1] ?? ''),
  }));
