import { useEffect } from 'preact/hooks';

/** What stands on the browser's tab, where an operator sees it beside his other work. */
export const useTitle = (...parts: readonly string[]): void => {
  const title = [...parts.filter((part) => part !== ''), 'Groundswell'].join(' – ');
  useEffect(() => {
    document.title = title;
  }, [title]);
};
