import type { ComponentChildren } from 'preact';

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
      <thead>
        <tr>
          {head.map((column) => (
            <th scope="col" key={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);
