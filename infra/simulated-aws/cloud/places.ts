import type { Place } from './place.ts';

export interface PlaceName {
  readonly account: string;
  readonly region: string;
}

/** Accounts and Regions, made when they are first asked for. */
export interface Places {
  at(account: string, region: string): Place;
  all(): readonly Place[];
  /** Tells of every place, those that are there and those to come. */
  watch(listener: (place: Place) => void): void;
}

export const createPlaces = (make: (name: PlaceName) => Place): Places => {
  const places = new Map<string, Place>();
  const listeners: ((place: Place) => void)[] = [];
  return {
    at(account, region) {
      const name = `${account}/${region}`;
      const known = places.get(name);
      if (known !== undefined) return known;
      const place = make({ account, region });
      places.set(name, place);
      listeners.forEach((listener) => listener(place));
      return place;
    },
    all: () => [...places.values()],
    watch(listener) {
      listeners.push(listener);
      places.forEach((place) => listener(place));
    },
  };
};
