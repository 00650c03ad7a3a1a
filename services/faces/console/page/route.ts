import { useEffect } from 'preact/hooks';
import { computed, signal } from '@preact/signals';
import { decisions } from './decisions-store.ts';

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
  scrollTo(0, 0);
});

/** Takes the place from the address once more: a sign-in puts it back there, and no event tells of that. */
export const readPlace = (): void => void (hash.value = location.hash);

/** Where the page is: the parts of the address behind its `#/`. */
export const route = computed(() =>
  hash.value.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent),
);

export const goTo = (...parts: readonly string[]): void => {
  location.hash = `#/${parts.map(encodeURIComponent).join('/')}`;
};

/** What stands on the browser's tab, where an operator sees it beside his other work. */
export const useTitle = (...parts: readonly string[]): void => {
  const waiting = decisions.value?.length ?? 0;
  const badge = waiting > 0 ? `(${waiting}) ` : '';
  const title = badge + [...parts.filter((part) => part !== ''), 'Groundswell'].join(' – ');
  useEffect(() => {
    document.title = title;
  }, [title]);
};
