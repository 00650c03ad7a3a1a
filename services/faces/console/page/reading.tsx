interface ReadingProps {
  readonly title: string;
  /** What stands in the way; empty while there is hope. */
  readonly fault: string;
  readonly back: readonly [address: string, text: string];
}

/** In place of what has not been read yet, or cannot be. */
export const Reading = ({ title, fault, back: [address, text] }: ReadingProps) => (
  <main>
    <h1>{title}</h1>
    <p class={fault === '' ? 'empty' : 'empty fault'} role="status">
      {fault === '' ? 'Reading…' : fault}
    </p>
    <p class="empty-back">
      <a href={address}>{text}</a>
    </p>
  </main>
);
