const [least, most, step] = [0.1, 1.5, 1.25];

export const bounded = (zoom: number): number => Math.min(most, Math.max(least, zoom));

interface ZoomProps {
  readonly zoom: number;
  /** At which all of it is seen. */
  readonly fitting: number;
  readonly onZoom: (zoom: number) => void;
}

export const Zoom = ({ zoom, fitting, onZoom }: ZoomProps) => (
  <div class="zoom" role="group" aria-label="Size of the graph">
    <button type="button" aria-label="Smaller" onClick={() => onZoom(bounded(zoom / step))}>
      −
    </button>
    <output>{Math.round(zoom * 100)} %</output>
    <button type="button" aria-label="Larger" onClick={() => onZoom(bounded(zoom * step))}>
      +
    </button>
    <button type="button" onClick={() => onZoom(Math.min(1, fitting))}>
      Fit
    </button>
  </div>
);
