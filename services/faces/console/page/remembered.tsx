import type { FunctionComponent } from 'preact';
import { useMemo } from 'preact/hooks';

/** A component that is drawn again only when one of its properties changes; they have to be given in one order. */
export const remembered =
  <P extends object>(Inner: FunctionComponent<P>): FunctionComponent<P> =>
  (props) =>
    useMemo(() => <Inner {...props} />, Object.values(props));
