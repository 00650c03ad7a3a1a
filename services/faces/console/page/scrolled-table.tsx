import type { ComponentChildren } from 'preact';
import { Head } from './head.tsx';

interface ScrolledTableProps {
  /** The id of the heading that names it, or the name itself. */
  readonly name: { readonly heading: string } | { readonly words: string };
  readonly head: readonly string[];
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself, with the keyboard too, where the page is too narrow for it. */
export const ScrolledTable = ({ name, head, children }: ScrolledTableProps) => (
  <div
    class="scroll"
    tabIndex={0}
    role="region"
    {...('heading' in name ? { 'aria-labelledby': name.heading } : { 'aria-label': name.words })}
  >
    <table>
      <Head columns={head} />
      <tbody>{children}</tbody>
    </table>
  </div>
);
