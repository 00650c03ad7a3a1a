import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Loading {
  /** It is loaded before anybody opens it. Default: true. */
  readonly isAwaited?: boolean;
}

/** A page of which the script is loaded when it is opened first, or once the browser has nothing else to do. */
export const lazily = <P extends object>(
  load: () => Promise<FunctionComponent<P>>,
  { isAwaited = true }: Loading = {},
): FunctionComponent<P> => {
  let known: FunctionComponent<P> | undefined;
  const loading = async (): Promise<FunctionComponent<P>> => (known ??= await load());
  // So that it is there when the network is not.
  if (isAwaited) setTimeout(() => void loading().catch(() => undefined), idleMs);
  return (props) => {
    const [Loaded, setLoaded] = useState<FunctionComponent<P> | undefined>(() => known);
    const [isMissing, setMissing] = useState(false);
    useEffect(() => {
      if (Loaded === undefined)
        loading().then(
          (found) => setLoaded(() => found),
          () => setMissing(true),
        );
    }, []);
    if (Loaded !== undefined) return <Loaded {...props} />;
    return (
      <p class={isMissing ? 'empty fault' : 'empty'} role="status">
        {isMissing ? 'This part of the page could not be loaded. Reload the page.' : 'Reading…'}
      </p>
    );
  };
};

const idleMs = 2_000;
