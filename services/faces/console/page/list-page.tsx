import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { messageOf } from './api.ts';
import { useTitle } from './route.ts';

/** What a page has read, and why it could not be read again. Of several questions only the last one's answer counts. */
export const createReading = <T,>(get: () => Promise<T>) => {
  const read = signal<T | undefined>(undefined);
  const fault = signal('');
  let asked = 0;
  return {
    read,
    fault,
    again: async (): Promise<void> => {
      const mine = ++asked;
      try {
        const answer = await get();
        if (mine !== asked) return;
        read.value = answer;
        fault.value = '';
      } catch (error) {
        if (mine === asked) fault.value = messageOf(error);
      }
    },
  };
};

interface ListPageProps {
  readonly title: string;
  /** What stands beside the title. */
  readonly actions?: ComponentChildren;
  readonly fault: string;
  readonly isRead: boolean;
  readonly children: ComponentChildren;
}

/** A page under its title, with what went wrong, and a word while nothing has been read yet. */
export const ListPage = ({ title, actions, fault, isRead, children }: ListPageProps) => {
  useTitle(title);
  return (
    <main>
      <header class="page-head">
        <h1>{title}</h1>
        {actions}
      </header>
      <p class="fault" role="alert">
        {fault}
      </p>
      {!isRead && fault === '' && (
        <p class="empty" role="status">
          Reading…
        </p>
      )}
      {children}
    </main>
  );
};
